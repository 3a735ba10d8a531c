import type { Dispatcher, Log, Mount } from '@synckeep/core';
import type { FastifyPluginAsync } from 'fastify';
import { takeOver, toLogged } from './take-over.js';

export interface SynckeepPagesOptions {
  /** What `createPages` of `@synckeep/accounts/pages` made. */
  readonly pages: Dispatcher & {
    readonly mount: Mount;
    /** The paths that they stand at and below. */
    paths(): readonly string[];
  };
  /** Hears of what no answer can tell; the log of the instance by default. */
  readonly log?: Log;
}

/**
 * Binds what browsers see of a server to Fastify, as a plugin that changes nothing outside of itself. Where the pages
 * stand says their public URL: register it without a prefix.
 * @throws TypeError under a prefix
 */
export const synckeepPages: FastifyPluginAsync<SynckeepPagesOptions> = async (
  fastify,
  { pages, log = fastify.log },
) => {
  if (fastify.prefix !== '')
    throw new TypeError(
      `synckeepPages: leave out the prefix "${fastify.prefix}"; the public URL of the pages says where they are.`,
    );
  const handler = takeOver(fastify, pages, pages.mount, log);
  const route = {
    method: [...fastify.supportedMethods],
    exposeHeadRoute: false,
    logSerializers: { req: toLogged },
    handler,
  };
  for (const path of pages.paths()) {
    fastify.route({ ...route, url: path });
    fastify.route({ ...route, url: `${path}/*` });
  }
};
