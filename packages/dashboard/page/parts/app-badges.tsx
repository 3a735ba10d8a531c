import type { App } from '../api/wire.js';
import { Badge } from './facts.js';

/** What somebody should know of an app at a glance. */
export const AppBadges = ({ app }: { readonly app: App }) => (
  <p className="badges">
    {app.paused && <Badge tone="warn">Paused</Badge>}
    {app.link && (
      <Badge>
        {app.link.paid ? 'Paid' : 'Free'}: {app.link.kind} {app.link.id}
      </Badge>
    )}
    {app.registration === 'open' && <Badge>Anybody may register</Badge>}
    {!app.paused && !app.link && app.registration !== 'open' && <Badge tone="good">Active</Badge>}
  </p>
);
