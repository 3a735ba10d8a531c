import { SyncError } from '@synckeep/protocol';
import { randomHex, randomUuid } from '../digest.js';
import { toDeviceAnswer } from '../wire.js';
import type { Handler } from './handler.js';

/** P-20, P-21 */
export const registerDevice: Handler<'registerDevice'> = async ({ caller, body, now }, { storage, random }) => {
  const { device, created } = await storage.deviceStore.register(caller.scope, {
    id: randomUuid(random),
    name: body.device_name.trim(),
    platform: body.platform,
    installationId: body.installation_id ?? null,
    session: caller.identity.session,
    now,
    freshEpoch: randomHex(random, 8),
    guards: caller.guards,
  });
  return { status: created ? 201 : 200, body: toDeviceAnswer(caller.scope, device) };
};

export const listDevices: Handler<'listDevices'> = async ({ caller }, { storage }) => {
  const devices = await storage.deviceStore.list(caller.scope);
  return { status: 200, body: devices.map((device) => toDeviceAnswer(caller.scope, device)) };
};

/** P-23 */
export const renameDevice: Handler<'renameDevice'> = async ({ caller, params, body }, { storage }) => {
  const device = await storage.deviceStore.rename(caller.scope, params.device_id, body.device_name.trim());
  if (!device) throw new SyncError('device_not_found');
  return { status: 200, body: toDeviceAnswer(caller.scope, device) };
};

/** P-24; ends the sessions of the device except the one that asks (P-16). */
export const deleteDevice: Handler<'deleteDevice'> = async ({ caller, params }, { storage, login }) => {
  const removed = await storage.deviceStore.remove(caller.scope, params.device_id);
  if (!removed) throw new SyncError('device_not_found');
  const { session } = removed;
  if (login && session !== null && session !== caller.identity.session) await login.endSessions([session]);
  return { status: 204, body: null };
};
