import { type News, type Scope, scopeKey } from '../ports/index.js';

type LogNews = Extract<News, { readonly topic: 'log' }>;

interface NewsOfScope {
  readonly scope: Scope;
  hasKeys: boolean;
  readonly logs: LogNews[];
}

/** News that waits to be sent. What says the same twice is kept once; beyond `most` pieces all of it becomes `all`. */
export interface NewsBox {
  /** No getter: in an object literal it would keep the box alive until a collection of the old generation. */
  isEmpty(): boolean;
  add(news: News): void;
  /** Covers everything that was added. News of one log is in the order in which it was added, news of one app together. */
  list(): News[];
}

/** Only what follows without a gap is merged: a listener takes every position in between for this device's. */
const extendLast = (logs: LogNews[], news: LogNews): boolean => {
  const last = logs.at(-1);
  if (last?.deviceId !== news.deviceId || last.to !== news.from) return false;
  logs[logs.length - 1] = { ...last, to: news.to };
  return true;
};

const byApp = ({ scope: a }: NewsOfScope, { scope: b }: NewsOfScope): number =>
  Number(a.appId > b.appId) - Number(a.appId < b.appId);

export const createNewsBox = (most: number): NewsBox => {
  const newsByScope = new Map<string, NewsOfScope>();
  let pieces = 0;
  let hasAccess = false;
  let isAll = false;

  const open = (scope: Scope): NewsOfScope => {
    const key = scopeKey(scope);
    const known = newsByScope.get(key);
    if (known) return known;
    const made = { scope, hasKeys: false, logs: [] };
    newsByScope.set(key, made);
    return made;
  };
  const widen = (): void => {
    isAll = true;
    newsByScope.clear();
  };
  const count = (): void => {
    pieces++;
    if (pieces > most) widen();
  };

  return {
    isEmpty: () => pieces === 0 && !hasAccess && !isAll,

    add(news) {
      if (isAll) return;
      if (news.topic === 'all') return widen();
      if (news.topic === 'access') {
        hasAccess = true;
        return;
      }
      const known = open(news.scope);
      if (news.topic === 'keys') {
        if (known.hasKeys) return;
        known.hasKeys = true;
      } else {
        if (extendLast(known.logs, news)) return;
        known.logs.push(news);
      }
      count();
    },

    list() {
      if (isAll) return [{ topic: 'all' }];
      const access: News[] = hasAccess ? [{ topic: 'access' }] : [];
      const rest = [...newsByScope.values()]
        .sort(byApp)
        .flatMap(({ scope, hasKeys, logs }): News[] => (hasKeys ? [{ topic: 'keys', scope }, ...logs] : logs));
      return [...access, ...rest];
    },
  };
};
