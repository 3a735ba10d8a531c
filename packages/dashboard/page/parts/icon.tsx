/** Drawn for this page on a grid of 20 by 20. They only repeat what stands beside them. */
const shapes = {
  overview: 'M3 16.500h14M5.500 13.500v-4M10 13.500v-9M14.500 13.500v-6',
  apps: 'M3.500 3.500h5v5h-5zM11.500 3.500h5v5h-5zM3.500 11.500h5v5h-5zM11.500 11.500h5v5h-5z',
  users:
    'M7.500 9a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2 17c0-3 2.300-5 5.500-5s5.500 2 5.500 5M12.500 3.400a3 3 0 0 1 0 5.200M14.500 12.500c2.200.6 3.500 2.300 3.500 4.500',
  memberships: 'M3 5.500h14v10H3zM3 9h14M6 12.500h3',
  audit: 'M5 3h10v14H5zM8 7h4M8 10h4M8 13h2.500',
  health: 'M2.500 10h3.500l2-5 3.500 10 2.500-5h3.500',
  settings: 'M4 6h6M14 6h2M4 14h2M10 14h6M12 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM8 16a2 2 0 1 0 0-4 2 2 0 0 0 0 4z',
  menu: 'M3.500 6h13M3.500 10h13M3.500 14h13',
  close: 'M5 5l10 10M15 5L5 15',
  copy: 'M7 7h9v9H7zM4.500 13H4V4h9v.500',
  check: 'M4 10.500l4 4 8-9',
  warning: 'M10 3.500l7.500 13h-15zM10 8.500v3.500M10 14.300v.100',
  back: 'M12 4.500L6.500 10l5.500 5.500',
} as const;

export type IconName = keyof typeof shapes;

export const Icon = ({ name }: { readonly name: IconName }) => (
  <svg className="icon" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">
    <path d={shapes[name]} />
  </svg>
);
