import type { Entitlements, NewBatch } from '@synckeep/core';
import { type ErrorCode, limits } from '@synckeep/protocol';
import { expect } from 'vitest';
import type { Device } from '../caller.js';
import { change } from '../changes.js';
import type { Fixture } from '../fixture.js';
import type { Topic } from '../scenario.js';

const second = 1000;

/** What a user has paid for; `asked` resolves at the last check before a body is read. */
const createWatched = () => {
  let ask = (): void => {};
  const asked = new Promise<void>((resolve) => {
    ask = resolve;
  });
  let access: 'full' | 'none' = 'full';
  const entitlements: Entitlements = {
    async check() {
      ask();
      return { access, blobLimit: null, bytesLimit: null };
    },
  };
  const lapse = (): void => {
    access = 'none';
  };
  return { asked, entitlements, lapse };
};

type Watched = ReturnType<typeof createWatched>;

/** A push whose body has come by half when `meanwhile` happens, and then comes to its end. */
const pushSlowly = async (device: Device, { asked }: Watched, meanwhile: () => Promise<unknown>) => {
  let release = (): void => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  async function* parts(): AsyncGenerator<Uint8Array> {
    const body = JSON.stringify({ device_id: device.id, batch_id: 'slow', changes: [change('late-row')] });
    const bytes = new TextEncoder().encode(body);
    yield bytes.subarray(0, 20);
    await released;
    yield bytes.subarray(20);
  }
  const pushing = device.call('push', { raw: parts(), headers: { 'content-type': 'application/json' } });
  await asked;
  // By the next turn the answer to the check was taken, and the body is what is waited for.
  await new Promise(setImmediate);
  await meanwhile();
  release();
  return pushing;
};

const openPaid = async (f: Fixture): Promise<Device> =>
  f.device(await f.caller(await f.app({ link: { kind: 'item', id: 'pro', paid: true } })));

type Loss = (f: Fixture, device: Device, watched: Watched) => Promise<unknown>;

const losses: Readonly<Record<string, readonly [ErrorCode, Loss]>> = {
  'whose token was revoked [P-14]': ['invalid_token', (f, { user }) => f.accounts.revokeTokens(user.id)],
  'whose token expired [P-14]': ['invalid_token', async (f) => f.clock.advance(limits.tokenLifetime * second)],
  'whose user was erased [P-92]': ['invalid_token', (f, { user }) => f.server.eraseUser(user.id)],
  'whose app was erased [P-92]': ['invalid_token', (f, { app }) => f.server.eraseApp(app.id)],
  'whose app was paused [P-93]': ['app_paused', (f, { app }) => f.server.apps.update(app.id, { paused: true })],
  'whose membership lapsed [P-80]': ['membership_required', async (_, __, { lapse }) => lapse()],
};

/** A body that comes slowly: access is checked before it, so that it is not sent in vain, and once more after it. */
export const slowBodies: Topic = (scenario) => {
  for (const [what, [code, lose]] of Object.entries(losses)) {
    const watched = createWatched();
    scenario(
      `refuses a push ${what} while its body came, and stores nothing of it`,
      async (f) => {
        const device = await openPaid(f);
        const reply = await pushSlowly(device, watched, async () => {
          await lose(f, device, watched);
          f.clock.advance(limits.entitlementCache * second);
        });
        reply.refusal(code);
        expect(await f.dump()).not.toContain('late-row');
      },
      { options: { entitlements: watched.entitlements } },
    );
  }

  const watched = createWatched();
  scenario(
    'takes a push whose body came slowly as of the moment after it [P-30]',
    async (f) => {
      const device = await openPaid(f);
      const received: number[] = [];
      const { changeLog } = f.storage;
      const append = changeLog.append.bind(changeLog);
      changeLog.append = (scope, batch: NewBatch) => {
        received.push(batch.now);
        return append(scope, batch);
      };
      const reply = await pushSlowly(device, watched, async () => f.clock.advance(3600 * second));
      expect(reply.ok()).toMatchObject({ accepted: 1, server_time: new Date(f.clock.now()).toISOString() });
      expect(received).toEqual([f.clock.now()]);
    },
    { options: { entitlements: watched.entitlements } },
  );
};
