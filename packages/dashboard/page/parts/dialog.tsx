import { Dialog as Base } from '@base-ui/react/dialog';
import { type ReactNode, useState } from 'react';
import { Icon } from './icon.js';

interface DialogProps {
  readonly title: string;
  readonly about?: ReactNode;
  /** What opens it. */
  readonly label: ReactNode;
  readonly look?: string;
  /** What shows once and cannot be had again is not closed by a press beside it. */
  readonly isSticky?: boolean;
  readonly onClosed?: () => void;
  readonly children: (close: () => void) => ReactNode;
}

/** A button, and the dialog that it opens. Focus goes into it, stays there, and comes back. */
export const Dialog = ({ title, about, label, look = '', isSticky = false, onClosed, children }: DialogProps) => {
  const [isOpen, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <Base.Root
      open={isOpen}
      onOpenChange={setOpen}
      disablePointerDismissal={isSticky}
      onOpenChangeComplete={(open) => {
        if (!open) onClosed?.();
      }}
    >
      <Base.Trigger className={look}>{label}</Base.Trigger>
      <Base.Portal>
        <Base.Backdrop className="backdrop" />
        <Base.Viewport className="dialog-place">
          <Base.Popup className="dialog">
            <header>
              <Base.Title>{title}</Base.Title>
              <Base.Close className="quiet icon-only" aria-label="Close">
                <Icon name="close" />
              </Base.Close>
            </header>
            {about && <Base.Description render={<div />}>{about}</Base.Description>}
            {children(close)}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
};
