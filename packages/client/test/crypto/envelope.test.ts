import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createRecoveryCode,
  type DeriveKey,
  describeEnvelope,
  openEnvelope,
  replacePassphrase,
  replaceRecoveryCode,
  rotateVaultSecret,
  sealEnvelope,
  secureRandom,
} from '../../src/crypto/index.js';
import { keyIdOf } from '../../src/crypto/vault.js';
import { quick } from './quick-envelope.js';
import { newVault } from './sealed.js';

const passphrase = 'correct horse';
const code = createRecoveryCode();
const vault = newVault();

describe('an envelope', () => {
  test('fits into what a server stores, and says nothing but its vault and key', async () => {
    const text = await sealEnvelope(vault, { passphrase, recoveryCode: code }, quick);
    expect(text.length).toBeLessThan(500);
    expect(describeEnvelope(text)).toEqual({ vaultId: vault.vaultId, keyId: keyIdOf(vault), hasRecoveryCode: true });
  });

  test('opens by the passphrase and by the recovery code, and by no other', async () => {
    const text = await sealEnvelope(vault, { passphrase, recoveryCode: code }, quick);
    expect(await openEnvelope(text, { passphrase })).toEqual(vault);
    expect(await openEnvelope(text, { recoveryCode: code.toLowerCase().replaceAll('-', ' ') })).toEqual(vault);
    await expect(openEnvelope(text, { passphrase: 'correct hors' })).rejects.toMatchObject({
      code: 'wrong_passphrase',
    });
    await expect(openEnvelope(text, { recoveryCode: createRecoveryCode() })).rejects.toMatchObject({
      code: 'wrong_recovery_code',
    });
    await expect(
      openEnvelope(text, { recoveryCode: code.replace(/.$/, (last) => (last === '0' ? '1' : '0')) }),
    ).rejects.toMatchObject({ code: 'mistyped_recovery_code' });
  });

  test('opens however the passphrase was typed: composed or decomposed letters', async () => {
    const text = await sealEnvelope(vault, { passphrase: 'Zo\u00eb', recoveryCode: null }, quick);
    expect(await openEnvelope(text, { passphrase: 'Zoe\u0308' })).toEqual(vault);
    await expect(openEnvelope(text, { recoveryCode: code })).rejects.toMatchObject({ code: 'no_recovery_code' });
  });

  test('is not made with an empty passphrase', async () => {
    await expect(sealEnvelope(vault, { passphrase: '', recoveryCode: null }, quick)).rejects.toMatchObject({
      code: 'weak_passphrase',
    });
  });

  test('takes another passphrase and keeps its recovery code, and the other way round', async () => {
    const text = await sealEnvelope(vault, { passphrase, recoveryCode: code }, quick);
    const changed = await replacePassphrase(text, vault, 'another', quick);
    expect(await openEnvelope(changed, { passphrase: 'another' })).toEqual(vault);
    expect(await openEnvelope(changed, { recoveryCode: code })).toEqual(vault);
    await expect(openEnvelope(changed, { passphrase })).rejects.toMatchObject({ code: 'wrong_passphrase' });
    const otherCode = createRecoveryCode();
    const recoverable = replaceRecoveryCode(text, vault, otherCode);
    expect(await openEnvelope(recoverable, { recoveryCode: otherCode })).toEqual(vault);
    expect(await openEnvelope(recoverable, { passphrase })).toEqual(vault);
    await expect(openEnvelope(recoverable, { recoveryCode: code })).rejects.toMatchObject({
      code: 'wrong_recovery_code',
    });
    await expect(openEnvelope(replaceRecoveryCode(text, vault, null), { recoveryCode: code })).rejects.toMatchObject({
      code: 'no_recovery_code',
    });
  });

  test('of another vault or key is not taken for the own one', async () => {
    const text = await sealEnvelope(vault, { passphrase, recoveryCode: null }, quick);
    for (const other of [newVault(), rotateVaultSecret(vault, secureRandom)]) {
      await expect(replacePassphrase(text, other, 'another', quick)).rejects.toMatchObject({
        code: 'malformed_envelope',
      });
    }
  });

  test('with a wrap of a later version opens, and keeps it', async () => {
    const text = await sealEnvelope(vault, { passphrase, recoveryCode: null }, quick);
    const later = Buffer.concat([Buffer.from(text, 'base64url'), Buffer.of(9, 0, 3, 7, 7, 7)]).toString('base64url');
    expect(await openEnvelope(later, { passphrase })).toEqual(vault);
    expect(replaceRecoveryCode(later, vault, null)).toBe(later);
  });

  /** Says what it was asked for, and how much it would have cost. */
  const cheap: DeriveKey = async (_passphrase, salt) => salt;

  test('is refused when any bit of it is flipped', async () => {
    const options = { deriveKey: cheap };
    const text = await sealEnvelope(vault, { passphrase, recoveryCode: code }, options);
    const length = Buffer.from(text, 'base64url').length;
    await fc.assert(
      fc.asyncProperty(fc.nat(8 * length - 1), async (bit) => {
        const bytes = Buffer.from(text, 'base64url');
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const changed = bytes.toString('base64url');
        const opened = await Promise.allSettled([
          openEnvelope(changed, { passphrase }, options),
          openEnvelope(changed, { recoveryCode: code }),
        ]);
        // A bit of one wrap leaves the other one good; what both share spoils both.
        const good = opened.filter(({ status }) => status === 'fulfilled');
        expect(good.length).toBeLessThanOrEqual(bit < 8 * 21 ? 0 : 1);
        for (const each of good) expect(each).toMatchObject({ value: vault });
      }),
      { numRuns: 400 },
    );
  });

  test('with absurd parameters is refused before anything is computed', async () => {
    let computed = 0;
    const deriveKey: DeriveKey = async (_passphrase, salt) => {
      computed++;
      return salt;
    };
    const text = await sealEnvelope(vault, { passphrase, recoveryCode: null }, { deriveKey: cheap });
    const parameters = 21 + 3;
    for (const [at, number] of [
      [1, 0xffff_ffff],
      [1, 1_048_577],
      [1, 8],
      [5, 0],
      [5, 1000],
    ] as const) {
      const bytes = Buffer.from(text, 'base64url');
      bytes.writeUInt32BE(number, parameters + at);
      await expect(openEnvelope(bytes.toString('base64url'), { passphrase }, { deriveKey })).rejects.toMatchObject({
        code: 'malformed_envelope',
      });
    }
    expect(computed).toBe(0);
  });

  test.each([
    ['', 'malformed_envelope'],
    ['!!', 'malformed_envelope'],
    ['{"json": true}', 'malformed_envelope'],
    ['AAAA', 'malformed_envelope'],
    [Buffer.alloc(21, 2).toString('base64url'), 'unsupported_envelope'],
    [Buffer.alloc(21, 1).toString('base64url'), 'malformed_envelope'],
    [Buffer.alloc(22, 1).toString('base64url'), 'malformed_envelope'],
    [Buffer.concat([Buffer.alloc(21, 1), Buffer.of(1, 0, 1, 9)]).toString('base64url'), 'unsupported_envelope'],
  ])('that is none is refused: %s', async (text, expected) => {
    await expect(openEnvelope(text, { passphrase })).rejects.toMatchObject({ code: expected });
  });
});
