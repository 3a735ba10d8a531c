import { randomUUID } from 'node:crypto';
import type { NewBatch, Scope } from '@synckeep/core';
import { isSyncError } from '@synckeep/protocol';
import type { Journal } from './journal.js';

const table = 'raw';
const data = Buffer.from(JSON.stringify({ key: 0, table, value: null })).toString('base64');

/** A device whose store is set back again and again: it pushes with a base that it, or another device, had at some time. */
export const openStranger = async ({ storage, known }: Journal, scope: Scope, now: () => number) => {
  const { device } = await storage.deviceStore.register(scope, {
    ...{ id: randomUUID(), name: randomUUID(), platform: 'linux', installationId: randomUUID(), session: null },
    ...{ now: now(), freshEpoch: '00000000000000bb', guards: [] },
  });
  const page = { deviceId: device.id, includeOwn: false, limit: 500, maxBytes: 1 << 20, maxScan: 10_000 };

  const unlessRefused = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!isSyncError(error) || !['row_changed', 'cursor_expired'].includes(error.code)) throw error;
    }
  };

  return {
    /** Reads the log from its start. */
    look: () =>
      unlessRefused(() => storage.changeLog.read(scope, { ...page, after: null, isPresented: true, now: now() })),
    async write(rowId: string, isDelete: boolean, pick: number): Promise<void> {
      const places = known();
      const base = places[pick % places.length]?.place;
      if (!base) return;
      const change = isDelete ? ({ op: 'delete', data: null } as const) : ({ op: 'update', data } as const);
      const batch: NewBatch = {
        ...{ deviceId: device.id, batchId: randomUUID(), base, tag: 1 + (pick % 1000), now: now() },
        ...{ keyVersion: null, bytesLimit: null, changes: [{ ...change, table, rowId, timestamp: 't', blobs: null }] },
      };
      await unlessRefused(() => storage.changeLog.append(scope, batch));
    },
  };
};

export type Stranger = Awaited<ReturnType<typeof openStranger>>;
