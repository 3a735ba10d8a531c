/** The text itself, because a URL parser would make 127.0.0.1 of `127.1`. Nothing in it can mean two things. */
const loopback = /^http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?(?:[/?][^#\\@\s]*)?$/;

/** What a native app listens on for its own answer: any port, any path (RFC 8252, 7.3). */
export const isLoopback = (redirect: string): boolean => loopback.test(redirect);

/** Schemes that a browser runs or shows itself. */
const forbidden = /^(?:javascript|data|vbscript|file|blob|about|view-source|ws|wss|ftp):/i;

/** Whether an app can register it: an `https` URL, or a URL of a scheme of the app's own. Compared exactly, so without a fragment. */
export const isRegistrable = (redirect: string): boolean => {
  if (!URL.canParse(redirect) || /[#\\\s]/.test(redirect) || forbidden.test(redirect)) return false;
  const { protocol, username, password, hostname } = new URL(redirect);
  if (protocol === 'http:' || username !== '' || password !== '') return false;
  // A scheme of one's own is a domain turned around (RFC 8252, 7.1).
  return protocol === 'https:'
    ? hostname !== '' && !/^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(hostname)
    : protocol.includes('.');
};
