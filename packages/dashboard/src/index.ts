export { createDashboard, type Dashboard, type DashboardOptions } from './create-dashboard.js';
export { pageFolder } from './page-folder.js';
