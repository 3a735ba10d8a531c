import { createSqliteStorage } from '../src/index.js';
import { openSqlite } from '../src/open.js';
import { addDevice, newBatch, newChange } from './samples.js';

/** A process of its own that pushes batches of ten rows: `child.js PATH APP USER NAME COUNT`; it prints each acknowledged one. */
const [path = '', appId = '', userId = '', name = '', count = '0'] = process.argv.slice(2);
const scope = { appId, userId };
const storage = createSqliteStorage({ database: openSqlite(path) });
await storage.migrate();
const deviceId = await addDevice(storage, scope);
for (let batch = 0; batch < Number(count); batch++) {
  const changes = Array.from({ length: 10 }, (_, row) => newChange(`${name}.${batch}.${row}`));
  const { position } = await storage.changeLog.append(scope, newBatch(deviceId, changes));
  process.stdout.write(`${name} ${batch} ${position}\n`);
}
