import { createHash } from 'node:crypto';
import type { Scope } from '@synckeep/core';

const format = (hex: string): string =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;

/**
 * The UUID that stands for a scope in every key: the first 128 bits of SHA-256 over app and user. So no request has to
 * look it up, and rows of one scope are together wherever they are distributed.
 */
export const toScopeId = ({ appId, userId }: Scope): string =>
  format(createHash('sha256').update(`${appId}/${userId}`).digest('hex'));
