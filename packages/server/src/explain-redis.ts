import type { Explain } from './backend.js';

/** Errors of Redis by the word that their message begins with. */
export const explainRedis: Explain = ({ message }, { place, source }) => {
  if (message.startsWith('Protocol error')) {
    return `What listens at ${place} is no Redis. Correct ${source}.`;
  }
  switch (message.split(' ', 1)[0]) {
    case 'NOAUTH':
      return `Redis at ${place} asks for a password. Put it into ${source}.`;
    case 'WRONGPASS':
      return `Redis at ${place} does not accept the user with this password. Correct ${source}.`;
    case 'NOPERM':
      return `The user may not use Redis at ${place}: ${message}. Grant it publish, subscribe and the scripts of rate limits.`;
    case 'DENIED':
      return `Redis at ${place} takes no connections from other machines. Give it a password and end its protected mode.`;
    case 'LOADING':
      return `Redis at ${place} is starting. Try again in a moment.`;
    case 'READONLY':
      return `Redis at ${place} is read-only, as a replica is. Name the primary with ${source}.`;
    default:
      return /^ERR (?:invalid password|DB index)/.test(message)
        ? `Redis at ${place} does not accept the password or number of ${source}. Correct it.`
        : undefined;
  }
};
