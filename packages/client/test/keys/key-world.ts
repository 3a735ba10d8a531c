import { createHttpCalls } from '../../src/api/http-calls.js';
import type { ReceivedChange } from '../../src/crypto/index.js';
import { createKeys, type KeyMemory, type Keys, type KeysOptions } from '../../src/keys/index.js';
import { systemTimers } from '../../src/sync/timers.js';
import { quick } from '../crypto/quick-envelope.js';
import { openWorld, type World } from '../world/server.js';

type Fetch = typeof globalThis.fetch;

export const createMemoryOfKeys = (): KeyMemory & { bytes: Uint8Array | null } => ({
  bytes: null,
  async load() {
    return this.bytes;
  },
  async save(bytes) {
    this.bytes = bytes;
  },
  async clear() {
    this.bytes = null;
  },
});

/** A device with keys, and as much of an engine as it takes to write and read rows. */
export interface KeyDevice {
  readonly keys: Keys;
  readonly call: KeysOptions['call'];
  /** Pushes one change for each row, sealed under the key of now. */
  write(...rowIds: readonly string[]): Promise<void>;
  /** Every row of the log: its text, or why it cannot be read. */
  read(): Promise<ReadonlyMap<string, string>>;
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
let batches = 0;

export const openKeyWorld = async () => {
  const world: World = await openWorld();
  const login = async (): Promise<string> => {
    const { email, password, apiKey } = world;
    const { call } = createHttpCalls({ url: 'http://synckeep.test', token: () => null, fetch: world.fetch });
    return (await call('login', { body: { email, password, api_key: apiKey } })).body.token;
  };

  const openDevice = async (options: Partial<KeysOptions> & { readonly fetch?: Fetch } = {}): Promise<KeyDevice> => {
    const token = await login();
    const { call } = createHttpCalls({
      url: 'http://synckeep.test',
      token: () => token,
      fetch: options.fetch ?? world.fetch,
    });
    // What waits, waits for no time.
    const timers = { ...systemTimers, after: (_: number, callback: () => void) => systemTimers.after(0, callback) };
    const keys = createKeys({ call, timers, ...quick, ...options });
    const device = await call('registerDevice', {
      body: { device_name: 'd', platform: 'linux', installation_id: crypto.randomUUID() },
    });
    const deviceId = device.body.id;

    const open = async (changes: readonly ReceivedChange[]) => {
      const current = keys.current();
      if (!current) throw new Error('The keys are locked.');
      return current.cipher.openAll(changes);
    };
    return {
      keys,
      call,
      async write(...rowIds) {
        const current = keys.current();
        if (!current) throw new Error('The keys are locked.');
        const sealed = await current.cipher.sealAll(
          rowIds.map((rowId) => ({ table: 'notes', rowId, op: 'update', value: bytesOf(`text of ${rowId}`) })),
        );
        const changes = sealed.map(({ rowId, data }) => ({
          table: 'notes',
          op: 'update',
          row_id: rowId,
          timestamp: '2026-03-13T10:05:00Z',
          data,
        }));
        const body = { device_id: deviceId, batch_id: `b${++batches}`, changes, key_version: current.keyVersion };
        await call('push', { body });
      },
      async read() {
        const rows = new Map<string, string>();
        for (let cursor: string | number = '', hasMore = true; hasMore; ) {
          const { body }: { body: { changes: readonly ReceivedChange[]; cursor: string | number; has_more: boolean } } =
            await call('pull', { body: { device_id: deviceId, cursor, include_own: true } });
          const opened = await open(body.changes);
          for (const [at, each] of opened.entries()) {
            if (each.ok) rows.set(each.rowId, new TextDecoder().decode(each.value ?? new Uint8Array()));
            else rows.set(body.changes[at]?.row_id ?? '', each.reason);
          }
          cursor = body.cursor;
          hasMore = body.has_more;
        }
        return rows;
      },
    };
  };

  return { world, openDevice };
};
