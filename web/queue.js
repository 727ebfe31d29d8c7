// What waits on this device until the node has taken it: each thing sealed with a key that the browser keeps and never gives out,
// under an id that stays the same however often it is sent.

const KEY = "notes";
const STORES = ["keys", "notes", "draft"];
const DAY = 24 * 3600 * 1000;
const WAIT = [401, 404, 405, 408, 425, 429, 501]; // the node does not take it yet, or not now

/** The device has no room, or as much waits as may; nothing was kept. */
export class Full extends Error {}

/** The page did not come over a secure address, so the browser offers no keys: nothing is kept. */
export class Unsafe extends Error {}

const once = request => new Promise((done, fail) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => fail(request.error);
});

const bound = id => new TextEncoder().encode(id);

export class Queue {
  #name; #rest; #most; #keptSent; #keptWaiting; #opened = null; #others = null;

  /**
   * rest(content, answer): what stays of something that was sent; most: how many may be there at once; keptSent: ms that it is shown;
   * keptWaiting(): ms after which what was not sent is erased too, and only that it was remains.
   */
  constructor(name, { rest, most = 1000, keptSent = DAY, keptWaiting = () => Infinity }) {
    this.#name = name;
    this.#rest = rest;
    this.#most = most;
    this.#keptSent = keptSent;
    this.#keptWaiting = keptWaiting;
  }

  /** changed() is called when another page of this browser has changed something. */
  listen(changed) {
    if (!globalThis.BroadcastChannel)
      return;
    this.#others = new BroadcastChannel(this.#name);
    this.#others.onmessage = () => changed();
  }

