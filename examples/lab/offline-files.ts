import type { Plugin } from 'vite';

/** What no view of the page asks for: a backend that is not its own, and other parts of packages that are loaded when they are called. */
const seldom = /\.(html|json|md|safetensors)$|webgpu|mozjpeg/;

/** Writes `offline.js`, the service worker that keeps the files of the build, so that the page works without a network. */
export function offlineFiles(): Plugin {
  return {
    name: 'offline-files',
    apply: 'build',
    generateBundle(_, bundle) {
      const names = Object.keys(bundle).filter((name) => !seldom.test(name));
      const files = ['./', ...names.map((name) => `./${name}`)];
      const digest = files.join('|'); // names hold the hashes of what is in them
      this.emitFile({ type: 'asset', fileName: 'offline.js', source: programOf(files, digest) });
    },
  };
}

/** Files are taken as they were kept; those with a hash in their names cannot change, the others are asked for first. */
const programOf = (
  files: readonly string[],
  digest: string,
): string => `const kept = 'lab:' + ${JSON.stringify(digest)};
addEventListener('install', (event) => {
  event.waitUntil(caches.open(kept).then((cache) => cache.addAll(${JSON.stringify(files)})).then(() => skipWaiting()));
});
addEventListener('activate', (event) => {
  const old = (name) => name.startsWith('lab:') && name !== kept;
  event.waitUntil(
    caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name)))).then(() => clients.claim()),
  );
});
addEventListener('fetch', (event) => {
  const { request } = event;
  const own = request.method === 'GET' && request.url.startsWith(registration.scope);
  if (!own) return;
  const fetchAndKeep = async () => {
    const response = await fetch(request);
    if (response.ok) await (await caches.open(kept)).put(request, response.clone());
    return response;
  };
  const fromCache = () => caches.match(request, { ignoreSearch: true });
  event.respondWith(
    /\\/assets\\//.test(request.url)
      ? fromCache().then((found) => found ?? fetchAndKeep())
      : fetch(request).catch(() => fromCache().then((found) => found ?? Response.error())),
  );
});
`;
