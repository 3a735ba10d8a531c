import { adminScopes } from '@synckeep/protocol/constants';
import { useState } from 'react';
import { useDeed } from '../../api/use-api.js';
import { CopyField } from '../../parts/copy-field.js';
import { Dialog } from '../../parts/dialog.js';
import { CheckField, SelectField, TextField } from '../../parts/field.js';
import { Form } from '../../parts/form.js';

const day = 86_400;

/** @param scopes what whoever makes it may do: nobody gives away more */
export const CreateToken = ({ scopes }: { readonly scopes: readonly string[] }) => {
  const create = useDeed('createAdminToken');
  const [problem, setProblem] = useState('');
  const made = create.data;
  const clear = () => {
    create.reset();
    setProblem('');
  };
  return (
    <Dialog
      title={made ? 'The new token' : 'Make an admin token'}
      label="Make a token"
      isSticky={Boolean(made)}
      onClosed={clear}
    >
      {(close) =>
        made ? (
          <div className="new-key">
            <p>
              This is <strong>{made.token.name}</strong>. <strong>It is shown this once</strong>.
            </p>
            <CopyField label="Admin token" text={made.text} />
            <div className="buttons">
              <button type="button" className="primary" onClick={close}>
                I have stored the token
              </button>
            </div>
          </div>
        ) : (
          <Form
            submit="Make the token"
            isBusy={create.isPending}
            error={create.error}
            onSubmit={(fields) => {
              const chosen = fields.chosen('scope', adminScopes);
              setProblem(chosen.length === 0 ? 'Choose at least one.' : '');
              if (chosen.length === 0) return;
              const lasts = Number(fields.text('lasts'));
              const body = {
                name: fields.text('name').trim(),
                scopes: chosen,
                ...(lasts > 0 && { expires_in: lasts }),
              };
              create.mutate({ body });
            }}
          >
            <TextField label="Name" hint="Which program it is for." name="name" required maxLength={200} />
            <SelectField label="It works for" name="lasts" defaultValue={String(90 * day)}>
              <option value={30 * day}>30 days</option>
              <option value={90 * day}>90 days</option>
              <option value={365 * day}>A year</option>
              <option value={0}>As long as nobody revokes it</option>
            </SelectField>
            <fieldset className="scopes">
              <legend>It may</legend>
              {adminScopes
                .filter((scope) => scopes.includes(scope))
                .map((scope) => (
                  <CheckField key={scope} label={<code>{scope}</code>} name="scope" value={scope} />
                ))}
              {problem && (
                <p className="error" role="alert">
                  {problem}
                </p>
              )}
            </fieldset>
          </Form>
        )
      }
    </Dialog>
  );
};
