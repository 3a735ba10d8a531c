import { useState } from 'react';
import { Link } from 'wouter';
import { useList } from '../../api/use-api.js';
import { SelectField } from '../../parts/field.js';
import { ProductOptions, toProduct, useProducts } from '../../parts/product-options.js';
import { Rows } from '../../parts/rows.js';
import { MembershipRow } from './membership-row.js';
import { MembershipTabs } from './membership-tabs.js';

export const MembershipsPage = () => {
  const products = useProducts();
  const [chosen, setChosen] = useState('');
  const { kind, id } = toProduct(chosen);
  const memberships = useList('listMemberships', { query: chosen === '' ? {} : { [kind]: id } });
  return (
    <>
      <MembershipTabs title="Memberships" about="Who has bought or been given what." />
      <search className="filters">
        <SelectField label="Of the item or tier" value={chosen} onChange={(event) => setChosen(event.target.value)}>
          <ProductOptions {...products} all="All of them" />
        </SelectField>
      </search>
      <Rows
        label="Memberships"
        list={memberships}
        rows={(page) => page.memberships}
        id={(membership) => membership.user_id + membership.id}
        empty={
          <>
            <h2>No memberships</h2>
            <p>
              They come from your payment provider, or you grant them on the page of a <Link to="/users">user</Link>.
            </p>
          </>
        }
      >
        {(membership) => <MembershipRow membership={membership} withUser />}
      </Rows>
    </>
  );
};
