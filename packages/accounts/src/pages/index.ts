export { createPages, type Pages, type PagesOptions } from './create-pages.js';
export type { PageSection } from './page-section.js';
export type { Place } from './place.js';
