// Offence notes on this phone: each sealed with a key that the browser keeps and never gives out, until the node has taken it.

const DB = "serai-roadside";
const KEY = "notes";
const DRAFT = "draft";
const KEPT_SENT = 24 * 3600 * 1000; // how long the list shows what was sent

/** The phone has no room; nothing was kept. */
export class Full extends Error {}

/** The page did not come over a secure address, so the browser offers no keys: nothing is kept. */
export class Unsafe extends Error {}

const once = request => new Promise((done, fail) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => fail(request.error);
});

let opened = null;

async function open() {
  if (!globalThis.crypto?.subtle || !globalThis.indexedDB)
    throw new Unsafe();
  opened ??= new Promise((done, fail) => {
    const request = indexedDB.open(DB, 1);
    request.onupgradeneeded = () => ["keys", "notes", "draft"].forEach(s => request.result.createObjectStore(s));
    request.onsuccess = () => {
      request.result.onversionchange = () => { request.result.close(); opened = null; };
      done(request.result);
    };
    request.onerror = () => fail(request.error);
  });
  return opened.catch(e => { opened = null; throw e; });
}

/** Runs work(store) and waits until the browser says that it is on the disk. */
async function write(name, work) {
  const tx = (await open()).transaction(name, "readwrite", { durability: "strict" });
  const ended = new Promise((done, fail) => {
    tx.oncomplete = done;
    tx.onerror = tx.onabort = () => fail(tx.error);
  });
  try {
    const result = work(tx.objectStore(name));
    await ended;
    return result instanceof IDBRequest ? result.result : result;
  } catch (e) {
    ended.catch(() => {});
    throw e?.name === "QuotaExceededError" || tx.error?.name === "QuotaExceededError" ? new Full() : e ?? tx.error;
  }
}

const readOne = async (name, key) => once((await open()).transaction(name).objectStore(name).get(key));
const readAll = async name => once((await open()).transaction(name).objectStore(name).getAll());

async function key() {
  const kept = await readOne("keys", KEY);
  if (kept)
    return kept;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  try {
    await write("keys", store => store.add(made, KEY)); // add: of two pages that do this at once, the first stands
  } catch (e) {
    if (e instanceof Full)
      throw e;
  }
  return readOne("keys", KEY);
}

const bound = id => new TextEncoder().encode(id);

async function seal(id, content) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const bytes = new TextEncoder().encode(JSON.stringify(content));
  return { iv, sealed: await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: bound(id) }, await key(), bytes) };
}

/** null when the browser has lost the key. */
async function unseal(id, { iv, sealed }) {
  try {
    return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: bound(id) }, await key(), sealed)));
  } catch {
    return null;
  }
}

/** note.id names it everywhere. Throws Full or Unsafe: then it is not kept. */
export async function add(note) {
  navigator.storage?.persist?.().catch(() => {});
  const record = { id: note.id, made: new Date().toISOString(), state: "queued", why: null, ...await seal(note.id, note) };
  await write("notes", store => store.put(record, record.id));
}

const change = (record, changes) => write("notes", store => store.put({ ...record, ...changes }, record.id));

/** [{ id, made, state: queued | sent | refused, why, sent, note: its content }], oldest first. What was sent long ago is let go. */
export async function list() {
  const records = (await readAll("notes")).sort((a, b) => a.made.localeCompare(b.made));
  const old = records.filter(r => r.state === "sent" && Date.now() - Date.parse(r.sent) > KEPT_SENT);
  for (const r of old)
    await drop(r.id);
  return Promise.all(records.filter(r => !old.includes(r)).map(async r =>
    ({ id: r.id, made: r.made, state: r.state, why: r.why, sent: r.sent, note: await unseal(r.id, r) })));
}

export const drop = id => write("notes", store => store.delete(id));

/* Of what was sent only this stays: what a list needs to be understood, nothing of the driver. */
const remainder = note => ({ id: note.id, act: note.act, words: note.words, at: note.at });

const WAIT = [404, 405, 408, 425, 429, 501]; // the node does not take notes yet, or not now

/** Sends one. A note that the node will not take as it is stays with the reason, for the officer. False: no use to go on now. */
async function sendOne(record, post) {
  const note = await unseal(record.id, record);
  if (!note) {
    await change(record, { state: "refused", why: "lost-key" });
    return true;
  }
  try {
    await post(note);
  } catch (e) {
    const status = e.status ?? 0;
    const refused = status >= 400 && status < 500 && !WAIT.includes(status);
    await change(record, refused ? { state: "refused", why: e.reason ?? "refused" }
      : { why: [404, 405, 501].includes(status) ? "not-yet" : status ? "busy" : "unreachable" });
    return refused;
  }
  await change(record, { state: "sent", why: null, sent: new Date().toISOString(), ...await seal(record.id, remainder(note)) });
  return true;
}

/** Sends what waits, oldest first, in one page at a time. post(note) throws Trouble. A note keeps its id: the node takes it once. */
export async function send(post, changed) {
  const all = async () => {
    for (const r of (await readAll("notes")).filter(r => r.state === "queued").sort((a, b) => a.made.localeCompare(b.made))) {
      const on = await sendOne(r, post);
      await changed?.();
      if (!on)
        return;
    }
  };
  return navigator.locks ? navigator.locks.request(DB, { ifAvailable: true }, lock => lock ? all() : null) : all();
}

/** What is being written, so that a reload or an empty battery loses nothing. */
export const saveDraft = async content => {
  const sealed = await seal(DRAFT, content);
  return write("draft", store => store.put(sealed, DRAFT));
};
export const draft = async () => {
  const kept = await readOne("draft", DRAFT);
  return kept ? unseal(DRAFT, kept) : null;
};
export const dropDraft = () => write("draft", store => store.delete(DRAFT));

/** Notes, draft and key. Without the key nothing that may be left on the disk can be read. */
export async function clear() {
  if (!globalThis.indexedDB)
    return;
  if (opened)
    (await opened.catch(() => null))?.close();
  opened = null;
  await new Promise((done, fail) => {
    const request = indexedDB.deleteDatabase(DB);
    request.onsuccess = done;
    request.onerror = () => fail(request.error);
    request.onblocked = () => {}; // other pages let go by themselves (onversionchange)
  });
}
