export type KeysErrorCode =
  | 'not_set_up'
  | 'already_set_up'
  | 'locked'
  | 'changed_elsewhere'
  | 'other_vault'
  | 'rolled_back'
  | 'rotation_running'
  | 'no_rotation'
  | 'rotation_aborted';

const messages: Readonly<Record<KeysErrorCode, string>> = {
  not_set_up: 'No key was made yet. Choose a passphrase.',
  already_set_up: 'Another device has made the key. Enter the passphrase that was chosen there.',
  locked: 'The key is locked. Enter the passphrase.',
  changed_elsewhere: 'Another device changed the passphrase, the recovery code or the key just now. Try again.',
  other_vault: 'The server has a key that is not the one of the data on this device. Was everything reset elsewhere?',
  rolled_back: 'The server shows an older key than this device knows. It was set back, or somebody tampers with it.',
  rotation_running: 'Another device is changing the key. Enter the passphrase and let this device go on with it.',
  no_rotation: 'The key is not being changed.',
  rotation_aborted: 'Another device has called off the change of the key.',
};

/** Something about the keys that a person has to know or decide. Decide by `code`; `message` is for people. */
export class KeysError extends Error {
  readonly code: KeysErrorCode;

  constructor(code: KeysErrorCode, cause?: unknown) {
    super(messages[code], cause === undefined ? undefined : { cause });
    this.name = 'KeysError';
    this.code = code;
  }
}
