import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBrowser } from '../../../packages/accounts/browser/chromium.js';
import { bundleProgram } from '../../../packages/server/test/bundle-program.js';
import { buildPage, workspace } from '../test/build-page.js';

export const ada = { email: 'ada@example.org', password: 'correct horse battery staple' };
export const passphrase = 'eleven purple tractors sing';

/** The example, built once, served anew for each test; everything is ended and removed by `close`. */
export const openStage = async () => {
  const [page, bundle] = await Promise.all([buildPage(), bundleProgram(workspace)]);
  const folders: string[] = [];
  const children: ChildProcess[] = [];

  const serve = async () => {
    const folder = mkdtempSync(join(tmpdir(), 'synckeep-notes-'));
    folders.push(folder);
    const child = spawn(process.execPath, [bundle.path], {
      env: { ...process.env, DATA_DIR: folder, PAGE_DIR: page.folder, PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    const url = await new Promise<string>((resolve, reject) => {
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        const found = /^listening on (\S+)$/m.exec(text)?.[1];
        if (found) resolve(found);
      });
      child.once('close', (code) => reject(new Error(`The example ended with ${code}.`)));
    });
    return {
      url,
      /** The names of files below the data folder that hold this text, in UTF-8 or UTF-16. */
      filesWith(text: string): readonly string[] {
        const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
        const paths = files.map(({ parentPath, name }) => join(parentPath, name));
        return paths.filter((path) => {
          const bytes = readFileSync(path);
          return bytes.includes(text) || bytes.includes(Buffer.from(text, 'utf16le'));
        });
      },
    };
  };

  /** A person's device: a browser profile of its own, with the page open. */
  const openDevice = async (url: string) => {
    const browser = await openBrowser({ locale: 'en-GB', timezoneId: 'UTC' });
    const window = await browser.newPage();
    await window.goto(url);
    return { ...browser, window };
  };

  return {
    serve,
    openDevice,
    close(): void {
      for (const child of children) child.kill('SIGKILL');
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
      bundle.remove();
      page.remove();
    },
  };
};

export type Stage = Awaited<ReturnType<typeof openStage>>;
export type Device = Awaited<ReturnType<Stage['openDevice']>>;
