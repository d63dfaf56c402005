// Keeps files with a hash in their names, which never change, and shows notices, which have actions only here. Pages and /api never come through.
const kept = 'assets';
const most = 400; // files, also of earlier versions

addEventListener('install', () => skipWaiting());
addEventListener('activate', (event) => event.waitUntil(clients.claim()));

addEventListener('fetch', (event) => {
  const { origin, pathname } = new URL(event.request.url);
  if (event.request.method === 'GET' && origin === location.origin && pathname.startsWith('/assets/')) event.respondWith(asset(event.request));
});

async function asset(request) {
  // Where the browser keeps nothing, the network gives all.
  const cache = await caches.open(kept).catch(() => undefined);
  const found = await cache?.match(request, { ignoreVary: true });
  if (found) return found;
  const answer = await fetch(request);
  if (cache && answer.status === 200) keep(cache, request, answer.clone()).catch(() => undefined);
  return answer;
}

async function keep(cache, request, answer) {
  await cache.put(request, answer);
  const all = await cache.keys(); // the oldest first
  await Promise.all(all.slice(0, Math.max(0, all.length - most)).map((old) => cache.delete(old)));
}

// The click on a notice comes back to the page that asked for it, or to another one.
addEventListener('message', (event) => {
  const { title, options } = event.data;
  event.waitUntil(registration.showNotification(title, { ...options, data: { ...options.data, page: event.source.id } }));
});

addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(clicked(event.action, event.notification));
});

async function clicked(action, { tag, data }) {
  const pages = await clients.matchAll({ type: 'window', includeUncontrolled: true });
  const page = pages.find(({ id }) => id === data.page) ?? pages[0];
  if (!page) return clients.openWindow(data.url);
  page.postMessage({ tag, action });
  if (action !== 'decline') await page.focus();
}
