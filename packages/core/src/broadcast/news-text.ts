import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import type { News } from '../ports/index.js';

/**
 * News as short ASCII text: words with a space between them.
 *
 * | Word | Meaning |
 * | --- | --- |
 * | `synckeep1`, then 16 hex digits | this format, and who sends |
 * | `*`, `!` | `all`, `access` |
 * | `A…`, `U…`, `D…` | what follows is about this app, user, device: a UUID as 22 characters of base64 |
 * | `K` | `keys` |
 * | `3+2` | `log`, the positions (3, 5], in base 36 |
 */
const format = 'synckeep1';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const shortUuid = /^[A-Za-z0-9+/]{22}$/;
const range = /^([0-9a-z]{1,11})\+([0-9a-z]{1,11})$/;
const sender = /^[0-9a-f]{16}$/;

/** What the words so far are about. */
interface Topic {
  readonly A?: string;
  readonly U?: string;
  readonly D?: string;
}

const shorten = (id: string): string | null =>
  uuid.test(id) ? btoa(String.fromCharCode(...hexToBytes(id.replaceAll('-', '')))).slice(0, 22) : null;

const lengthen = (short: string): string | null => {
  if (!shortUuid.test(short)) return null;
  const bytes = Uint8Array.from(atob(`${short}==`), (character) => character.charCodeAt(0));
  return bytesToHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
};

const toTopic = (news: News): Topic => {
  if (news.topic === 'all' || news.topic === 'access') return {};
  const { appId, userId } = news.scope;
  return { A: appId, U: userId, ...(news.topic === 'log' && { D: news.deviceId }) };
};

const toMark = (news: News): string | null => {
  if (news.topic === 'all') return '*';
  if (news.topic === 'access') return '!';
  if (news.topic === 'keys') return 'K';
  const { from, to } = news;
  const isRange = Number.isSafeInteger(from) && Number.isSafeInteger(to) && from >= 0 && to >= from;
  return isRange ? `${from.toString(36)}+${(to - from).toString(36)}` : null;
};

/** The words that say this after a text about `before`; null for what has no words: ids that are no UUIDs. */
const toWords = (news: News, before: Topic): string | null => {
  const topic = toTopic(news);
  const ids = (['A', 'U', 'D'] as const).flatMap((word) => {
    const id = topic[word];
    if (id === undefined || id === before[word]) return [];
    const short = shorten(id);
    return [short === null ? null : word + short];
  });
  const words = [...ids, toMark(news)];
  return words.includes(null) ? null : ` ${words.join(' ')}`;
};

/** As few texts of at most `longest` bytes as hold this news; a single `all` when some of it cannot be written. */
export const toTexts = (from: string, news: readonly News[], longest: number): string[] => {
  const start = `${format} ${from}`;
  const texts: string[] = [];
  let text = start;
  let topic: Topic = {};
  for (const piece of news) {
    const words = toWords(piece, topic);
    if (words === null) return [`${start} *`];
    const fits = text.length + words.length <= longest;
    if (!fits) texts.push(text);
    text = fits ? text + words : start + toWords(piece, {});
    topic = { ...(fits && topic), ...toTopic(piece) };
  }
  if (text !== start) texts.push(text);
  return texts;
};

/** What the mark at the end of a piece of news says; null when it says nothing known. */
const fromMark = (mark: string, { A: appId, U: userId, D: deviceId }: Topic): News | null => {
  if (mark === '*') return { topic: 'all' };
  if (mark === '!') return { topic: 'access' };
  if (appId === undefined || userId === undefined) return null;
  const scope = { appId, userId };
  if (mark === 'K') return { topic: 'keys', scope };
  const [, first = '', length = ''] = range.exec(mark) ?? [];
  const from = Number.parseInt(first, 36);
  const to = from + Number.parseInt(length, 36);
  return deviceId !== undefined && Number.isSafeInteger(to) ? { topic: 'log', scope, deviceId, from, to } : null;
};

/** Null when this is no text of `toTexts`, or one of another version. */
export const fromText = (text: string): { readonly from: string; readonly news: readonly News[] } | null => {
  const [start, from, ...words] = text.split(' ');
  if (start !== format || from === undefined || !sender.test(from)) return null;
  const news: News[] = [];
  let topic: Topic = {};
  for (const word of words) {
    const kind = word.charAt(0);
    if (kind === 'A' || kind === 'U' || kind === 'D') {
      const id = lengthen(word.slice(1));
      if (id === null) return null;
      topic = { ...topic, [kind]: id };
      continue;
    }
    const piece = fromMark(word, topic);
    if (piece === null) return null;
    news.push(piece);
  }
  return { from, news };
};
