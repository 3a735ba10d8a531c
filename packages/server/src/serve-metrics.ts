import { createServer } from 'node:http';
import type { Log } from '@synckeep/core';
import type { Metrics } from '@synckeep/metrics';
import type { Closeable } from './closing.js';
import { listen } from './listen.js';
import type { MetricsPlace } from './metrics-place.js';

const source = 'SYNCKEEP_METRICS or --metrics';

export interface ServedMetrics extends Closeable {
  readonly url: string;
}

/** Answers `GET /metrics` on an address of its own, so that nobody reaches it who reaches the server. @throws Refusal */
export const serveMetrics = async (
  metrics: Metrics,
  { host, port }: MetricsPlace,
  log: Log,
): Promise<ServedMetrics> => {
  const http = createServer({ requestTimeout: 10_000 }, (request, response) => {
    if (request.url?.replace(/\?.*$/s, '') !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    if (request.method !== 'GET') {
      response.writeHead(405, { allow: 'GET' }).end();
      return;
    }
    metrics.text().then(
      (text) => response.writeHead(200, { 'content-type': metrics.contentType, 'cache-control': 'no-store' }).end(text),
      (error: unknown) => {
        log.error({ err: error }, 'Metrics could not be collected.');
        response.writeHead(500).end();
      },
    );
  });
  const url = await listen(http, host, port, { host: source, port: source });
  return {
    url: `${url}/metrics`,
    close: () =>
      new Promise((resolve, reject) => {
        http.close((error) => (error ? reject(error) : resolve()));
        http.closeAllConnections();
      }),
  };
};
