import type { RecordGuard } from './records.js';
import type { Scope } from './scope.js';

export type Platform = 'macos' | 'windows' | 'linux' | 'ios' | 'android' | 'web';

export interface Device {
  readonly id: string;
  readonly name: string;
  readonly platform: Platform;
  readonly installationId: string | null;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly lastSeenAt: number;
  /** Position of the newest change that this device wrote; 0 for none. */
  readonly lastPush: number;
  /** Position of the place that this device last presented to pull; 0 for none. May lag, never leads. */
  readonly presented: number;
}

export interface NewDevice {
  /** The id that a new device gets. */
  readonly id: string;
  /** Trimmed. */
  readonly name: string;
  readonly platform: Platform;
  /** null: the name is the identity, among the devices that have no installation id. */
  readonly installationId: string | null;
  /** The session that registers; it ends when the device is removed. null when the host has no sessions. */
  readonly session: string | null;
  readonly now: number;
  /** The epoch that the scope's log gets if this is the first thing in it. */
  readonly freshEpoch: string;
  /** What must hold in the same transaction: the app exists, the user was not erased. */
  readonly guards: readonly RecordGuard[];
}

export interface DeviceStore {
  /**
   * Finds the device of the same identity (installation id, else name) and refreshes name, platform, session and
   * `lastSeenAt`, or makes a new one. Two calls at once make one device.
   * Found by its name alone, the device may be an app that was installed anew and lost everything: its presented place
   * goes back to the start, with the own marker at the head of now (P-48).
   * @throws SyncError `invalid_token` when a guard does not hold or the scope is being erased; `unavailable` while an
   * import holds it; `too_many_devices` when it would be a new one beside `limits.devicesPerUser`, also for calls at once.
   */
  register(scope: Scope, device: NewDevice): Promise<{ readonly device: Device; readonly created: boolean }>;

  /** In order of creation, then id. */
  list(scope: Scope): Promise<readonly Device[]>;

  /** null when the scope has no such device. */
  get(scope: Scope, deviceId: string): Promise<Device | null>;

  /**
   * null when the scope has no such device. A device without an installation id that would get the name of another
   * such device keeps both: names are then no longer an identity for the renamed one, so it gets its own id as
   * installation id.
   */
  rename(scope: Scope, deviceId: string, name: string): Promise<Device | null>;

  /** Removes the device, not its changes. @returns the session that last registered as it; undefined when there is no such device. */
  remove(scope: Scope, deviceId: string): Promise<{ readonly session: string | null } | undefined>;
}
