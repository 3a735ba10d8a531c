import type { RequestOf } from '@synckeep/protocol';
import type { SyncContext } from './context.js';
import { readSync, syncDocument } from './documents.js';

export interface DeviceLabel {
  /** What people see in a list of devices; 1–255 characters. */
  readonly name: string;
  readonly platform: RequestOf<'registerDevice'>['platform'];
}

/**
 * Registers this installation, or finds it again (P-20).
 * @param isShared another installation uses the same id, so this one takes a new one first
 * @returns the device id, stored
 */
export const register = async (
  context: SyncContext,
  signal: AbortSignal,
  label: DeviceLabel,
  isShared: boolean,
): Promise<string> => {
  const { store, call, newId } = context;
  if (isShared) {
    const { value, revision } = await readSync(store, newId);
    await store.commit({ documents: [syncDocument({ ...value, installationId: newId(), deviceId: null }, revision)] });
  }
  for (;;) {
    const { value, revision } = await readSync(store, newId);
    const body = { device_name: label.name, platform: label.platform, installation_id: value.installationId };
    const { body: device } = await call('registerDevice', { body, signal });
    if (await store.commit({ documents: [syncDocument({ ...value, deviceId: device.id }, revision)] }))
      return device.id;
  }
};
