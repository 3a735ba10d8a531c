import { formatBytes } from '../text/format.js';

/** How much of a quota is used. */
export const Meter = ({
  label,
  used,
  limit,
}: {
  readonly label: string;
  readonly used: number;
  readonly limit: number;
}) => (
  <div className="meter">
    <meter aria-label={label} min={0} max={limit} high={limit * 0.9} optimum={0} value={Math.min(used, limit)} />
    <span>
      {formatBytes(used)} of {formatBytes(limit)}
    </span>
  </div>
);
