import { useEffect, useState } from 'preact/hooks';
import type { Observable } from 'rxjs';
import type { Notes } from './open-notes.js';

/** The newest value of an observable. `observable` must be the same one at each call. */
export const useObservable = <T>(observable: Observable<T>, first: T): T => {
  const [value, setValue] = useState(first);
  useEffect(() => {
    const subscription = observable.subscribe(setValue);
    return () => subscription.unsubscribe();
  }, [observable]);
  return value;
};

export const useStatus = ({ client }: Notes) => useObservable(client.sync.status$, client.sync.status);

export const useKeysState = ({ client }: Notes) => {
  const [state, setState] = useState(client.keys.state);
  useEffect(() => {
    // They may have changed since the first drawing.
    const read = (): void => setState(client.keys.state);
    read();
    return client.keys.onChange(read);
  }, [client]);
  return state;
};

/** The errors of the client are sentences for people. */
export const toSentence = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Does one thing at a time and keeps what went wrong, as a sentence. */
export const useTask = () => {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const run = async (work: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setFailure(null);
    try {
      await work();
    } catch (error) {
      setFailure(toSentence(error));
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, failure, run };
};
