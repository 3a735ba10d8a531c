import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFetchHandler } from '@synckeep/core/fetch';
import { createNodeHandler } from '@synckeep/node-http';
import { describeSameAnswers, overFetch, overHttp } from '@synckeep/testing';
import { listenFastify } from './stage.js';

describeSameAnswers({
  'node:http': overHttp(async (server) => {
    const http = createServer(createNodeHandler(server));
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    return {
      port: (http.address() as AddressInfo).port,
      async close() {
        http.close();
        http.closeAllConnections();
      },
    };
  }),
  Fastify: overHttp(listenFastify),
  'the fetch form': overFetch(createFetchHandler),
});
