import { describe, expect, it } from 'vitest';
import { type Call, createUrlSigner, type Secret } from '../../src/index.js';

const baseUrl = 'https://sync.example.org/api/sync';
const start = Date.UTC(2030, 0, 1);
const expiresAt = start + 60_000;
const grant = { objectKey: `app/user/${'0a'.repeat(32)}-1b`, sizeBytes: 12, hash: 'c3'.repeat(32), expiresAt };
const refused = expect.objectContaining({ code: 'invalid_signature' });

const makeSecret = (id: string, fill: number): Secret => ({ id, bytes: new Uint8Array(32).fill(fill) });

const openSigner = (secrets: Secret[] = [makeSecret('first', 1)]) => {
  const clock = { time: start, now: () => clock.time, after: () => () => {} };
  const signer = createUrlSigner({ secrets: { list: () => secrets }, baseUrl: () => `${baseUrl}/`, clock });
  return { signer, clock, secrets };
};

/** The call and the rest of its path that a binding makes of a URL. */
const toCall = (url: string, headers: Readonly<Record<string, string>> = {}): [Call, string] => {
  const [path = '', query = ''] = url.slice(baseUrl.length).split('?');
  const call: Call = {
    method: 'PUT',
    path,
    query,
    header: (name) => headers[name],
    address: '127.0.0.1',
    body: { bytes: async () => new Uint8Array(), async *chunks() {} },
    signal: new AbortController().signal,
  };
  return [call, path.slice('/blobs/object/'.length)];
};

describe('a URL signer', () => {
  it('gives back what it signed', () => {
    const { signer } = openSigner();
    expect(signer.verifyUpload(...toCall(signer.signUpload(grant)))).toEqual(grant);
    expect(signer.verifyDownload(...toCall(signer.signDownload(grant.objectKey, expiresAt)))).toBe(grant.objectKey);
  });

  it('has one spelling of each URL: no character of it can be changed', () => {
    const { signer } = openSigner();
    const url = signer.signUpload(grant);
    for (let at = baseUrl.length + signer.routePath.length; at < url.length; at += 1) {
      const changed = url.slice(0, at) + (url[at] === '7' ? '8' : '7') + url.slice(at + 1);
      expect(() => signer.verifyUpload(...toCall(changed)), changed).toThrow(refused);
    }
    for (const other of [url.toUpperCase(), `${url}0`, url.slice(0, -1), url.replace(/&signature.*/, '')]) {
      expect(() => signer.verifyUpload(...toCall(other)), other).toThrow(refused);
    }
  });

  it('keeps uploads and downloads apart', () => {
    const { signer } = openSigner();
    expect(() => signer.verifyDownload(...toCall(signer.signUpload(grant)))).toThrow(refused);
    expect(() => signer.verifyUpload(...toCall(signer.signDownload(grant.objectKey, expiresAt)))).toThrow(refused);
    const widened = `${signer.signDownload(grant.objectKey, expiresAt)}&size=12&hash=${grant.hash}`;
    expect(() => signer.verifyUpload(...toCall(widened))).toThrow(refused);
  });

  it('refuses from the moment of expiry', () => {
    const { signer, clock } = openSigner();
    const url = signer.signUpload(grant);
    clock.time = expiresAt - 1;
    expect(signer.verifyUpload(...toCall(url))).toEqual(grant);
    clock.time = expiresAt;
    expect(() => signer.verifyUpload(...toCall(url))).toThrow(refused);
  });

  it('signs with the first secret and verifies with every one that is listed', () => {
    const { signer, secrets } = openSigner();
    const old = signer.signUpload(grant);
    secrets.unshift(makeSecret('second', 2));
    expect(signer.signUpload(grant)).toContain('kid=second');
    expect(signer.verifyUpload(...toCall(old))).toEqual(grant);
    secrets.pop();
    expect(() => signer.verifyUpload(...toCall(old))).toThrow(refused);
    expect(() => signer.verifyUpload(...toCall(old.replace('kid=first', 'kid=second')))).toThrow(refused);
  });

  it('refuses an upload that announces another length, after its signature', () => {
    const { signer } = openSigner();
    const url = signer.signUpload(grant);
    expect(signer.verifyUpload(...toCall(url, { 'content-length': '12' }))).toEqual(grant);
    const mismatch = expect.objectContaining({ code: 'blob_mismatch' });
    expect(() => signer.verifyUpload(...toCall(url, { 'content-length': '13' }))).toThrow(mismatch);
    expect(() => signer.verifyUpload(...toCall(url.replace('size=12', 'size=13'), { 'content-length': '13' }))).toThrow(
      refused,
    );
  });

  it.each([
    '',
    '/a',
    'a/',
    'a//b',
    '..',
    'a/../b',
    'a.b',
    'A',
    'a\nb',
    'a%2fb',
    `${'a/'.repeat(10)}a`,
    'a'.repeat(129),
  ])('signs no key of the form %j', (key) => {
    const { signer } = openSigner();
    expect(() => signer.signDownload(key, expiresAt)).toThrow(TypeError);
    expect(() => signer.signUpload({ ...grant, objectKey: key })).toThrow(TypeError);
  });

  it('says so when there is no secret', () => {
    expect(() => openSigner([]).signer.signUpload(grant)).toThrow('secrets.list() is empty');
  });
});
