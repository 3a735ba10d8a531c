import { useState } from 'react';
import { Link } from 'wouter';
import { useDeed } from '../../api/use-api.js';
import { useAnnounce } from '../../parts/announcer.js';
import { Dialog } from '../../parts/dialog.js';
import { SelectField, TextField } from '../../parts/field.js';
import { Form } from '../../parts/form.js';
import { Problem } from '../../parts/problem.js';
import { ProductOptions, toProduct, useProducts } from '../../parts/product-options.js';
import { Loading } from '../../parts/rows.js';

const day = 86_400;

const Ask = ({ userId, onDone }: { readonly userId: string; readonly onDone: () => void }) => {
  const products = useProducts();
  const grant = useDeed('grantMembership');
  const announce = useAnnounce();
  const [lasts, setLasts] = useState('never');
  if (!products.isLoaded) return products.error ? <Problem error={products.error} /> : <Loading />;
  if (products.items.length + products.tiers.length === 0) {
    return (
      <p>
        There is nothing to give yet. <Link to="/memberships/items">Make an item</Link> or{' '}
        <Link to="/memberships/tiers">a tier</Link> first.
      </p>
    );
  }
  return (
    <Form
      submit="Grant"
      isBusy={grant.isPending}
      error={grant.error}
      onSubmit={(fields) => {
        // The whole of the last day, where whoever grants it is.
        const end = lasts === 'never' ? 'never' : new Date(`${fields.text('end')}T23:59:59`).toISOString();
        const body = {
          ...toProduct(fields.text('product')),
          ends_at: end,
          grace_seconds: Number(fields.text('grace')) * day,
        };
        grant.mutate(
          { params: { user_id: userId }, body },
          {
            onSuccess: ({ product_id }) => {
              onDone();
              announce(`The user has ${product_id} now.`);
            },
          },
        );
      }}
    >
      <SelectField label="Item or tier" name="product" required>
        <ProductOptions {...products} />
      </SelectField>
      <SelectField label="It lasts" value={lasts} onChange={(event) => setLasts(event.target.value)}>
        <option value="never">For good</option>
        <option value="until">Until a day</option>
      </SelectField>
      {lasts === 'until' && (
        <div className="pair">
          <TextField label="Last day" name="end" type="date" required />
          <TextField
            label="Grace in days"
            hint="For how long it stays open afterwards."
            name="grace"
            type="number"
            min={0}
            max={3650}
            defaultValue={7}
            required
          />
        </div>
      )}
    </Form>
  );
};

export const GrantMembership = ({ userId }: { readonly userId: string }) => (
  <Dialog title="Grant an item or a tier" label="Grant">
    {(close) => <Ask userId={userId} onDone={close} />}
  </Dialog>
);
