/** Why an export or import does not go on: one sentence for whoever started it, that says what to do. */
export class MovingError extends Error {
  override readonly name: string = 'MovingError';
}

/** Something else took what this import was bringing: an erasure, or another try of the same import, which goes on. */
export class TakenOverError extends MovingError {
  override readonly name = 'TakenOverError';

  constructor({ appId, userId }: { readonly appId: string; readonly userId: string }) {
    super(`What was imported of user ${userId} in app ${appId} was taken away meanwhile. Repeat the import alone.`);
  }
}
