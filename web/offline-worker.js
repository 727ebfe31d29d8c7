// Keeps one page for the time without a line: its files, and what the node last told that is the same for everybody. Nothing of any person
// passes here: what is checked or noted is sent by POST, and that is left alone. KEEP (lane-worker.js, roadside-worker.js) says what is kept:
// name, pages: their addresses, files, mayMiss: those that a node may not have, told: answers of the node.

const WORDS = /^\/i18n\/[a-z]{2,8}\.json$/; // of every language: the driver may read another than the officer
const OF_LANGUAGE = "/v1/agreement"; // kept in the languages that were read
const OF_FILES = `${KEEP.name}-files-`, OF_TOLD = `${KEEP.name}-told`;
const COMPLETE = "/complete"; // written last: a version without it does not count
const PATIENCE = 4000;
const KEPT = new Set([...KEEP.files, ...KEEP.mayMiss]);

const hex = bytes => Array.from(new Uint8Array(bytes), b => b.toString(16).padStart(2, "0")).join("");

async function newest(path, must) {
  const answer = await fetch(path, { cache: "no-cache", credentials: "same-origin", redirect: "error" });
  if (!answer.ok && (must || answer.status !== 404))
    throw new Error(`${path}: ${answer.status}`);
  return answer.ok ? { path, answer, digest: hex(await crypto.subtle.digest("SHA-256", await answer.clone().arrayBuffer())) } : null;
}

/** Versions by when they were completed, the last first. */
async function versions() {
  const names = (await caches.keys()).filter(n => n.startsWith(OF_FILES));
  const found = await Promise.all(names.map(async name => ({ name, at: await (await (await caches.open(name)).match(COMPLETE))?.text() ?? null })));
  return found.filter(v => v.at).sort((a, b) => b.at.localeCompare(a.at));
}

async function catalogues() {
  const { languages = [] } = await (await fetch("/v1/words", { cache: "no-cache", credentials: "same-origin" })).json();
  return languages.map(l => `/i18n/${l}.json`).filter(p => WORDS.test(p) && !KEEP.files.includes(p));
}

/** The version is named by what its files hold: the same bytes are the same version. True when there is a new one. */
async function refresh() {
  const got = (await Promise.all([...KEEP.files.map(p => newest(p, true)), ...[...KEEP.mayMiss, ...await catalogues()].map(p => newest(p, false))])).filter(Boolean);
  const text = got.map(f => `${f.path} ${f.digest}\n`).join("");
  const name = OF_FILES + hex(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))).slice(0, 32);
  const have = await versions();
  if (have[0]?.name === name)
    return false;
  const cache = await caches.open(name);
  await Promise.all(got.map(f => cache.put(f.path, f.answer)));
  await cache.put(COMPLETE, new Response(new Date().toISOString()));
  return have.length > 0;
}

/** A page that is opened takes the last version; those before go. */
async function forgetOld() {
  const [, ...old] = await versions();
  await Promise.all(old.map(v => caches.delete(v.name)));
}

async function file(request, path) {
  if (request.mode === "navigate")
    await forgetOld();
  const [now] = await versions();
  const kept = now && await (await caches.open(now.name)).match(path);
  return kept ?? fetch(request);
}

/** What the node says now, else what it said last. */
async function told(request) {
  const cache = await caches.open(OF_TOLD);
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
    if (answer.ok)
      await cache.put(request.url, answer.clone()).catch(() => {}); // no room: the answer itself is not held up by that
    else if (answer.status >= 500)
      return await cache.match(request.url) ?? answer;
    return answer;
  } catch (e) {
    const kept = await cache.match(request.url);
    if (kept)
      return kept;
    throw e;
  }
}

/** What the page asked before there was a worker, or longer ago. Without an answer the last one stays. */
const hear = () => Promise.all(KEEP.told.filter(p => p !== OF_LANGUAGE).map(p => told(new Request(p, { cache: "no-store", credentials: "same-origin" })).catch(() => {})));

addEventListener("install", event => {
  skipWaiting();
  event.waitUntil(Promise.all([refresh(), hear()]));
});

addEventListener("activate", event => event.waitUntil(clients.claim()));

/** A worker whose scope is the whole console serves its own page alone: every other page gets its files from the node, all of one version. */
const ownPage = async id => KEEP.pages.includes(new URL((await clients.get(id))?.url ?? "/none", location.origin).pathname);

async function serve(event, path) {
  const mine = event.request.mode === "navigate" || await ownPage(event.clientId);
  if (!mine)
    return fetch(event.request);
  return KEEP.told.includes(path) ? told(event.request) : file(event.request, path);
}

addEventListener("fetch", event => {
  const url = new URL(event.request.url), path = url.pathname;
  if (event.request.method !== "GET" || url.origin !== location.origin)
    return;
  if (event.request.mode === "navigate" ? KEEP.pages.includes(path) : KEEP.told.includes(path) || KEPT.has(path) || WORDS.test(path))
    event.respondWith(serve(event, path));
});

addEventListener("message", event => {
  if (event.data === "refresh")
    event.waitUntil(Promise.all([refresh(), hear()]).then(([fresh]) => event.source.postMessage({ fresh }), () => {}));
});
