import { limits, SyncError } from '@synckeep/protocol';
import type { Device, DeviceStore } from '../ports/index.js';
import { guardsHold } from './record-condition.js';
import { findScope, type MemoryState, makeScope, type ScopeState, type StoredDevice } from './state.js';
import { compareBytes } from './text-bytes.js';

const toDevice = ({ session: _, presentedAt: __, presented, ...device }: StoredDevice): Device => ({
  ...device,
  presented: presented?.position ?? 0,
});

/** In order of creation, then id. */
export const devicesInOrder = ({ devices }: ScopeState): StoredDevice[] =>
  [...devices.values()].sort((a, b) => a.createdAt - b.createdAt || compareBytes(a.id, b.id));

const findTwin = (
  log: ScopeState | undefined,
  { installationId, name }: Pick<StoredDevice, 'installationId' | 'name'>,
): StoredDevice | undefined =>
  [...(log?.devices.values() ?? [])].find(
    (device) => device.installationId === installationId && (installationId !== null || device.name === name),
  );

export const createMemoryDeviceStore = (state: MemoryState): DeviceStore => ({
  async register(scope, { id, name, platform, installationId, session, now, freshEpoch, guards }) {
    if (findScope(state, scope)?.isErasing || !guardsHold(state, guards, now)) throw new SyncError('invalid_token');
    const log = makeScope(state, scope, freshEpoch);
    const known = findTwin(log, { installationId, name });
    if (!known && log.devices.size >= limits.devicesPerUser) throw new SyncError('too_many_devices');
    const presented = known?.presented ?? null;
    const device: StoredDevice = {
      ...(known ?? { id, installationId, createdAt: now, lastPush: 0, presentedAt: 0 }),
      presented:
        installationId === null
          ? presented && { ...presented, position: 0, tag: 0, own: log.head.position }
          : presented,
      name,
      platform,
      session,
      lastSeenAt: now,
    };
    log.devices.set(device.id, device);
    return { device: toDevice(device), created: known === undefined };
  },

  async list(scope) {
    const log = findScope(state, scope);
    return log ? devicesInOrder(log).map(toDevice) : [];
  },

  async get(scope, deviceId) {
    const device = findScope(state, scope)?.devices.get(deviceId);
    return device ? toDevice(device) : null;
  },

  async rename(scope, deviceId, name) {
    const log = findScope(state, scope);
    const device = log?.devices.get(deviceId);
    if (!log || !device) return null;
    const twin = device.installationId === null ? findTwin(log, { installationId: null, name }) : undefined;
    const installationId = twin && twin.id !== deviceId ? deviceId : device.installationId;
    const renamed = { ...device, name, installationId };
    log.devices.set(deviceId, renamed);
    return toDevice(renamed);
  },

  async remove(scope, deviceId) {
    const log = findScope(state, scope);
    const device = log?.devices.get(deviceId);
    if (!log || !device) return undefined;
    log.devices.delete(deviceId);
    return { session: device.session };
  },
});
