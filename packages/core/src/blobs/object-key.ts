const pattern = /^[a-z0-9-]{1,128}(?:\/[a-z0-9-]{1,128}){0,9}$/;

/**
 * Whether a text has the form of an object key: up to ten segments of `[a-z0-9-]`, of up to 128 characters each and
 * joined by slashes. So it is never "", "..", absolute or in need of escaping in a URL.
 */
export const isObjectKey = (text: string): boolean => pattern.test(text);
