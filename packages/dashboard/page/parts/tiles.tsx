import { Link } from 'wouter';

export interface Tile {
  readonly name: string;
  readonly value: string;
  readonly about?: string;
  readonly to?: string;
  readonly tone?: string;
}

/** A few numbers that somebody looks at first. */
export const Tiles = ({ tiles }: { readonly tiles: readonly Tile[] }) => (
  <dl className="tiles">
    {tiles.map(({ name, value, about, to, tone }) => (
      <div key={name} className={tone}>
        <dt>{to ? <Link to={to}>{name}</Link> : name}</dt>
        <dd>
          <strong>{value}</strong>
          {about && <span>{about}</span>}
        </dd>
      </div>
    ))}
  </dl>
);
