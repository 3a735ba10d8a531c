import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { hostname } from 'node:os';
import { type Log, systemClock } from '@synckeep/core';
import { createNodeHandler } from '@synckeep/node-http';
import { createBackupSchedule, type ScheduleOptions } from './backup/schedule.js';
import { watchErasures } from './backup/watch-erasures.js';
import { type Composition, compose } from './compose.js';
import { watchDisk } from './disk-watch.js';
import { listen } from './listen.js';
import type { MetricsPlace } from './metrics-place.js';
import type { Parts } from './open-parts.js';
import { createProbes } from './probes.js';
import { type ServedMetrics, serveMetrics } from './serve-metrics.js';
import type { SmtpPlace } from './smtp-url.js';

export interface StartOptions extends Parts {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly publicUrl?: string | undefined;
  readonly serviceName?: string | undefined;
  readonly smtp?: SmtpPlace | undefined;
  readonly mailFrom?: string | undefined;
  readonly blobUrl?: string | undefined;
  /** Addresses and networks (CIDR) whose forwarded headers count; none when left out. */
  readonly trustedProxies?: readonly string[] | undefined;
  readonly rateLimit: 'on' | 'off';
  readonly bytesLimit?: number | undefined;
  readonly blobLimit?: number | undefined;
  readonly membershipStatus?: 402 | 403;
  readonly auditRetention?: number | undefined;
  readonly lapsedAccess?: 'none' | 'read';
  readonly stripeSecrets?: readonly string[] | undefined;
  readonly stripeGrace?: number | undefined;
  /** Where Prometheus reads metrics; null or left out: nowhere, and nothing is measured. */
  readonly metrics?: MetricsPlace | null | undefined;
  /** Seconds from one backup to the next; none by itself when left out. */
  readonly backupEvery?: number | undefined;
  /** Takes one. */
  readonly takeBackup?: ScheduleOptions['take'];
  readonly log: Log;
}

export interface RunningServer {
  /** `http://127.0.0.1:8787`, with the real port. */
  readonly url: string;
  /** `http://127.0.0.1:9464/metrics`; null without metrics. */
  readonly metricsUrl: string | null;
  /** A new link that makes the first administrator; null when there is one. */
  createSetupLink(): Promise<string | null>;
  /**
   * Takes no more connections, ends streams, lets the requests under way finish for `patience` milliseconds (6,000 when
   * left out), cuts what is left, and closes the database. Calling it again waits for the same end.
   */
  stop(patience?: number): Promise<void>;
}

/**
 * Times for a server that takes uploads of gigabytes and holds streams open:
 * - no limit for a whole request, because an upload takes as long as its line needs;
 * - headers within a minute, and no connection may stay silent for two in either direction, which a stream with its
 *   keepalives never does: whoever only holds connections open loses them;
 * - idle connections are kept longer than proxies keep theirs (a minute), so that the proxy is who closes them and never
 *   sends a request into a closing one.
 */
const times = {
  requestTimeout: 0,
  headersTimeout: 60_000,
  keepAliveTimeout: 75_000,
  connectionsCheckingInterval: 10_000,
};
const silence = 120_000;

const sources = { host: 'HOST or --host', port: 'PORT or --port' };

/**
 * Connections that have not asked for anything yet. Browsers open some to have them; Node takes none of them for idle.
 * @returns closes them
 */
const watchUnused = (http: Server): (() => void) => {
  const open = new Set<Socket>();
  http.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  return () => {
    for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
  };
};

/** Resolves when the last connection is closed; cuts those that are still open after `patience` milliseconds. */
const drain = (http: Server, closeUnused: () => void, patience: number): Promise<void> =>
  new Promise((resolve, reject) => {
    closeUnused();
    // A connection that was busy when the server closed becomes idle later, and nothing else would close it then.
    const sweep = setInterval(() => http.closeIdleConnections(), 20);
    const cut = setTimeout(() => http.closeAllConnections(), patience);
    http.close((error) => {
      clearInterval(sweep);
      clearTimeout(cut);
      if (error) reject(error);
      else resolve();
    });
  });

/** The library is loaded here and only here, so that others do not pay for it. */
const openMetrics = async (place: MetricsPlace | null | undefined) => {
  if (!place) return null;
  const { createMetrics } = await import('@synckeep/metrics');
  return { place, metrics: createMetrics() };
};

/** What a server does by itself beside the core's own maintenance. */
const startBackground = (composition: Composition, options: StartOptions) => {
  const { storage, notifier, log, disk } = composition;
  const { backup: place, backupEvery, takeBackup: take } = options;
  const stopDisk = watchDisk({ disk, clock: systemClock, log });
  const stopErasures = watchErasures({ place, records: storage.records, notifier, log });
  const node = `${hostname()} ${process.pid}`;
  const schedule =
    backupEvery === undefined || take === undefined
      ? null
      : createBackupSchedule({
          records: storage.records,
          clock: systemClock,
          log,
          node,
          every: backupEvery * 1000,
          take,
        });
  return {
    async stop(): Promise<void> {
      stopDisk();
      stopErasures();
      await schedule?.stop();
    },
  };
};

/** Opens everything and serves it. @throws Refusal when a part of it or the address cannot be used. */
export const startServer = async (options: StartOptions): Promise<RunningServer> => {
  const { host, port, log } = options;
  let url = '';
  const pageUrl = () => options.publicUrl ?? url;
  const measured = await openMetrics(options.metrics);
  const composition = await compose({
    ...options,
    baseUrl: () => options.blobUrl ?? pageUrl(),
    pageUrl,
    observers: measured ? [measured.metrics.observer] : [],
  });
  const binding = { trustedProxies: options.trustedProxies ?? [], log };
  // Only here: no command needs what the pages are made with.
  const [{ openPages }, { openDashboard }] = await Promise.all([
    import('./open-pages.js'),
    import('./open-dashboard.js'),
  ]);
  const answerProbes = createProbes(composition.server, log);
  const dashboard = openDashboard(pageUrl, log);
  const answerDashboard = dashboard && createNodeHandler(dashboard, binding);
  const answerPages = createNodeHandler(openPages(composition, pageUrl), binding);
  const answerCalls = createNodeHandler(composition.server, binding);
  const http = createServer(times, (request, response) => {
    if (answerProbes(request, response)) return;
    const answerRest = () => answerPages(request, response, () => answerCalls(request, response));
    if (answerDashboard) answerDashboard(request, response, answerRest);
    else answerRest();
  });
  http.setTimeout(silence);
  const closeUnused = watchUnused(http);
  let served: ServedMetrics | null = null;
  try {
    await composition.check();
    if (measured) {
      if (composition.pool) measured.metrics.addPool('postgres', composition.pool);
      served = await serveMetrics(measured.metrics, measured.place, log);
    }
    url = await listen(http, host, port, sources);
  } catch (error) {
    await served?.close();
    await composition.close();
    throw error;
  }

  const background = startBackground(composition, options);
  const end = async (patience: number): Promise<void> => {
    composition.server.endStreams();
    try {
      await Promise.all([drain(http, closeUnused, patience), background.stop()]);
    } finally {
      await served?.close();
      await composition.close();
    }
  };
  let ending: Promise<void> | undefined;
  return {
    url,
    metricsUrl: served?.url ?? null,
    createSetupLink: composition.createSetupLink,
    stop(patience = 6_000) {
      ending ??= end(patience);
      return ending;
    },
  };
};
