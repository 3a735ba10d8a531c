// Keeps the files of the page, so that it opens without a network. The build puts `files` and `version` above.
const prefix = 'notes-page-';

addEventListener('install', (event) => {
  event.waitUntil(caches.open(prefix + version).then((cache) => cache.addAll([...files, './config.json'])));
  skipWaiting();
});

const dropOldVersions = async () => {
  for (const name of await caches.keys()) {
    if (name.startsWith(prefix) && name !== prefix + version) await caches.delete(name);
  }
};

addEventListener('activate', (event) => {
  event.waitUntil(dropOldVersions().then(() => clients.claim()));
});

// The document comes from the network while there is one, so that a new version is seen; all else has its version in its name.
const answer = async (request) => {
  const cache = await caches.open(prefix + version);
  const isFresh = request.mode === 'navigate' || request.url.endsWith('/config.json');
  if (!isFresh) return (await cache.match(request)) ?? fetch(request);
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await cache.match(request, { ignoreSearch: true });
    if (kept) return kept;
    throw error;
  }
};

// What belongs to the server is none of its business.
const isPage = ({ origin, pathname }) => origin === location.origin && !/^\/(api|oauth)\//.test(pathname);

addEventListener('fetch', (event) => {
  if (event.request.method === 'GET' && isPage(new URL(event.request.url))) event.respondWith(answer(event.request));
});
