import { Link } from 'wouter';
import { hasCode } from '../../api/api-error.js';
import { useAnswer } from '../../api/use-api.js';
import { Facts } from '../../parts/facts.js';
import { PageTitle } from '../../parts/page-title.js';
import { Problem } from '../../parts/problem.js';
import { Loading } from '../../parts/rows.js';
import { Section } from '../../parts/section.js';
import { At } from '../../parts/time.js';
import { UserBadges } from '../../parts/user-badges.js';
import { AuditRows } from '../audit-rows.js';
import { EraseUser } from './erase-user.js';
import { UserActions } from './user-actions.js';
import { UserApps } from './user-apps.js';
import { UserMemberships } from './user-memberships.js';

const up = { to: '/users', name: 'Users' };

const Rest = ({ userId }: { readonly userId: string }) => (
  <>
    <UserApps userId={userId} />
    <UserMemberships userId={userId} />
    <Section
      title="Lately"
      about="What the audit log says of this user."
      actions={<Link to={`/audit?about=${userId}`}>All of it</Link>}
    >
      <AuditRows query={{ about: userId }} limit="5" />
    </Section>
  </>
);

export const UserPage = ({ userId, isEnabled }: { readonly userId: string; readonly isEnabled: boolean }) => {
  const { data: user, error, refetch } = useAnswer('getUser', { params: { user_id: userId } });
  if (!user) {
    // A host with users of its own: there is no account here, but what the user stored is.
    const isElsewhere = !isEnabled || hasCode(error, 'users_disabled');
    return (
      <>
        <PageTitle title="User" up={up} />
        {isElsewhere && (
          <>
            <Facts facts={[['User id', <code key="id">{userId}</code>]]} />
            <Rest userId={userId} />
          </>
        )}
        {!isElsewhere && (error ? <Problem error={error} onRetry={() => refetch()} /> : <Loading />)}
      </>
    );
  }
  return (
    <>
      <PageTitle key="user" title={user.email} up={up} about={<UserBadges user={user} />} />
      <Facts
        facts={[
          ['User id', <code key="id">{user.user_id}</code>],
          ['Created', <At key="at" at={user.created_at} />],
          ['Address confirmed', user.verified_at === null ? 'not yet' : <At key="verified" at={user.verified_at} />],
          ['Second factor', user.second_factor ? 'on' : 'off'],
        ]}
      />
      <UserActions user={user} />
      <Rest userId={userId} />
      <EraseUser user={user} />
    </>
  );
};
