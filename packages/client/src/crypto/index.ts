export type {
  ChangeOp,
  EntryCipher,
  OpenedChange,
  OpenFailure,
  PlainChange,
  ReceivedChange,
  SealedChange,
} from './entry-cipher.js';
