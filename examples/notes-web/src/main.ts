// A whole Synckeep server with two demo users, and the page of the notes at its root: one process, one origin.
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createOAuth } from '@synckeep/accounts/oauth';
import { createPages } from '@synckeep/accounts/pages';
import { silentLog, systemRandom } from '@synckeep/core';
import { createNodeHandler } from '@synckeep/node-http';
import { compose } from 'synckeep';
import { demoUsers, openDemo } from './demo.js';
import { createPageHandler } from './page.js';

const { DATA_DIR: dataDir = './data', PAGE_DIR: pageDir = './dist/page', PORT: port = '3000' } = process.env;
await mkdir(dataDir, { recursive: true, mode: 0o700 });

const addressOf = (): string => {
  const address = http.address();
  return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : port}`;
};
const log = { ...silentLog, warn: console.warn, error: console.error };
const composition = await compose({ dataDir, baseUrl: addressOf, pageUrl: addressOf, rateLimit: 'on', log });
const { accounts, server } = composition;
const pages = createPages({
  publicUrl: addressOf,
  sections: [createOAuth({ accounts })],
  random: systemRandom,
  log,
});

let apiKey = '';
const answerCalls = createNodeHandler(server);
const answerSignIn = createNodeHandler(pages);
const answerPage = createPageHandler(pageDir, () => ({ apiKey, demoUsers }));
const http = createServer((request, response) =>
  answerCalls(request, response, () => answerSignIn(request, response, () => void answerPage(request, response))),
);
http.requestTimeout = 0; // a large file may take longer than the five minutes that Node allows
http.timeout = 120_000; // but no connection may stand still for two
http.listen(Number(port), '127.0.0.1', async () => {
  apiKey = await openDemo(composition, dataDir, addressOf());
  console.log(`listening on ${addressOf()}`);
});

process.once('SIGTERM', () => {
  server.endStreams();
  http.close(() => composition.close());
  http.closeIdleConnections();
});
