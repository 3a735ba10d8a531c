import type { Transfer } from '@synckeep/core';
import type { Database } from './database.js';
import { createBegin } from './transfer/begin.js';
import { createEnd } from './transfer/end.js';
import { createHead } from './transfer/head.js';
import { createReadPart } from './transfer/read-part.js';
import { createWritePart } from './transfer/write-part.js';

export const createTransfer = (database: Database): Transfer => ({
  head: createHead(database),
  read: createReadPart(database),
  begin: createBegin(database),
  write: createWritePart(database),
  ...createEnd(database),
});
