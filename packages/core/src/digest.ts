import { hmac } from '@noble/hashes/hmac.js';
import { sha1 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Random } from './ports/index.js';

/** SHA-256 of a text in hex: how API keys and tickets are stored. */
export const digest = (text: string): string => bytesToHex(sha256(utf8ToBytes(text)));

export const keyedDigest = (keyHex: string, text: string): string =>
  bytesToHex(hmac(sha256, hexToBytes(keyHex), utf8ToBytes(text)));

export const randomHex = (random: Random, length: number): string => bytesToHex(random.bytes(length));

const format = (bytes: Uint8Array, version: number): string => {
  const copy = Uint8Array.from(bytes.subarray(0, 16));
  copy[6] = ((copy[6] ?? 0) & 0x0f) | (version << 4);
  copy[8] = ((copy[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytesToHex(copy);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
};

export const randomUuid = (random: Random): string => format(random.bytes(16), 4);

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const namespace = hexToBytes('6ba7b8109dad11d180b400c04fd430c8');

/** An id as it is when it is a UUID in lower case, else the UUIDv5 that stands for it (P-2). */
export const toUuid = (id: string): string =>
  uuid.test(id) ? id : format(sha1(Uint8Array.from([...namespace, ...utf8ToBytes(id)])), 5);
