import { useList } from '../../api/use-api.js';
import { Rows } from '../../parts/rows.js';
import { Section } from '../../parts/section.js';
import { GrantMembership } from '../memberships/grant-membership.js';
import { MembershipRow } from '../memberships/membership-row.js';

/** What the user has bought or been given. */
export const UserMemberships = ({ userId }: { readonly userId: string }) => {
  const memberships = useList('listMemberships', { query: { user_id: userId } });
  return (
    <Section title="Memberships" actions={<GrantMembership userId={userId} />}>
      <Rows
        label="Memberships of this user"
        list={memberships}
        rows={(page) => page.memberships}
        id={(membership) => membership.id}
        empty={<p>None. Apps that are linked to an item or a tier do not sync for this user until you grant it.</p>}
      >
        {(membership) => <MembershipRow membership={membership} />}
      </Rows>
    </Section>
  );
};
