import { library } from '../../tsup.base.js';

export default library(['src/index.ts', 'src/pages/index.ts', 'src/oauth/index.ts', 'src/self-service/index.ts']);
