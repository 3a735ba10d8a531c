import type { ReactNode } from 'react';
import { explain } from '../text/explain.js';
import { Icon } from './icon.js';

/** Said aloud when it appears. */
export const Problem = ({
  error,
  onRetry,
}: {
  readonly error: unknown;
  readonly onRetry?: (() => void) | undefined;
}) => {
  const { sentence, requestId } = explain(error);
  return (
    <div className="notice bad" role="alert">
      <Icon name="warning" />
      <div>
        <p>{sentence}</p>
        {requestId !== null && (
          <p className="hint">
            Look for request <code>{requestId}</code> in the log of the server.
          </p>
        )}
        {onRetry && (
          <button type="button" className="small" onClick={onRetry}>
            Try again
          </button>
        )}
      </div>
    </div>
  );
};

export const Notice = ({
  tone,
  children,
}: {
  readonly tone: 'good' | 'warn' | 'plain';
  readonly children: ReactNode;
}) => (
  <div className={`notice ${tone}`}>
    <Icon name={tone === 'good' ? 'check' : 'warning'} />
    <div>{children}</div>
  </div>
);
