import { formatAgo, formatTime } from '../text/format.js';

/** How long ago, with the time itself for whoever points at it. */
export const Ago = ({ at }: { readonly at: string }) => (
  <time dateTime={at} title={formatTime(at)}>
    {formatAgo(at)}
  </time>
);

export const At = ({ at }: { readonly at: string }) => <time dateTime={at}>{formatTime(at)}</time>;
