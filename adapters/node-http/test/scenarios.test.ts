import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createNodeHandler } from '@synckeep/node-http';
import { describeDerived, describeFuzz, describeScenarios, overHttp } from '@synckeep/testing';

const setup = {
  open: overHttp(async (server) => {
    const http = createServer(createNodeHandler(server));
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    const { port } = http.address() as AddressInfo;
    return {
      port,
      async close() {
        const closed = once(http, 'close');
        http.close();
        http.closeAllConnections();
        await closed;
      },
    };
  }),
};

describeScenarios('node:http', setup);
describeDerived('node:http', setup);
describeFuzz('node:http', setup, { requests: 5000 });
