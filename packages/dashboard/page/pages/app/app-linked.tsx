import { useState } from 'react';
import { Link } from 'wouter';
import { useDeed } from '../../api/use-api.js';
import type { App } from '../../api/wire.js';
import { useAnnounce } from '../../parts/announcer.js';
import { Dialog } from '../../parts/dialog.js';
import { SelectField } from '../../parts/field.js';
import { Form } from '../../parts/form.js';
import { Problem } from '../../parts/problem.js';
import { ProductOptions, toProduct, useProducts } from '../../parts/product-options.js';
import { Loading } from '../../parts/rows.js';
import { Section } from '../../parts/section.js';

interface OfApp {
  readonly app: App;
}

const ChooseProduct = ({ app, onDone }: OfApp & { readonly onDone: () => void }) => {
  const products = useProducts();
  const link = useDeed('linkApp');
  const announce = useAnnounce();
  const [chosen, setChosen] = useState(app.link ? `${app.link.kind}:${app.link.id}` : '');
  if (!products.isLoaded) return products.error ? <Problem error={products.error} /> : <Loading />;
  if (products.items.length + products.tiers.length === 0) {
    return (
      <p>
        There is nothing to link to yet. <Link to="/memberships/items">Make an item</Link> or{' '}
        <Link to="/memberships/tiers">a tier</Link> first.
      </p>
    );
  }
  return (
    <Form
      submit="Link"
      isBusy={link.isPending}
      error={link.error}
      onSubmit={() => {
        const { kind, id } = toProduct(chosen);
        link.mutate(
          { params: { app_id: app.app_id }, body: { kind, id } },
          {
            onSuccess: () => {
              onDone();
              announce(`The app needs the ${kind} ${id} now.`);
            },
          },
        );
      }}
    >
      <SelectField label="Item or tier" required value={chosen} onChange={(event) => setChosen(event.target.value)}>
        <ProductOptions {...products} />
      </SelectField>
    </Form>
  );
};

/** What somebody must have bought to sync. */
export const AppLinked = ({ app }: OfApp) => {
  const unlink = useDeed('unlinkApp');
  const announce = useAnnounce();
  return (
    <Section
      title="Who may sync"
      about="An app can be open to everybody, or only to people who have an item or a membership."
      actions={
        <>
          <Dialog
            title="Link the app"
            about="From then on, pushing and pulling need what the user has bought or was given. Nothing that is stored is lost."
            label={app.link ? 'Link to something else' : 'Link to an item or tier'}
          >
            {(close) => <ChooseProduct app={app} onDone={close} />}
          </Dialog>
          {app.link && (
            <button
              type="button"
              aria-disabled={unlink.isPending}
              onClick={() =>
                unlink.mutate(
                  { params: { app_id: app.app_id } },
                  { onSuccess: () => announce('The app is open to everybody again.') },
                )
              }
            >
              Unlink
            </button>
          )}
        </>
      }
    >
      <p>
        {app.link === null ? (
          'Everybody with an account.'
        ) : (
          <>
            {app.link.paid ? 'Only users who have' : 'Everybody, for it is free:'} the {app.link.kind}{' '}
            <strong>{app.link.id}</strong>.
          </>
        )}
      </p>
      {unlink.error ? <Problem error={unlink.error} /> : null}
    </Section>
  );
};
