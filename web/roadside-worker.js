// Keeps the page Roadside for the time without a line: its files, and the last pack of trust. Nothing of any person passes here:
// what is checked or noted is sent by POST, and that is left alone.

const FILES = ["/roadside.html", "/console.css", "/roadside.css", "/mark.svg", "/roadside.js", "/api.js", "/camera.js", "/dom.js",
  "/evidence.js", "/header.js", "/language.js", "/page.js", "/roadside-answer.js", "/roadside-evidence.js", "/roadside-known.js", "/roadside-offences.js",
  "/roadside-pictograms.js", "/roadside-queue.js", "/roadside-scan.js", "/i18n/en.json"];
const MAY_MISS = ["/roadside-verify.js", "/serai.wasm"];
const TOLD = ["/v1/licence/pack", "/v1/node", "/v1/words", "/v1/agreement"]; // the same for everybody
const WORDS = /^\/i18n\/[a-z]{2,8}\.json$/; // of every language: the driver may read another than the officer
const OF_LANGUAGE = "/v1/agreement"; // kept in the languages that were read
const OF_FILES = "roadside-files-", OF_TOLD = "roadside-told";
const COMPLETE = "/complete"; // written last: a version without it does not count
const PATIENCE = 4000;

const hex = bytes => Array.from(new Uint8Array(bytes), b => b.toString(16).padStart(2, "0")).join("");

async function newest(path, must) {
  const answer = await fetch(path, { cache: "no-cache", credentials: "omit", redirect: "error" });
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
  const { languages = [] } = await (await fetch("/v1/words", { cache: "no-cache", credentials: "omit" })).json();
  return languages.map(l => `/i18n/${l}.json`).filter(p => WORDS.test(p) && !FILES.includes(p));
}

/** The version is named by what its files hold: the same bytes are the same version. True when there is a new one. */
async function refresh() {
  const got = (await Promise.all([...FILES.map(p => newest(p, true)), ...[...MAY_MISS, ...await catalogues()].map(p => newest(p, false))])).filter(Boolean);
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
const hear = () => Promise.all(TOLD.filter(p => p !== OF_LANGUAGE).map(p => told(new Request(p, { cache: "no-store", credentials: "omit" })).catch(() => {})));

addEventListener("install", event => {
  skipWaiting();
  event.waitUntil(Promise.all([refresh(), hear()]));
});

addEventListener("activate", event => event.waitUntil(clients.claim()));

addEventListener("fetch", event => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin)
    return;
  if (TOLD.includes(url.pathname))
    event.respondWith(told(event.request));
  else if (FILES.includes(url.pathname) || MAY_MISS.includes(url.pathname) || WORDS.test(url.pathname))
    event.respondWith(file(event.request, url.pathname));
});

addEventListener("message", event => {
  if (event.data === "refresh")
    event.waitUntil(Promise.all([refresh(), hear()]).then(([fresh]) => event.source.postMessage({ fresh }), () => {}));
});
