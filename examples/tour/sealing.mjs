// What a client does before it sends anything: the server stores only what `seal` made. A stand-in for a real client
// library, which also binds each text to its row and derives its keys from a passphrase.
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

const algorithm = 'chacha20-poly1305';
const options = { authTagLength: 16 };

export const createKey = () => randomBytes(32);

export const sealBytes = (key, bytes) => {
  const nonce = randomBytes(12);
  const cipher = createCipheriv(algorithm, key, nonce, options);
  return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
};

export const openBytes = (key, sealed) => {
  const decipher = createDecipheriv(algorithm, key, sealed.subarray(0, 12), options);
  decipher.setAuthTag(sealed.subarray(-16));
  return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
};

export const seal = (key, value) => sealBytes(key, Buffer.from(JSON.stringify(value))).toString('base64');
export const open = (key, text) => JSON.parse(openBytes(key, Buffer.from(text, 'base64')).toString('utf8'));
export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
