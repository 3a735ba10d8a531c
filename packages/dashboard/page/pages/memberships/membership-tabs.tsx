import type { ReactNode } from 'react';
import { PageTitle } from '../../parts/page-title.js';
import { Tabs } from '../../parts/tabs.js';

interface MembershipTabsProps {
  readonly title: string;
  readonly about: string;
  readonly children?: ReactNode;
}

export const MembershipTabs = ({ title, about, children }: MembershipTabsProps) => (
  <>
    <PageTitle title={title} about={about}>
      {children}
    </PageTitle>
    <Tabs
      label="Memberships, items and tiers"
      tabs={[
        ['/memberships', 'Memberships'],
        ['/memberships/items', 'Items'],
        ['/memberships/tiers', 'Tiers'],
      ]}
    />
  </>
);
