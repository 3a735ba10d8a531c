/** Where a policy must let a form lead for a browser to reach the redirect. It cannot name IPv6 hosts. */
export const toFormAction = (redirect: string): string => {
  const { protocol, origin, hostname } = new URL(redirect);
  if (protocol !== 'http:' && protocol !== 'https:') return protocol;
  return hostname.startsWith('[') ? protocol : origin;
};
