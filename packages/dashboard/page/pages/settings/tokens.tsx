import { useDeed, useList } from '../../api/use-api.js';
import type { Token } from '../../api/wire.js';
import { useAnnounce } from '../../parts/announcer.js';
import { Confirm } from '../../parts/confirm.js';
import { Badge } from '../../parts/facts.js';
import { Rows } from '../../parts/rows.js';
import { Section } from '../../parts/section.js';
import { At } from '../../parts/time.js';
import { formatTime } from '../../text/format.js';
import { CreateToken } from './create-token.js';

const Revoke = ({ token }: { readonly token: Token }) => {
  const revoke = useDeed('revokeAdminToken');
  const announce = useAnnounce();
  return (
    <Confirm
      label="Revoke"
      look="quiet"
      title={`Revoke ${token.name}?`}
      about="Programs that use it are refused at once."
      submit="Revoke"
      deed={{
        ...revoke,
        run: (close) =>
          revoke.mutate(
            { params: { token_id: token.id } },
            {
              onSuccess: () => {
                close();
                announce(`${token.name} is revoked.`);
              },
            },
          ),
      }}
    />
  );
};

const isOver = ({ expires_at }: Token): boolean => expires_at !== null && Date.parse(expires_at) <= Date.now();

export const Tokens = ({ scopes }: { readonly scopes: readonly string[] }) => {
  const tokens = useList('listAdminTokens');
  return (
    <Section
      title="Admin tokens"
      about="For programs that administer this server, such as billing. Each can do only what its scopes name."
      actions={<CreateToken scopes={scopes} />}
    >
      <Rows
        label="Admin tokens"
        list={tokens}
        rows={(page) => page.tokens}
        id={({ id }) => id}
        empty={<p>None. Make one for each program, with the scopes that it needs and no others.</p>}
      >
        {(token) => (
          <>
            <div>
              <span className="name">{token.name}</span>
              <p className="hint">
                <code>{token.prefix}…</code> since <At at={token.created_at} />
                {token.expires_at !== null && `, until ${formatTime(token.expires_at)}`}
              </p>
              <p className="badges">
                {isOver(token) && <Badge tone="bad">Expired</Badge>}
                {token.scopes.map((scope) => (
                  <Badge key={scope}>{scope}</Badge>
                ))}
              </p>
            </div>
            <Revoke token={token} />
          </>
        )}
      </Rows>
    </Section>
  );
};
