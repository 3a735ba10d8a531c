import { limits as contractLimits, features, protocolVersion, version } from '@synckeep/protocol';
import { fromPlace } from '../cursors.js';
import { toTime } from '../wire.js';
import type { Handler } from './handler.js';

/** P-50 */
export const status: Handler<'status'> = async ({ caller, now }, { storage, entitled }) => {
  const [log, entitlement] = await Promise.all([storage.changeLog.status(caller.scope, now), entitled.of(caller)]);
  return {
    status: 200,
    body: {
      total_changes: log.totalChanges,
      latest_cursor: fromPlace(caller.app, 'push', log.head),
      key_version: log.keyVersion,
      bytes_used: log.bytesUsed,
      bytes_limit: entitlement.bytesLimit,
      access: entitlement.access,
      server_time: toTime(now),
    },
  };
};

const toSnakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const contractLimitsAnswer = Object.fromEntries(
  Object.entries(contractLimits).map(([name, value]) => [toSnakeCase(name), value]),
);

/** P-51 */
export const limits: Handler<'limits'> = async (_call, { rateLimits, baseUrl }) => ({
  status: 200,
  body: {
    protocol: protocolVersion,
    version,
    features: features.filter((feature) => feature !== 'updates' || baseUrl !== null),
    limits: contractLimitsAnswer,
    rate_limits:
      rateLimits &&
      Object.fromEntries(
        Object.entries(rateLimits).map(([name, { burst, perSecond }]) => [
          toSnakeCase(name),
          { burst, per_second: perSecond },
        ]),
      ),
  },
});
