import { useDeed, useList } from '../../api/use-api.js';
import type { Item } from '../../api/wire.js';
import { useAnnounce } from '../../parts/announcer.js';
import { Confirm } from '../../parts/confirm.js';
import { Dialog } from '../../parts/dialog.js';
import { Badge } from '../../parts/facts.js';
import { CheckField, TextField } from '../../parts/field.js';
import { Form } from '../../parts/form.js';
import { Rows } from '../../parts/rows.js';
import { MembershipTabs } from './membership-tabs.js';

const PutItem = ({ item }: { readonly item?: Item }) => {
  const put = useDeed('putItem');
  const announce = useAnnounce();
  return (
    <Dialog
      title={item ? `Change ${item.name}` : 'Make an item'}
      label={item ? 'Change' : 'Make an item'}
      look={item ? 'quiet' : 'primary'}
      onClosed={put.reset}
    >
      {(close) => (
        <Form
          submit="Save"
          isBusy={put.isPending}
          error={put.error}
          onSubmit={(fields) =>
            put.mutate(
              {
                params: { item_id: item?.id ?? fields.text('id').trim() },
                body: { name: fields.text('name').trim(), paid: fields.isChecked('paid') },
              },
              {
                onSuccess: ({ name }) => {
                  close();
                  announce(`${name} is saved.`);
                },
              },
            )
          }
        >
          {!item && (
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
          <TextField label="Name" name="name" defaultValue={item?.name} required maxLength={200} />
          <CheckField
            label="Paid"
            hint="Apps that are linked to a free item are open to everybody."
            name="paid"
            defaultChecked={item?.paid ?? true}
          />
        </Form>
      )}
    </Dialog>
  );
};

const DeleteItem = ({ item }: { readonly item: Item }) => {
  const remove = useDeed('deleteItem');
  const announce = useAnnounce();
  return (
    <Confirm
      label="Delete"
      look="quiet"
      title={`Delete ${item.name}?`}
      about="Apps that are linked to it let nobody sync until you link them to something else."
      phrase={item.id}
      submit="Delete the item"
      deed={{
        ...remove,
        run: (close) =>
          remove.mutate(
            { params: { item_id: item.id } },
            {
              onSuccess: () => {
                close();
                announce(`${item.name} is deleted.`);
              },
            },
          ),
      }}
    />
  );
};

export const ItemsPage = () => {
  const items = useList('listItems');
  return (
    <>
      <MembershipTabs title="Items" about="Things to have: paid, or free and therefore open to everybody.">
        <PutItem />
      </MembershipTabs>
      <Rows
        label="Items"
        list={items}
        rows={(page) => page.items}
        id={({ id }) => id}
        empty={
          <>
            <h2>No items</h2>
            <p>Make one, link an app to it, and only users who have it can sync that app.</p>
          </>
        }
      >
        {(item) => (
          <>
            <div>
              <span className="name">{item.name}</span>
              <p className="hint">
                <code>{item.id}</code>
              </p>
            </div>
            <p className="badges">
              <Badge tone={item.paid ? 'plain' : 'good'}>{item.paid ? 'Paid' : 'Free'}</Badge>
            </p>
            <div className="row-actions">
              <PutItem item={item} />
              <DeleteItem item={item} />
            </div>
          </>
        )}
      </Rows>
    </>
  );
};
