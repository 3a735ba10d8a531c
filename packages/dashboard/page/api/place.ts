const script: string = import.meta.url;

/** What stands before `/admin` and `/api` on this server: "" or for example "/sync". The built script lies in /admin/assets. */
export const base: string = new URL('../..', script).pathname.replace(/\/$/, '');

/** What clients call this server. */
export const serverUrl = (): string => `${location.origin}${base}`;
