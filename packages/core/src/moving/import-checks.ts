import { limits } from '@synckeep/protocol';
import { compareBytes } from '../memory/text-bytes.js';
import type { MovedBatch, MovedChange, ScopeHead } from '../ports/index.js';

// What lines of one scope must say together. Each check answers what is wrong, for a sentence that begins with "line 7".

/** null when the head fits together. */
export const checkHead = ({
  log,
  compacted,
  key,
  rotation,
  history,
  lastKeyVersion,
  wasRotated,
  devices,
}: ScopeHead): string | null => {
  if (devices.length > limits.devicesPerUser) return 'ends more devices than a user can have';
  if (history.length > limits.keysInHistory) return 'ends more envelopes than a history can have';
  if (new Set(devices.map(({ id }) => id)).size < devices.length) return 'ends devices of which two have one id';
  if (devices.some(({ lastPush }) => lastPush > log.position))
    return 'ends devices that wrote behind the end of the log';
  const versions = [key, rotation, ...history].map((each) => each?.keyVersion ?? 0);
  if (versions.some((version) => version > lastKeyVersion))
    return 'ends envelopes of a version that was never given out';
  const isRotationGood = rotation === null || (key !== null && wasRotated && rotation.keyVersion > key.keyVersion);
  if (!isRotationGood) return 'ends a rotation from no key';
  if (compacted > log.position) return 'ends a log that was compacted beyond its end';
  return log.floor > log.position ? 'ends a log whose floor is above its end' : null;
};

/** Checks the changes of one log, which come in order. */
export const createChangeCheck = ({ log, compacted, rotation, lastKeyVersion }: ScopeHead) => {
  // Only compaction takes rows away.
  const whole = Math.max(log.floor, compacted);
  let last = 0;

  const isRotationKept = ({ data, keyVersion, replaced, isUnreadable }: MovedChange): boolean => {
    if (replaced) return data !== null && !isUnreadable && rotation !== null && keyVersion === rotation.keyVersion;
    return !isUnreadable || (data !== null && rotation !== null && keyVersion !== rotation.keyVersion);
  };

  return {
    check(change: MovedChange): string | null {
      const { position, tag, keyVersion } = change;
      if (position <= last || position > log.position) return 'is a change out of order';
      if (position > whole && position !== Math.max(last, whole) + 1) return 'comes after a change that is missing';
      last = position;
      if (position === log.position && tag !== log.tag) return 'has another tag than the end of its log';
      // Before the first envelope changes are under the version that it will have.
      if (keyVersion !== null && keyVersion > lastKeyVersion + 1) return 'has a key version that was never given out';
      return isRotationKept(change) ? null : 'does not fit the rotation of its log';
    },

    end: (): string | null => (Math.max(last, whole) < log.position ? 'ends a log that lacks changes' : null),
  };
};

/** Checks the batches of one log, which come in order. */
export const createBatchCheck = ({ log, devices }: ScopeHead) => {
  const ids = new Set(devices.map(({ id }) => id));
  let last: MovedBatch | null = null;
  return (batch: MovedBatch): string | null => {
    const isNext =
      last === null || (compareBytes(last.deviceId, batch.deviceId) || compareBytes(last.batchId, batch.batchId)) < 0;
    last = batch;
    if (!isNext) return 'is a batch out of order';
    return ids.has(batch.deviceId) && batch.position <= log.position ? null : 'is a batch of no device of its log';
  };
};

/** Checks that texts of one part come in order, so that none comes twice. Answers as the others do. */
export const createOrderCheck = () => {
  let last: string | null = null;
  return (text: string): string | null => {
    const isNext = last === null || last < text;
    last = text;
    return isNext ? null : 'is out of order';
  };
};
