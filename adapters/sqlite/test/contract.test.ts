import { createSqliteNotifier } from '@synckeep/sqlite';
import { describeNotifier, describeStorage, withFaults } from '@synckeep/testing';
import { openFile } from './opened.js';
import { createAccount } from './samples.js';

describeStorage('sqlite', {
  open: async () => {
    const file = await openFile();
    const faulty = withFaults(file.connect().storage);
    await faulty.storage.migrate();
    const other = file.connect().storage;
    // An append is one synchronous transaction, so nothing can come into the middle of it.
    return { storage: faulty.storage, other, stall: () => faulty.hold('changeLog', 'append'), close: file.close };
  },
});

describeNotifier('sqlite', {
  open: async () => {
    const file = await openFile();
    const { database, storage } = file.connect();
    await storage.migrate();
    return {
      notifier: createSqliteNotifier({ database }),
      other: createSqliteNotifier({ database: file.connect().database }),
      commit: async () => {
        await createAccount(storage);
      },
      close: file.close,
    };
  },
});
