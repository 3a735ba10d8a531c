import { useDeed, useList } from '../../api/use-api.js';
import type { Tier } from '../../api/wire.js';
import { useAnnounce } from '../../parts/announcer.js';
import { Confirm } from '../../parts/confirm.js';
import { Facts } from '../../parts/facts.js';
import { Rows } from '../../parts/rows.js';
import { formatBytes } from '../../text/format.js';
import { MembershipTabs } from './membership-tabs.js';
import { PutTier } from './put-tier.js';

const DeleteTier = ({ tier }: { readonly tier: Tier }) => {
  const remove = useDeed('deleteTier');
  const announce = useAnnounce();
  return (
    <Confirm
      label="Delete"
      look="quiet"
      title={`Delete ${tier.label}?`}
      about="Its members lose what it opens. Apps that are linked to it let nobody sync until you link them to something else."
      phrase={tier.id}
      submit="Delete the tier"
      deed={{
        ...remove,
        run: (close) =>
          remove.mutate(
            { params: { tier_id: tier.id } },
            {
              onSuccess: () => {
                close();
                announce(`${tier.label} is deleted.`);
              },
            },
          ),
      }}
    />
  );
};

const size = (bytes: number | null): string => (bytes === null ? 'no limit' : formatBytes(bytes));

export const TiersPage = () => {
  const tiers = useList('listTiers');
  return (
    <>
      <MembershipTabs title="Tiers" about="Kinds of membership, with limits of their own.">
        <PutTier />
      </MembershipTabs>
      <Rows
        label="Tiers"
        list={tiers}
        rows={(page) => page.tiers}
        id={({ id }) => id}
        empty={
          <>
            <h2>No tiers</h2>
            <p>Make one to give members more storage, or to open an app to them alone.</p>
          </>
        }
      >
        {(tier) => (
          <>
            <div>
              <span className="name">{tier.label}</span>
              <p className="hint">
                <code>{tier.id}</code>
                {tier.item_id !== null && (
                  <>
                    {' '}
                    with <code>{tier.item_id}</code>
                  </>
                )}
              </p>
            </div>
            <Facts
              look="facts short"
              facts={[
                ['Largest blob', size(tier.blob_limit)],
                ['Storage', size(tier.bytes_limit)],
              ]}
            />
            <div className="row-actions">
              <PutTier tier={tier} />
              <DeleteTier tier={tier} />
            </div>
          </>
        )}
      </Rows>
    </>
  );
};
