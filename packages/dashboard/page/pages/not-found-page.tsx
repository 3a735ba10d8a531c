import { Link } from 'wouter';
import { PageTitle } from '../parts/page-title.js';

export const NotFoundPage = () => (
  <>
    <PageTitle title="There is no such page" />
    <p>
      The address is not one of this dashboard. <Link to="/">Go to the overview</Link>.
    </p>
  </>
);
