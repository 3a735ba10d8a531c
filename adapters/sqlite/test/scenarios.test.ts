import { describeDerived, describeScenarios } from '@synckeep/testing';
import { openFile } from './opened.js';

const setup = {
  async storage() {
    const file = await openFile();
    const { database, storage } = file.connect();
    const dump = (): string => {
      const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
      const rows = tables.map((table) => database.prepare(`SELECT * FROM "${table}"`).all());
      return JSON.stringify(rows, (_, value) => (Buffer.isBuffer(value) ? `${value}${value.toString('hex')}` : value));
    };
    return { storage, dump, close: () => file.close() };
  },
};

describeScenarios('SQLite', setup);
describeDerived('SQLite', setup);
