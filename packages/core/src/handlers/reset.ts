import { limits, SyncError } from '@synckeep/protocol';
import { deleteDiscarded } from '../blobs/delete-discarded.js';
import { randomHex } from '../digest.js';
import type { Deps, Handler, HandlerCall } from './handler.js';

const sentence = 'erase my data';

const requireOwner = async ({ caller, body, now }: HandlerCall<'reset'>, { login }: Deps): Promise<void> => {
  const { password } = body;
  // A password that was given is checked, also where a fresh login would do without.
  if (login && typeof password === 'string') {
    if (!(await login.verifyPassword(caller.identity.userId, password))) throw new SyncError('invalid_credentials');
  } else if (now - caller.identity.issuedAt > limits.freshLogin * 1000) throw new SyncError('fresh_login_required');
};

/** P-69 */
export const reset: Handler<'reset'> = async (call, deps) => {
  if (call.body.confirm !== sentence) throw new SyncError('confirmation_required', { details: { confirm: sentence } });
  await requireOwner(call, deps);
  const { scope } = call.caller;
  const keyVersion = await deps.storage.changeLog.reset(scope, randomHex(deps.random, 8), call.now);
  deps.notifier.publish({ topic: 'keys', scope });
  await deleteDiscarded(deps);
  return { status: 200, body: { key_version: keyVersion } };
};
