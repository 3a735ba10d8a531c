import { library } from '../../tsup.base.js';

export default library([
  'src/index.ts',
  'src/node.ts',
  'src/crypto/index.ts',
  'src/crypto-worker.ts',
  'src/command.ts',
]);
