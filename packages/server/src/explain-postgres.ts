import type { Explain } from './backend.js';
import { codeOf } from './refusal.js';

/** What the driver says without a code. */
const explainDriver = (message: string, place: string, source: string): string | undefined => {
  if (/password must be a (non-empty )?string/.test(message)) {
    return `PostgreSQL at ${place} asks for a password. Put it into ${source}.`;
  }
  if (/does not support SSL|establishing an SSL connection/.test(message)) {
    return `PostgreSQL at ${place} does not speak TLS. Switch it on there, or take sslmode out of ${source}.`;
  }
  if (/timeout expired|timeout exceeded|connection timeout/.test(message)) {
    return `PostgreSQL at ${place} does not answer. Check the network and its firewalls, or correct ${source}.`;
  }
  if (/Connection terminated/.test(message)) {
    return `What listens at ${place} closes the connection. Let it be PostgreSQL, or correct ${source}.`;
  }
  return undefined;
};

/** Errors of PostgreSQL by their SQLSTATE, and those of its driver by their text. */
export const explainPostgres: Explain = (error, { place, source }) => {
  const { message } = error;
  switch (codeOf(error)) {
    case '28P01':
      return `PostgreSQL at ${place} does not accept the user with this password. Correct ${source}.`;
    case '28000':
      return `PostgreSQL at ${place} does not admit this user: ${message}. Change its pg_hba.conf, or correct ${source}.`;
    case '3D000':
      return `There is no database at ${place}: ${message}. Make it with createdb, or correct ${source}.`;
    case '42501':
      return `The user may not do this at ${place}: ${message}. Grant it CREATE on the database, or make the schema for it.`;
    case '25006':
      return `The database at ${place} is read-only, as a replica is. Name the primary with ${source}.`;
    case '53300':
      return `PostgreSQL at ${place} takes no more connections: ${message}. Raise its limit, or lower SYNCKEEP_DATABASE_POOL.`;
    case '57P01':
    case '57P02':
    case '57P03':
      return `PostgreSQL at ${place} is starting or stopping. Try again in a moment.`;
    default:
      return explainDriver(message, place, source);
  }
};
