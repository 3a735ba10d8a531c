import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { expect } from 'vitest';
import { zeroId } from '../derived-inputs.js';
import { createPublisher, offeredTo, toBytes } from '../releases.js';
import type { Topic } from '../scenario.js';

const keyId = Buffer.from('0123456789abcdef', 'hex');

/** A key of minisign, made as the format says and with the Ed25519 of Node. */
const createSigner = (id = keyId) => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  const publicFile = `untrusted comment: minisign public key\n${Buffer.concat([Buffer.from('Ed'), id, raw]).toString('base64')}\n`;
  return {
    publicFile,
    sign(bytes: Uint8Array, { mark = 'ED', signedComment = 'timestamp:1\tfile:notes' } = {}): string {
      const message = mark === 'ED' ? createHash('blake2b512').update(bytes).digest() : bytes;
      const signature = sign(null, message, privateKey);
      const overall = sign(null, Buffer.concat([signature, Buffer.from(signedComment)]), privateKey);
      const line = Buffer.concat([Buffer.from(mark), id, signature]).toString('base64');
      return `untrusted comment: signature\n${line}\ntrusted comment: timestamp:1\tfile:notes\n${overall.toString('base64')}\n`;
    },
  };
};

const toTauri = (file: string): string => Buffer.from(file).toString('base64');

/** Signatures: P-148. */
export const updateSignatures: Topic = (scenario) => {
  scenario('publishes what is signed with the key that the app registered, and nothing else [P-148]', async (f) => {
    const app = await f.app();
    const publisher = createPublisher(f, app);
    await publisher.takeSlug('notes');
    const bytes = toBytes('an app that is signed');
    const [signer, stranger] = [createSigner(), createSigner(Buffer.from('ffffffffffffffff', 'hex'))];
    const impostor = createSigner();
    expect(await f.server.updateKeys.set(app.id, toTauri(signer.publicFile))).toBe(true);
    expect(await f.server.updateKeys.set(zeroId, signer.publicFile)).toBe(false);
    const wrong = {
      'it is no signature': ['', 'c2ln', toTauri('no signature'), signer.sign(bytes).replace('\ntrusted', '\ntrust')],
      'made with another key': [stranger.sign(bytes)],
      'it is not of these bytes': [signer.sign(toBytes('others')), impostor.sign(bytes)],
      'in the old format': [signer.sign(bytes, { mark: 'Ed' })],
      'comment was changed': [signer.sign(bytes, { signedComment: 'timestamp:2' })],
    };
    const id = await publisher.begin();
    for (const [problem, signatures] of Object.entries(wrong)) {
      for (const signature of signatures) {
        const again = await f.call('createArtifact', {
          ...publisher.on(id),
          body: { ...{ target: 'linux', arch: 'x86_64', file_size: bytes.length, signature }, sha256: sha256Of(bytes) },
        });
        if (again.ok().upload_url !== '') await publisher.upload(id, { bytes, signature });
        const details = (await publisher.confirm(id)).refusal('update_signature_invalid');
        expect(details).toMatchObject({ target: 'linux', arch: 'x86_64', problem: expect.stringContaining(problem) });
        (await f.call('publishRelease', publisher.on(id))).refusal('release_incomplete');
      }
    }
    await publisher.upload(id, { bytes, signature: toTauri(signer.sign(bytes)) });
    (await publisher.confirm(id)).ok();
    (await f.call('publishRelease', publisher.on(id))).ok();
    expect(await offeredTo(f, '1.0.0')).toBe('1.2.0');
  });

  scenario('looks again when it publishes: the key may be newer than the upload [P-148]', async (f) => {
    const app = await f.app();
    const publisher = createPublisher(f, app);
    const bytes = toBytes('an app');
    const signer = createSigner();
    const plain = await publisher.draft();
    const signed = await publisher.draft({ version: '1.3.0', signature: signer.sign(bytes) });
    await f.server.updateKeys.set(app.id, signer.publicFile);
    (await f.call('publishRelease', publisher.on(plain))).refusal('update_signature_invalid');
    (await f.call('publishRelease', publisher.on(signed))).ok();
    await f.server.updateKeys.set(app.id, null);
    expect(await f.server.updateKeys.get(app.id)).toBeNull();
    (await f.call('publishRelease', publisher.on(plain))).ok();
  });

  scenario('registers no text that is no public key of minisign [P-148]', async (f) => {
    const { id } = await f.app();
    const { publicFile } = createSigner();
    const line = publicFile.split('\n')[1] ?? '';
    for (const key of ['', 'x', toTauri('x'), line.slice(4), createSigner().sign(toBytes('x'))])
      await expect(f.server.updateKeys.set(id, key)).rejects.toThrow(/no public key of minisign/);
    for (const key of [line, publicFile, toTauri(publicFile), publicFile.replaceAll('\n', '\r\n')]) {
      expect(await f.server.updateKeys.set(id, key)).toBe(true);
      expect(await f.server.updateKeys.get(id)).toBe(line);
    }
  });
};

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
