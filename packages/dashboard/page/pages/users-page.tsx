import { useState } from 'react';
import { Link } from 'wouter';
import { useList } from '../api/use-api.js';
import { SelectField, TextField } from '../parts/field.js';
import { PageTitle } from '../parts/page-title.js';
import { Rows } from '../parts/rows.js';
import { At } from '../parts/time.js';
import { useSettled } from '../parts/use-settled.js';
import { UserBadges } from '../parts/user-badges.js';
import { CreateUser } from './create-user.js';
import { InviteUser } from './invite-user.js';

const List = () => {
  const [email, setEmail] = useState('');
  const [disabled, setDisabled] = useState('');
  const wanted = useSettled(email.trim());
  const users = useList('listUsers', { query: { email: wanted, disabled } });
  return (
    <>
      <search className="filters">
        <TextField
          label="Find by e-mail address"
          type="search"
          value={email}
          onChange={(event) => setEmail(event.target.value)}
          placeholder="The address begins with…"
        />
        <SelectField label="Show" value={disabled} onChange={(event) => setDisabled(event.target.value)}>
          <option value="">Everybody</option>
          <option value="false">Who may log in</option>
          <option value="true">Who is disabled</option>
        </SelectField>
      </search>
      <Rows
        label="Users"
        list={users}
        rows={(page) => page.users}
        id={(user) => user.user_id}
        empty={
          wanted || disabled ? (
            <p>There is no such user.</p>
          ) : (
            <>
              <h2>No user yet</h2>
              <p>Create one with a password, or invite somebody to choose their own.</p>
            </>
          )
        }
      >
        {(user) => (
          <>
            <div>
              <Link to={`/users/${user.user_id}`}>{user.email}</Link>
              <p className="hint">
                Since <At at={user.created_at} />
              </p>
            </div>
            <UserBadges user={user} />
          </>
        )}
      </Rows>
    </>
  );
};

export const UsersPage = ({ isEnabled }: { readonly isEnabled: boolean }) => (
  <>
    <PageTitle title="Users" about="Everybody who has an account on this server.">
      {isEnabled && (
        <>
          <InviteUser />
          <CreateUser />
        </>
      )}
    </PageTitle>
    {isEnabled ? (
      <List />
    ) : (
      <div className="empty">
        <h2>Users are kept elsewhere</h2>
        <p>
          The program that this server is part of has users of its own. Who syncs with an app stands on the page of the
          app.
        </p>
      </div>
    )}
  </>
);
