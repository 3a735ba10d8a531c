import type { User } from '../api/wire.js';
import { Badge } from './facts.js';

export const UserBadges = ({ user }: { readonly user: User }) => (
  <p className="badges">
    {user.disabled && <Badge tone="bad">Disabled</Badge>}
    {user.administrator && <Badge>Administrator</Badge>}
    {user.second_factor && <Badge tone="good">Second factor</Badge>}
    {user.verified_at === null && <Badge tone="warn">Address not confirmed</Badge>}
  </p>
);
