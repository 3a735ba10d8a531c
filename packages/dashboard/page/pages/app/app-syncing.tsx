import { useState } from 'react';
import { useDeed } from '../../api/use-api.js';
import type { App } from '../../api/wire.js';
import { useAnnounce } from '../../parts/announcer.js';
import { CheckField, SelectField, TextField } from '../../parts/field.js';
import { Form } from '../../parts/form.js';
import { Section } from '../../parts/section.js';
import { parseBytes, toBytesText } from '../../text/format.js';

const noSize = 'Write a size such as 500 MiB or 10 GiB, or nothing.';

/** How much one user may store, and how the log behaves. */
export const AppSyncing = ({ app }: { readonly app: App }) => {
  const update = useDeed('updateApp');
  const announce = useAnnounce();
  const [wrong, setWrong] = useState<ReadonlySet<string>>(new Set());
  return (
    <Section title="Limits and syncing">
      <Form
        submit="Save limits and syncing"
        busy="Saving…"
        isBusy={update.isPending}
        error={update.error}
        onSubmit={(fields) => {
          const blob = parseBytes(fields.text('blob'));
          const bytes = parseBytes(fields.text('bytes'));
          setWrong(new Set([...(blob === undefined ? ['blob'] : []), ...(bytes === undefined ? ['bytes'] : [])]));
          if (blob === undefined || bytes === undefined) return;
          const body = {
            blob_limit: blob,
            bytes_limit: bytes,
            dialect: fields.choice('dialect', ['standard', 'rust-client']),
            require_base: fields.isChecked('base'),
          };
          update.mutate(
            { params: { app_id: app.app_id }, body },
            { onSuccess: () => announce('Limits and syncing are saved.') },
          );
        }}
      >
        <div className="pair">
          <TextField
            label="Largest blob"
            hint="Empty: the limit of the server."
            name="blob"
            defaultValue={toBytesText(app.blob_limit)}
            error={wrong.has('blob') ? noSize : undefined}
          />
          <TextField
            label="Storage of one user"
            hint="Empty: the limit of the server."
            name="bytes"
            defaultValue={toBytesText(app.bytes_limit)}
            error={wrong.has('bytes') ? noSize : undefined}
          />
        </div>
        <SelectField
          label="Dialect"
          hint="Leave it at standard unless the client's documentation asks for another one."
          name="dialect"
          defaultValue={app.dialect}
        >
          <option value="standard">Standard</option>
          <option value="rust-client">Rust client: whole numbers as cursors</option>
        </SelectField>
        <CheckField
          label="Require a base on every push"
          hint="Two devices can then never overwrite each other unseen. Only for clients that send it."
          name="base"
          defaultChecked={app.require_base}
        />
      </Form>
    </Section>
  );
};
