import { type Operation, type OperationName, operationNames, operations } from '@synckeep/protocol';
import { expect } from 'vitest';
import type { Device } from '../caller.js';
import { change } from '../changes.js';
import type { Fixture } from '../fixture.js';
import type { Topic } from '../scenario.js';

const gated = operationNames.filter((name) => (operations[name] as Operation).gate !== null);

/** A call of each gated operation that the gate alone can refuse. */
const bodyOf = (name: OperationName, device: Device): object => {
  const bodies: Partial<Record<OperationName, object>> = {
    push: { device_id: device.id, changes: [change('a')] },
    pull: { device_id: device.id },
    rotationEntries: {},
    rotationBatch: { entries: [] },
    uploadBlob: { hash: 'a'.repeat(64), size_bytes: 1 },
    confirmBlob: { hash: 'a'.repeat(64), size_bytes: 1 },
  };
  const body = bodies[name];
  if (!body) throw new Error(`Give the gated operation ${name} a body here.`);
  return body;
};

const openPaid = async (f: Fixture): Promise<Device> => {
  const caller = await f.caller(await f.app({ link: { kind: 'tier', id: 'plus', paid: true } }));
  const device = await f.device(caller);
  (await device.call('putKey', { body: { encrypted_key: 'k' } })).ok();
  (await device.call('beginRotation', { body: { new_encrypted_key: 'l' } })).ok();
  return device;
};

/** Gating: P-80 to P-82. */
export const gate: Topic = (scenario) => {
  for (const name of gated) {
    const { gate: kind } = operations[name] as Operation;
    scenario(
      `lets ${name} through with full, ${kind === 'read' ? 'and with read,' : 'not with read,'} never with none [P-80] [P-81]`,
      async (f) => {
        const device = await openPaid(f);
        const call = () => device.call(name, { body: bodyOf(name, device) });
        expect((await call()).refusal('membership_required')).toEqual({ access: 'none' });
        expect((await call()).status).toBe(403);
        f.entitle(device.user, { access: 'read' });
        if (kind === 'read') (await call()).ok();
        else expect((await call()).refusal('membership_required')).toEqual({ access: 'read' });
        f.entitle(device.user, { access: 'full' });
        expect((await call()).text).not.toContain('membership_required');
      },
    );
  }

  scenario(
    'leaves devices, keys, the rest of rotation, status, streams, reset and blob download open [P-80] [P-67]',
    async (f) => {
      const device = await openPaid(f);
      (await device.call('listDevices')).ok();
      (await device.call('getKey')).ok();
      (await device.call('beginRotation', { body: { new_encrypted_key: 'l' } })).ok();
      (await device.call('abortRotation')).ok();
      (await device.call('putKey', { body: { encrypted_key: 'm' } })).ok();
      expect((await device.call('status')).ok().access).toBe('none');
      (await device.call('subscribeTicket')).ok();
      (await device.call('downloadBlob', { body: { hash: 'a'.repeat(64) } })).refusal('blob_not_found');
      (await device.call('deleteBlob', { params: { hash: 'a'.repeat(64) } })).refusal('blob_not_found');
      (await device.call('reset', { body: { confirm: 'erase my data' } })).ok();
    },
  );

  scenario(
    'answers 402 where the administrator chose it [P-80]',
    async (f) => {
      const device = await openPaid(f);
      const reply = await device.pull();
      reply.refusal('membership_required');
      expect(reply.status).toBe(402);
    },
    { options: { membershipStatus: 402 } },
  );

  scenario('is open for an app that is linked to nothing or to a free item [P-80]', async (f) => {
    for (const link of [null, { kind: 'item', id: 'free', paid: false } as const]) {
      const device = await f.device(await f.caller(await f.app({ link })));
      await device.write('a');
      expect((await device.call('status')).ok().access).toBe('full');
    }
  });

  scenario('remembers a grant for 60 s at most, and a refusal never [P-82]', async (f) => {
    const device = await openPaid(f);
    (await device.pull()).refusal('membership_required');
    f.entitle(device.user, {});
    (await device.pull()).ok();
    f.entitle(device.user, { access: 'none' });
    f.clock.advance(60_000);
    (await device.pull()).refusal('membership_required');
    f.entitle(device.user, {});
    (await device.pull()).ok();
  });

  scenario(
    'takes the lowest of the caps of user, app and server [P-81]',
    async (f) => {
      const app = await f.app({ link: { kind: 'tier', id: 'plus', paid: true }, blobLimit: 20, bytesLimit: 100 });
      const device = await f.device(await f.caller(app));
      const upload = (size_bytes: number) => device.call('uploadBlob', { body: { hash: 'a'.repeat(64), size_bytes } });
      f.entitle(device.user, { blobLimit: 10, bytesLimit: 200 });
      (await upload(11)).refusal('blob_too_large');
      (await upload(10)).ok();
      expect((await device.call('status')).ok().bytes_limit).toBe(50);
    },
    { options: { bytesLimit: 50, blobLimit: 1000 } },
  );
};
