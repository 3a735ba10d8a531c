import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';

type Announce = (text: string) => void;

const Context = createContext<Announce>(() => {});

/** Says that something is done: for the eyes at the lower edge, for the ears through a live region. */
export const useAnnounce = (): Announce => useContext(Context);

const shownFor = 6_000;

export const Announcer = ({ children }: { readonly children: ReactNode }) => {
  const [said, setSaid] = useState<{ readonly text: string; readonly id: number } | null>(null);
  const announce = useCallback((text: string) => setSaid((before) => ({ text, id: (before?.id ?? 0) + 1 })), []);
  useEffect(() => {
    if (said === null) return;
    const timer = setTimeout(() => setSaid(null), shownFor);
    return () => clearTimeout(timer);
  }, [said]);
  const value = useMemo(() => announce, [announce]);
  return (
    <Context value={value}>
      {children}
      <div className="toasts" role="status" aria-live="polite">
        {said && <p key={said.id}>{said.text}</p>}
      </div>
    </Context>
  );
};
