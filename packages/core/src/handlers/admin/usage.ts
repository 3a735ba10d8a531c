import { SyncError, version } from '@synckeep/protocol';
import { findWarnings, readDisk } from '../../observation/warnings.js';
import { beginOf, lengthOf, type Step } from '../../usage/kinds.js';
import { estimate } from '../../usage/sketch.js';
import type { Tally } from '../../usage/tally.js';
import { toTime } from '../../wire.js';
import type { Handler } from '../handler.js';
import { toMoment } from './moment.js';

/** P-190 */
export const overview: Handler<'overview'> = async (_call, deps) => {
  const { usage, health, log } = deps;
  const { errorsOfDay, ...found } = await deps.overview();
  return {
    status: 200,
    body: {
      apps: found.apps,
      users: found.users,
      devices: found.devices,
      active_devices_24h: found.activeDevices,
      changes: found.changes,
      data_bytes: found.dataBytes,
      blob_bytes: found.blobBytes,
      streams: found.streams,
      errors_24h: errorsOfDay,
      warnings: (await findWarnings(await readDisk(health, log), usage, health)).map((warning) => ({ ...warning })),
    },
  };
};

const mostPoints = 1_000;
/** How many points there are when a query does not say since when. */
const usualPoints: Readonly<Record<Step, number>> = { hour: 24, day: 30 };

const refuse = (field: string, problem: string): never => {
  throw new SyncError('invalid_request', { details: { in: 'query', pointer: `/${field}`, problem } });
};

const toAnswer = (at: number, { amounts, devices, streams }: Tally) => ({
  at: toTime(at),
  pushes: amounts.pushes,
  pulls: amounts.pulls,
  changes: amounts.changes,
  data_bytes: amounts.dataBytes,
  blob_bytes: amounts.blobBytes,
  active_devices: estimate(devices),
  streams: [...streams.values()].reduce((sum, open) => sum + open, 0),
  requests: amounts.requests,
  errors: amounts.errors,
});

/** P-191 */
export const listUsage: Handler<'listUsage'> = async ({ query, now }, { usage }) => {
  const step: Step = query.step === 'day' ? 'day' : 'hour';
  const length = lengthOf[step];
  const to = query.to === undefined ? beginOf(step, now) + length : toMoment(query.to, 'query', 'to');
  const from = query.from === undefined ? to - usualPoints[step] * length : toMoment(query.from, 'query', 'from');
  if (from < 0) refuse('from', 'is before 1970');
  if (from >= to) refuse('to', 'is not after from');
  if ((to - beginOf(step, from)) / length > mostPoints) refuse('from', `asks for more than ${mostPoints} points`);
  const tallies = await usage.read({ appId: query.app_id ?? null, userId: query.user_id ?? null, step, from, to });
  return { status: 200, body: { step, points: [...tallies].map(([at, tally]) => toAnswer(at, tally)) } };
};

/** P-192 */
export const health: Handler<'health'> = async ({ now }, deps) => {
  const { usage, maintenance, log, startedAt } = deps;
  const { kinds = {}, newsLag } = deps.health;
  const [{ storage, blobs }, disk] = await Promise.all([deps.checkParts(), readDisk(deps.health, log)]);
  const last = maintenance.last();
  const isMigrated = storage.found !== null && storage.found.schema >= storage.found.newestSchema;
  const isWell = isMigrated && blobs.found && !last?.error;
  const lag = newsLag?.() ?? null;
  return {
    status: 200,
    body: {
      status: isWell ? 'ok' : 'degraded',
      version,
      uptime_seconds: Math.max(0, Math.floor((now - startedAt) / 1000)),
      node: deps.node,
      storage: {
        kind: kinds.storage ?? 'unknown',
        status: storage.found ? 'ok' : 'failed',
        detail: storage.detail,
        migration: storage.found?.schema ?? null,
        newest_migration: storage.found?.newestSchema ?? null,
      },
      blobs: { kind: kinds.blobs ?? 'unknown', status: blobs.found ? 'ok' : 'failed', detail: blobs.detail },
      notifier: { kind: kinds.notifier ?? 'unknown', status: lag === null ? 'unknown' : 'ok', lag_ms: lag },
      disk: disk && { free_bytes: disk.freeBytes, total_bytes: disk.totalBytes },
      maintenance: last && { last_run_at: toTime(last.at), last_error: last.error },
      // Of users there is nothing to know while the storage does not answer.
      warnings: storage.found ? (await findWarnings(disk, usage, deps.health)).map((warning) => ({ ...warning })) : [],
    },
  };
};
