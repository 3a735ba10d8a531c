// The program of the module worker. `startCryptoWorker` starts it; nothing imports it.
import { serveWorker } from './crypto/serve-worker.js';
import type { WorkerAnswer, WorkerRequest } from './crypto/worker-messages.js';

const serve = serveWorker((answer: WorkerAnswer) => self.postMessage(answer));

self.addEventListener('message', ({ data }: MessageEvent<WorkerRequest>) => {
  void serve(data);
});
