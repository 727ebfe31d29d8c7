// Verifies a licence and decides its recognition on this device, without the line: libserai as WebAssembly, signatures by WebCrypto.
// What it says has the fields and words of POST /v1/licence; what needs the line is named in not_checked.

const MODULE = "./serai.wasm"; // beside this file
const PASSES = 12;      // of one check; a licence takes two, each certificate off its path one more
const REQUEST = 24 << 20; // bytes of a request
const KEYS = 256;       // imported keys that are kept
const ANSWER = 0, QUESTIONS = 1;
const FAILS = 0, HOLDS = 1, CANNOT = 2;

/** What keeps this device from answering by itself: reason "no-module" (not served, or the browser cannot run it), "no-crypto"
    (no WebCrypto: the page did not come over https or from loopback), "pack-expired", "too-large", "internal", or what is wrong
    with the request or the pack, by the words of the node. */
export class Incapable extends Error {
  constructor(reason, detail) {
    super(detail);
    Object.assign(this, { name: "Incapable", reason, detail });
  }
}

const hex = text => Uint8Array.from({ length: text.length / 2 }, (_, i) => parseInt(text.slice(2 * i, 2 * i + 2), 16));

function base64(bytes) {
  let text = "";
  for (let i = 0; i < bytes.length; i += 0x8000)
    text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
}

/* Signatures. */

const imported = new Map(); // "algorithm hex" -> key, FAILS or CANNOT; the oldest goes first

async function importKey(algorithm, key) {
  const how = algorithm === "Ed25519" ? { name: algorithm } : { name: "ECDSA", namedCurve: algorithm };
  try {
    return await crypto.subtle.importKey("raw", hex(key), how, false, ["verify"]);
  } catch (error) {
    // DataError: no point of the curve. Anything else says nothing about the key.
    return error.name === "DataError" ? FAILS : CANNOT;
  }
}

async function keyOf(algorithm, key) {
  const name = `${algorithm} ${key}`;
  if (!imported.has(name)) {
    if (imported.size >= KEYS)
      imported.delete(imported.keys().next().value);
    imported.set(name, await importKey(algorithm, key));
  }
  return imported.get(name);
}

async function answer({ algorithm, hash, key, message, signature }) {
  const k = await keyOf(algorithm, key);
  if (k === FAILS || k === CANNOT)
    return k;
  if (signature === undefined)
    return HOLDS;
  const how = algorithm === "Ed25519" ? { name: algorithm } : { name: "ECDSA", hash };
  try {
    return await crypto.subtle.verify(how, k, hex(signature), hex(message)) ? HOLDS : FAILS;
  } catch {
    return CANNOT;
  }
}

/* The module. */

let compiled = null; // promise of a WebAssembly.Module
let machine = null;  // { exports, pack }: one instance and the pack that it has open

async function compile() {
  if (!globalThis.crypto?.subtle)
    throw new Incapable("no-crypto", "this browser verifies signatures only on pages that came over https");
  try {
    const answer = await fetch(new URL(MODULE, import.meta.url), { credentials: "omit" });
    if (!answer.ok)
      throw new Error(`${answer.status}`);
    return await WebAssembly.compile(await answer.arrayBuffer());
  } catch (error) {
    throw new Incapable("no-module", String(error.message ?? error));
  }
}

/** Fetches and prepares the module, once; module: its bytes, for where nothing is fetched. Rejects with Incapable. */
export async function load(module) {
  compiled ??= module ? WebAssembly.compile(module) : compile();
  try {
    await compiled;
  } catch (error) {
    compiled = null; // another try may find it
    throw error;
  }
}

// The module asks nothing of its host; what the C library could ask for is refused.
function start(module) {
  const none = name => () => { throw new Incapable("internal", name); };
  const imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module))
    (imports[from] ??= {})[name] = none(name);
  const instance = new WebAssembly.Instance(module, imports);
  instance.exports._initialize?.();
  return { exports: instance.exports, pack: null };
}

/** Calls f with each of the byte arrays in the module's memory. A trap leaves nothing behind: the next call begins anew. */
function call(f, ...arrays) {
  const x = machine.exports, at = [];
  try {
    for (const bytes of arrays) {
      const p = x.serai_alloc(bytes.length);
      if (p === 0)
        throw new Incapable("too-large", "no memory");
      new Uint8Array(x.memory.buffer, p, bytes.length).set(bytes);
      at.push(p);
    }
    const state = f(x, ...at);
    const text = new TextDecoder().decode(new Uint8Array(x.memory.buffer, x.serai_text(), x.serai_text_bytes()));
    at.forEach(p => x.serai_free(p));
    return { state, body: text ? JSON.parse(text) : null };
  } catch (error) {
    machine = null;
    throw error instanceof WebAssembly.RuntimeError ? new Incapable("internal", error.message) : error;
  }
}

const utf8 = value => new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));

async function open(pack) {
  await load();
  machine ??= start(await compiled);
  if (machine.pack === pack)
    return;
  const bytes = utf8(pack), { state, body } = call((x, p) => x.serai_open(p, bytes.length), bytes);
  machine.pack = null;
  if (state !== ANSWER)
    throw new Incapable(body.reason, body.detail);
  machine.pack = pack;
}

/** The request as the node would get it: bytes in base64, what a person says beside the rest. */
function plain({ at, said, evidence, ...rest }) {
  const packed = {};
  for (const [name, value] of Object.entries({ ...rest, ...said }))
    if (value !== undefined && value !== null)
      packed[name] = value instanceof Uint8Array ? base64(value) : value;
  if (evidence?.length)
    packed.evidence = evidence.map(({ bytes, ...item }) => bytes ? { ...item, base64: base64(bytes) } : item);
  return packed;
}

function join(answers) {
  const all = new Uint8Array(33 * answers.size);
  let at = 0;
  for (const [id, holds] of answers) {
    all.set(hex(id), at);
    all[at + 32] = holds;
    at += 33;
  }
  return all;
}

/** Passes until none asks anything new. What a pass with open questions concluded never leaves the module. */
async function passes(bytes, seconds, pack) {
  const answers = new Map();
  for (let i = 0; i < PASSES; i++) {
    await open(pack); // a check that waited for its signatures may find another's pack, or a new machine
    const known = join(answers);
    const { state, body } = call((x, p, q) => x.serai_check(p, bytes.length, seconds, q, known.length), bytes, known);
    if (state === ANSWER)
      return body;
    if (state !== QUESTIONS)
      throw new Incapable(body.reason, body.detail);
    await Promise.all(body.map(async question => answers.set(question.id, await answer(question))));
  }
  throw new Incapable("internal", "the check did not come to an end");
}

/**
 * The answer to one request: schema LicenceAnswer without receipt, status.state "not asked". Rejects with Incapable.
 * request: the body of POST /v1/licence ({ evidence, session, status_token, typed, driver, language, examined, translation, permit,
 *   statement, … }); an item of evidence may carry bytes (a Uint8Array) in place of base64 and so may session and status_token;
 *   the four things that a person says may stand together in said; at (RFC 3339) is now unless it is given.
 * pack: the body of GET /v1/licence/pack, as object or text; the same object again is not read again.
 */
export async function verify(request, pack) {
  const bytes = utf8(plain(request));
  if (bytes.length > REQUEST)
    throw new Incapable("too-large", "the request is too large");
  const at = request.at === undefined ? Date.now() : Date.parse(request.at);
  if (!Number.isFinite(at))
    throw new Incapable("request", "at is no time");
  return passes(bytes, Math.floor(at / 1000), pack);
}
