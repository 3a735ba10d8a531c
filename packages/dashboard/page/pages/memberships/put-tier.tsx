import { useState } from 'react';
import { useDeed } from '../../api/use-api.js';
import type { Tier } from '../../api/wire.js';
import { useAnnounce } from '../../parts/announcer.js';
import { Dialog } from '../../parts/dialog.js';
import { SelectField, TextField } from '../../parts/field.js';
import { Form } from '../../parts/form.js';
import { useProducts } from '../../parts/product-options.js';
import { parseBytes, toBytesText } from '../../text/format.js';

const noSize = 'Write a size such as 500 MiB or 10 GiB, or nothing.';

const Ask = ({ tier, onDone }: { readonly tier: Tier | undefined; readonly onDone: () => void }) => {
  const put = useDeed('putTier');
  const announce = useAnnounce();
  const { items } = useProducts();
  const [wrong, setWrong] = useState({ blob: false, bytes: false });
  return (
    <Form
      submit="Save"
      isBusy={put.isPending}
      error={put.error}
      onSubmit={(fields) => {
        const blob = parseBytes(fields.text('blob'));
        const bytes = parseBytes(fields.text('bytes'));
        setWrong({ blob: blob === undefined, bytes: bytes === undefined });
        if (blob === undefined || bytes === undefined) return;
        const body = {
          label: fields.text('label').trim(),
          item_id: fields.text('item') || null,
          blob_limit: blob,
          bytes_limit: bytes,
        };
        put.mutate(
          { params: { tier_id: tier?.id ?? fields.text('id').trim() }, body },
          {
            onSuccess: ({ label }) => {
              onDone();
              announce(`${label} is saved.`);
            },
          },
        );
      }}
    >
      {!tier && (
        <TextField
          label="Id"
          hint="Small letters, digits, dots and dashes. It stays as it is."
          name="id"
          required
          maxLength={64}
          pattern="[a-z0-9][a-z0-9._\-]*"
          autoCapitalize="off"
        />
      )}
      <TextField label="Name" name="label" defaultValue={tier?.label} required maxLength={200} />
      <SelectField
        // The choices come later than the form.
        key={items.length}
        label="Its members also have"
        name="item"
        defaultValue={tier?.item_id ?? ''}
      >
        <option value="">Nothing else</option>
        {items.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </SelectField>
      <div className="pair">
        <TextField
          label="Largest blob"
          hint="Empty: no limit of the tier."
          name="blob"
          defaultValue={toBytesText(tier?.blob_limit ?? null)}
          error={wrong.blob ? noSize : undefined}
        />
        <TextField
          label="Storage of a member"
          hint="Empty: no limit of the tier."
          name="bytes"
          defaultValue={toBytesText(tier?.bytes_limit ?? null)}
          error={wrong.bytes ? noSize : undefined}
        />
      </div>
    </Form>
  );
};

export const PutTier = ({ tier }: { readonly tier?: Tier }) => (
  <Dialog
    title={tier ? `Change ${tier.label}` : 'Make a tier'}
    label={tier ? 'Change' : 'Make a tier'}
    look={tier ? 'quiet' : 'primary'}
  >
    {(close) => <Ask tier={tier} onDone={close} />}
  </Dialog>
);