  async #open() {
    if (!globalThis.crypto?.subtle || !globalThis.indexedDB)
      throw new Unsafe();
    this.#opened ??= new Promise((done, fail) => {
      const request = indexedDB.open(this.#name, 1);
      request.onupgradeneeded = () => STORES.forEach(s => request.result.createObjectStore(s));
      request.onsuccess = () => {
        request.result.onversionchange = () => { request.result.close(); this.#opened = null; };
        done(request.result);
      };
      request.onerror = () => fail(request.error);
    });
    return this.#opened.catch(e => { this.#opened = null; throw e; });
  }

  /** Runs work(store) and waits until the browser says that it is on the disk. */
  async #write(name, work) {
    const tx = (await this.#open()).transaction(name, "readwrite", { durability: "strict" });
    const ended = new Promise((done, fail) => {
      tx.oncomplete = done;
      tx.onerror = tx.onabort = () => fail(tx.error);
    });
    try {
      work(tx.objectStore(name));
      await ended;
    } catch (e) {
      ended.catch(() => {});
      throw e?.name === "QuotaExceededError" || tx.error?.name === "QuotaExceededError" ? new Full() : e ?? tx.error;
    }
    if (name === "notes")
      this.#others?.postMessage("changed");
  }

  async #readOne(name, key) {
    return once((await this.#open()).transaction(name).objectStore(name).get(key));
  }

  /** Oldest first, and of one moment in the order in which they were added. */
  async #records() {
    const all = await once((await this.#open()).transaction("notes").objectStore("notes").getAll());
    return all.sort((a, b) => a.made.localeCompare(b.made) || (a.turn ?? 0) - (b.turn ?? 0));
  }

  async #key() {
    const kept = await this.#readOne("keys", KEY);
    if (kept)
      return kept;
    const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    try {
      await this.#write("keys", store => store.add(made, KEY)); // add: of two pages that do this at once, the first stands
    } catch (e) {
      if (e instanceof Full)
        throw e;
    }
    return this.#readOne("keys", KEY);
  }

  async #seal(id, content) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const bytes = new TextEncoder().encode(JSON.stringify(content));
    return { iv, sealed: await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: bound(id) }, await this.#key(), bytes) };
  }

  /** null when the browser has lost the key, or there is nothing. */
  async #unseal(id, { iv, sealed }) {
    try {
      return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: bound(id) }, await this.#key(), sealed)));
    } catch {
      return null;
    }
  }

  /** content.id names it everywhere; one that is there already stays as it is. Throws Full or Unsafe: then it is not kept. */
  async add(content) {
    navigator.storage?.persist?.().catch(() => {});
    const there = await this.#records();
    if (there.some(r => r.id === content.id))
      return;
    if (there.length >= this.#most)
      throw new Full();
    const record = { id: content.id, made: new Date().toISOString(), turn: there.length, state: "queued", why: null, ...await this.#seal(content.id, content) };
    await this.#write("notes", store => store.put(record, record.id));
  }

  /** What was taken away meanwhile does not come back by that. */
  #change(record, changes) {
    return this.#write("notes", store => {
      const there = store.get(record.id);
      there.onsuccess = () => there.result && store.put({ ...there.result, ...changes }, record.id);
    });
  }

  async #age(records) {
    const now = Date.now(), waiting = this.#keptWaiting();
    const past = (at, ms) => now - Date.parse(at) > ms;
    for (const r of records)
      if (["sent", "expired"].includes(r.state) && past(r.sent, this.#keptSent))
        await this.drop(r.id);
      else if (["queued", "refused"].includes(r.state) && past(r.made, waiting))
        await this.#change(r, { state: "expired", why: null, sent: new Date(now).toISOString(), iv: null, sealed: null });
  }

  /** [{ id, made, state: queued | sent | refused | expired, why, sent, note: its content }], oldest first. What is too old is let go. */
  async list() {
    await this.#age(await this.#records());
    return Promise.all((await this.#records()).map(async r =>
      ({ id: r.id, made: r.made, state: r.state, why: r.why, sent: r.sent, note: r.sealed ? await this.#unseal(r.id, r) : null })));
  }

  drop(id) {
    return this.#write("notes", store => store.delete(id));
  }

  /** Sends one. What the node will not take as it is stays with the reason, for the officer. False: no use to go on now. */
  async #sendOne(record, post) {
    const note = await this.#unseal(record.id, record);
    if (!note) {
      await this.#change(record, { state: "refused", why: "lost-key" });
      return true;
    }
    let answer;
    try {
      answer = await post(note);
    } catch (e) {
      const status = e.status ?? 0;
      const refused = status >= 400 && status < 500 && !WAIT.includes(status);
      await this.#change(record, refused ? { state: "refused", why: e.reason ?? "refused" }
        : { why: [404, 405, 501].includes(status) ? "not-yet" : status ? "busy" : "unreachable" });
      return refused;
    }
    await this.#change(record, { state: "sent", why: null, sent: new Date().toISOString(), ...await this.#seal(record.id, this.#rest(note, answer)) });
    return true;
  }

  /**
   * Sends what waits, oldest first, in one page at a time. post(content) throws Trouble. It keeps its id: the node takes it once.
   * skip(id): true for what is not to be sent now.
   */
  async send(post, changed, skip = () => false) {
    const all = async () => {
      await this.#age(await this.#records());
      for (const r of (await this.#records()).filter(r => r.state === "queued")) {
        if (await skip(r.id))
          continue;
        const on = await this.#sendOne(r, post);
        await changed?.();
        if (!on)
          return;
      }
    };
    return navigator.locks ? navigator.locks.request(this.#name, { ifAvailable: true }, lock => lock ? all() : null) : all();
  }

  /** What is being written, so that a reload or an empty battery loses nothing. slot: of several that are written at once. */
  async saveDraft(content, slot = "draft") {
    const sealed = { ...await this.#seal(slot, content), at: Date.now() };
    return this.#write("draft", store => store.put(sealed, slot));
  }

  async draft(slot = "draft") {
    const kept = await this.#readOne("draft", slot);
    return kept ? this.#unseal(slot, kept) : null;
  }

  async dropDraft(slot = "draft") {
    return this.#write("draft", store => store.delete(slot));
  }

  /** Of pages that went and did not come back: gone after ms. */
  async dropDraftsAfter(ms) {
    return this.#write("draft", store => {
      const cursor = store.openCursor();
      cursor.onsuccess = () => {
        const c = cursor.result;
        if (c && Date.now() - (c.value.at ?? 0) > ms)
          c.delete();
        c?.continue();
      };
    });
  }

  /** All of it, and the key. Without the key nothing that may be left on the disk can be read. */
  async clear() {
    if (!globalThis.indexedDB)
      return;
    if (this.#opened)
      (await this.#opened.catch(() => null))?.close();
    this.#opened = null;
    await new Promise((done, fail) => {
      const request = indexedDB.deleteDatabase(this.#name);
      request.onsuccess = done;
      request.onerror = () => fail(request.error);
      request.onblocked = () => {}; // other pages let go by themselves (onversionchange)
    });
  }
}
