// A device of the chaos test in a process of its own: it writes as fast as it likes, tells its parent of every write that
// was finished, and is killed at any moment.
import { createClient, createEntryCipher, openSqliteLocalStore, systemTimers } from '@synckeep/client/node';

const { url, apiKey, email, password, name, path, secret } = JSON.parse(process.argv[2]);
const toBytes = (text) => Uint8Array.from(Buffer.from(text, 'hex'));
const cipher = createEntryCipher([
  { vaultId: toBytes(secret.vaultId), masterKey: toBytes(secret.masterKey), rowIdKey: toBytes(secret.rowIdKey) },
]);
const keys = () => ({
  current: () => ({ cipher, keyVersion: null }),
  refresh: async () => true,
  onChange: () => () => {},
});

/** A set that only grows: what is missing from it in the end was lost. */
const union = ({ local, remote }) => {
  const items = new Set([...(local.value?.items ?? []), ...(remote.value?.items ?? [])]);
  return { id: local.value?.id ?? remote.value?.id, items: [...items].sort() };
};

const store = openSqliteLocalStore(path);
const client = await createClient({
  url,
  apiKey,
  store,
  tables: { bags: { merge: union }, items: {} },
  keys,
  device: { name, platform: 'linux' },
  // Ten times less patient than a program for people.
  timers: { ...systemTimers, after: (ms, callback) => systemTimers.after(ms / 10, callback) },
});
const bags = client.table('bags');
const items = client.table('items');
const send = (message) => process.send?.(message);
let isWriting = true;

const write = async () => {
  for (let count = 0; isWriting; count += 1) {
    const item = `${name}-${process.pid}-${count}`;
    const id = `bag${Math.floor(Math.random() * 4)}`;
    const bag = (await bags.get(id)) ?? { id, items: [] };
    await bags.put({ id, items: [...bag.items, item].sort() });
    send({ kind: 'wrote', bag: id, item });
    await items.put({ id: item, text: `text of ${item}` });
    send({ kind: 'wrote', bag: null, item });
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
  }
};

process.on('message', async ({ kind }) => {
  if (kind === 'calm') {
    isWriting = false;
    client.sync.now();
  }
  if (kind === 'ask') {
    send({
      kind: 'state',
      status: client.sync.status,
      bags: await bags.query(),
      items: (await items.query()).map(({ id }) => id),
      quarantine: await store.quarantine(),
    });
  }
});
// The parent is gone: so is the test.
process.on('disconnect', () => process.exit());

if (client.session.account === null) {
  for (;;) {
    try {
      await client.session.logIn({ email, password });
      break;
    } catch {
      // The server was killed a moment ago and will be back.
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
await client.sync.start();
send({ kind: 'started' });
await write();
