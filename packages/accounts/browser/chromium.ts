import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core';
import { describe } from 'vitest';

const executablePath = process.env['CHROMIUM'] || '/usr/bin/chromium';
const isRequired = (process.env['SYNCKEEP_REQUIRE'] ?? '').split(',').includes('chromium');
const isThere = existsSync(executablePath);

if (isRequired && !isThere) throw new Error(`There is no Chromium at ${executablePath}. Set CHROMIUM.`);
if (!isThere) console.warn(`Skipped: there is no Chromium at ${executablePath}. Set CHROMIUM to run these tests.`);

export const describeInBrowser = (name: string, suite: () => void): void => {
  describe.skipIf(!isThere)(name, suite);
};

/** What only matters on somebody's desktop. */
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--hide-scrollbars',
];

/** A fresh browser; its complaints about a page are kept. */
export const openBrowser = async (options: BrowserContextOptions = {}) => {
  const folder = mkdtempSync(join(tmpdir(), 'synckeep-browser-'));
  const context: BrowserContext = await chromium.launchPersistentContext(folder, {
    ...options,
    executablePath,
    args,
    headless: true,
  });
  const complaints: string[] = [];
  context.on('console', (message) => {
    // A refused password is answered with its status, which the browser notes.
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) complaints.push(message.text());
  });
  context.on('weberror', (error) => complaints.push(error.error().message));
  return {
    context,
    complaints,
    newPage: () => context.newPage(),
    async close() {
      await context.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
