import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '@synckeep/core';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFileSecrets, ensureSecretFile, rotateSecretFile } from '../src/secret-file.js';

const folders: string[] = [];
let path: string;
let now: number;
const clock = { now: () => now, after: () => () => {} };
const log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'synckeep-secret-'));
  folders.push(folder);
  path = join(folder, 'secret');
  ensureSecretFile(path, silentLog);
  now = Date.now() + 60_000;
  vi.clearAllMocks();
});
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

const ids = (secrets: { list(): readonly { id: string }[] }) => secrets.list().map(({ id }) => id);
const changeAt = (milliseconds: number) => utimesSync(path, milliseconds / 1000, milliseconds / 1000);

describe('the secret file', () => {
  it('is made once, with one secret of 32 bytes, for its owner only', () => {
    const text = readFileSync(path, 'utf8');
    expect(text).toMatch(/^[0-9a-f]{12} [0-9a-f]{64}\n$/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    ensureSecretFile(path, silentLog);
    expect(readFileSync(path, 'utf8')).toBe(text);
    expect(readdirSync(join(path, '..'))).toEqual(['secret']);
  });

  it('gets a new secret first and keeps the old ones, unless they are dropped', () => {
    const [first] = ids(createFileSecrets(path, clock, log));
    const second = rotateSecretFile(path, { dropOld: false });
    expect(ids(createFileSecrets(path, clock, log))).toEqual([second, first]);
    const third = rotateSecretFile(path, { dropOld: true });
    expect(ids(createFileSecrets(path, clock, log))).toEqual([third]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(path, '..'))).toEqual(['secret']);
  });

  it.each([
    ['', 'is empty'],
    ['kid short\n', 'Line 1 of'],
    [`kid ${'a'.repeat(64)}\nrest`, 'Line 2 of'],
  ])('refuses %j with a sentence that holds none of it', (text, words) => {
    writeFileSync(path, text);
    expect(() => createFileSecrets(path, clock, log)).toThrow(words);
  });
});

describe('the secrets of the file', () => {
  it('are looked at once a second at most, and are the same objects as long as they are the same', () => {
    const secrets = createFileSecrets(path, clock, log);
    const [before] = secrets.list();
    const made = rotateSecretFile(path, { dropOld: false });
    changeAt(now - 10_000);
    now += 999;
    expect(secrets.list()).toEqual([before]);
    now += 1;
    expect(ids(secrets)).toEqual([made, before?.id]);
    expect(secrets.list()[1]).toBe(before);
  });

  it('verify with a new secret at once and sign with it once every process knows it', () => {
    const [before] = ids(createFileSecrets(path, clock, log));
    const made = rotateSecretFile(path, { dropOld: false });
    changeAt(now);
    const secrets = createFileSecrets(path, clock, log);
    expect(ids(secrets)).toEqual([before, made]);
    now += 1_999;
    expect(ids(secrets)).toEqual([before, made]);
    now += 1;
    expect(ids(secrets)).toEqual([made, before]);
  });

  it('stay as they were, with an error in the log, while the file cannot be read', () => {
    const secrets = createFileSecrets(path, clock, log);
    const before = secrets.list();
    writeFileSync(path, 'nonsense');
    now += 1_000;
    expect(secrets.list()).toEqual(before);
    expect(log.error).toHaveBeenCalledOnce();
    rmSync(path);
    now += 1_000;
    expect(secrets.list()).toEqual(before);
    ensureSecretFile(path, silentLog);
    chmodSync(path, 0o600);
    changeAt(now - 10_000);
    now += 1_000;
    expect(secrets.list()).not.toEqual(before);
  });
});
