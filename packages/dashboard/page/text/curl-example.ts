/** For a shell: nothing in it is read as anything else. */
const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** The first thing that somebody does with a new key: logging a user in. */
export const toCurlExample = (serverUrl: string, apiKey: string): string =>
  [
    `curl -X POST ${quote(`${serverUrl}/api/sync/auth`)}`,
    "  -H 'content-type: application/json'",
    `  -d ${quote(JSON.stringify({ email: 'you@example.org', password: 'YOUR PASSWORD', api_key: apiKey }))}`,
  ].join(' \\\n');
