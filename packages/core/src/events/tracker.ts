import type { ChangeLog, LogHead, Scope, ScopeSignal } from '../ports/index.js';

/** What a stream is told about its log: exactly what was written, or only how things stand. */
export type Signal =
  | { readonly kind: 'written'; readonly deviceId: string; readonly from: number; readonly to: number }
  | { readonly kind: 'state'; readonly state: ScopeSignal };

/** How far one stream has been told, and what is news to it (P-71, P-72). Ask in the order in which signals came. */
export const createTracker = (
  scope: Scope,
  deviceId: string | null,
  start: ScopeSignal,
  changeLog: Pick<ChangeLog, 'hasForeign'>,
) => {
  let { head, keyRevision } = start;

  const isForeign = async (signal: Signal, to: number): Promise<boolean> => {
    if (deviceId === null) return true;
    const isGapless = signal.kind === 'written' && signal.from <= head.position;
    return isGapless ? signal.deviceId !== deviceId : changeLog.hasForeign(scope, deviceId, head.position, to);
  };

  return {
    get head(): LogHead {
      return head;
    },
    /** Whether somebody else wrote, or the log is another one than before. */
    async isChange(signal: Signal): Promise<boolean> {
      if (signal.kind === 'state' && signal.state.head.epoch !== head.epoch) {
        const wasEmpty = head.position === 0 && signal.state.head.position === 0;
        head = signal.state.head;
        return !wasEmpty;
      }
      const next = signal.kind === 'state' ? signal.state.head : { ...head, position: signal.to, tag: 0 };
      if (next.position <= head.position) return false;
      const isNews = await isForeign(signal, next.position);
      head = next;
      return isNews;
    },
    /** The key version to announce; null when the keys are as they were. */
    keyChange(signal: Signal): number | null {
      if (signal.kind !== 'state' || signal.state.keyRevision === keyRevision) return null;
      keyRevision = signal.state.keyRevision;
      return signal.state.keyVersion;
    },
  };
};
