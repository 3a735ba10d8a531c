export type { SelfServiceOptions } from './context.js';
export { createSelfService } from './create-self-service.js';
export { createSignInLinks } from './sign-in-links.js';
