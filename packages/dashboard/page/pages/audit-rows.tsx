import { Link } from 'wouter';
import { useList } from '../api/use-api.js';
import type { AuditRow, Named } from '../api/wire.js';
import { AppName, toShortId } from '../parts/names.js';
import { Rows } from '../parts/rows.js';
import { At } from '../parts/time.js';

const Who = ({ named }: { readonly named: Named }) => (
  <>
    {named.kind.replaceAll('_', ' ')}
    {named.id !== null && (
      <>
        {' '}
        <Link to={`/audit?about=${encodeURIComponent(named.id)}`} title={named.id}>
          <code>{toShortId(named.id)}</code>
        </Link>
      </>
    )}
  </>
);

const toDetails = (details: AuditRow['details']): string =>
  Object.entries(details)
    .map(([name, value]) => `${name.replaceAll('_', ' ')}: ${String(value)}`)
    .join(', ');

const One = ({ row }: { readonly row: AuditRow }) => {
  const details = toDetails(row.details);
  const isAppItself = row.subject?.kind === 'app' && row.subject.id === row.app_id;
  return (
    <div className="audit">
      <p>
        <span className="name">{row.action}</span> <At at={row.at} />
      </p>
      <p className="hint">
        By <Who named={row.actor} />
        {row.subject && !isAppItself && (
          <>
            {', on '}
            <Who named={row.subject} />
          </>
        )}
        {row.app_id !== null && (
          <>
            {', app '}
            <AppName id={row.app_id} />
          </>
        )}
        {row.address !== null && `, from ${row.address}`}
        {details && `, ${details}`}
      </p>
    </div>
  );
};

interface AuditRowsProps {
  readonly query: Readonly<Record<string, string>>;
  readonly limit?: string;
}

export const AuditRows = ({ query, limit = '50' }: AuditRowsProps) => {
  const rows = useList('listAudit', { query: { ...query, limit } });
  return (
    <Rows
      label="Audit log"
      list={rows}
      rows={(page) => page.rows}
      id={(row) => JSON.stringify(row)}
      empty={<p>There is no such row. Everything that administrators do, and every login, is written here.</p>}
    >
      {(row) => <One row={row} />}
    </Rows>
  );
};
