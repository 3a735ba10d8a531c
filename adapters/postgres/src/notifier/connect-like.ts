import { Client, type Pool } from 'pg';

/** Makes clients that connect as those of the pool do, and notice a peer that is gone. */
export const connectLike =
  ({ options }: Pool) =>
  (): Client =>
    new Client({
      ...options,
      // A pool hides its password from enumeration.
      ...(options.password !== undefined && { password: options.password }),
      application_name: `${options.application_name ?? 'synckeep'} (listens)`,
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    });
