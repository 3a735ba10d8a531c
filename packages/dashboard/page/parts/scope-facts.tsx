import type { ScopeUse } from '../api/wire.js';
import { formatAgo, formatBytes, formatCount, formatNumber } from '../text/format.js';
import { Facts } from './facts.js';
import { Meter } from './meter.js';

/** What one user has in one app. */
export const ScopeFacts = ({ scope }: { readonly scope: ScopeUse }) => (
  <Facts
    look="facts short"
    facts={[
      ['Changes', formatNumber(scope.total_changes)],
      [
        'Stored',
        scope.bytes_limit === null ? (
          formatBytes(scope.bytes_used)
        ) : (
          <Meter label="Of the storage, used" used={scope.bytes_used} limit={scope.bytes_limit} />
        ),
      ],
      ['Devices', formatCount(scope.devices, 'device')],
      ['Last seen', scope.last_seen_at === null ? 'never' : formatAgo(scope.last_seen_at)],
    ]}
  />
);
