import type { Transfer } from '@synckeep/core';
import type { Database } from 'better-sqlite3';
import { once } from './once.js';
import type { Reader } from './reader.js';
import { prepareBegin } from './transfer/begin.js';
import { prepareEnd } from './transfer/end.js';
import { prepareHead } from './transfer/head.js';
import { prepareReadPart } from './transfer/read-part.js';
import { prepareWritePart } from './transfer/write-part.js';
import type { Writer } from './writer.js';

export const createTransfer = (database: Database, writer: Writer, read: Reader): Transfer => {
  const statements = once(() => ({
    head: prepareHead(database),
    readPart: prepareReadPart(database),
    begin: prepareBegin(database),
    writePart: prepareWritePart(database),
    end: prepareEnd(database),
  }));
  return {
    head: (scope) => read(() => statements().head(scope)),
    read: (scope, part, query) => read(() => statements().readPart(scope, part, query)),
    begin: (scope, by, head) => writer.write(() => statements().begin(scope, by, head)),
    write: (scope, by, part, items) => writer.write(() => statements().writePart(scope, by, part, items)),
    seal: (scope, by) => writer.write(() => statements().end.seal(scope, by)),
    publish: (importId, limit) => writer.write(() => statements().end.publish(importId, limit)),
    abandon: (importId, scope, limit) => writer.write(() => statements().end.abandon(importId, scope, limit)),
  };
};
