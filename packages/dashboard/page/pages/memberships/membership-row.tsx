import { useDeed } from '../../api/use-api.js';
import type { Membership } from '../../api/wire.js';
import { useAnnounce } from '../../parts/announcer.js';
import { Confirm } from '../../parts/confirm.js';
import { Badge } from '../../parts/facts.js';
import { UserName } from '../../parts/names.js';
import { formatTime } from '../../text/format.js';
import { toMembershipState } from './membership-state.js';

const states = {
  waiting: ['warn', 'Not yet begun'],
  open: ['good', 'Active'],
  grace: ['warn', 'In its grace'],
  ended: ['plain', 'Ended'],
} as const;

const End = ({ membership }: { readonly membership: Membership }) => {
  const change = useDeed('changeMembership');
  const announce = useAnnounce();
  const { user_id, id: membership_id, product_id } = membership;
  return (
    <Confirm
      label="End"
      look="quiet"
      title={`End ${product_id} now?`}
      about="Apps that are linked to it stop syncing for this user at once. Nothing that was stored is lost."
      submit="End it now"
      deed={{
        ...change,
        run: (close) =>
          change.mutate(
            {
              params: { user_id, membership_id },
              body: { ends_at: new Date().toISOString(), grace_seconds: 0 },
            },
            {
              onSuccess: () => {
                close();
                announce(`${product_id} is ended.`);
              },
            },
          ),
      }}
    />
  );
};

export const MembershipRow = ({
  membership,
  withUser = false,
}: {
  readonly membership: Membership;
  readonly withUser?: boolean;
}) => {
  const { user_id, kind, product_id, starts_at, ends_at, source } = membership;
  const state = toMembershipState(membership, Date.now());
  const [tone, name] = states[state];
  return (
    <>
      <div>
        <span className="name">
          {withUser && (
            <>
              <UserName id={user_id} />
              {': '}
            </>
          )}
          {product_id}
        </span>
        <p className="hint">
          {kind === 'item' ? 'Item' : 'Tier'}, since {formatTime(starts_at)}
          {ends_at === null ? ', for good' : `, until ${formatTime(ends_at)}`}
          {source && `, by ${source.provider}`}
        </p>
      </div>
      <p className="badges">
        <Badge tone={tone}>{name}</Badge>
      </p>
      {state !== 'ended' && <End membership={membership} />}
    </>
  );
};
