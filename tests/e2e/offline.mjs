// Runs web/roadside-verify.js with serai.wasm under Node: cases come as JSON on stdin, answers go to stdout, one line each.
// node offline.mjs SCRIPT MODULE
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [script, module] = process.argv.slice(2);
const { packs, cases, repeat = 1, without, memory } = JSON.parse(readFileSync(0));

if (without) { // an older browser
  const known = crypto.subtle.importKey.bind(crypto.subtle);
  crypto.subtle.importKey = (format, key, how, ...rest) => how.name === without
    ? Promise.reject(new DOMException("unknown algorithm", "NotSupportedError")) : known(format, key, how, ...rest);
}

// The instances that the script makes, to see their memory.
let last = null;
const Instance = WebAssembly.Instance;
WebAssembly.Instance = function (...args) {
  return last = new Instance(...args);
};

const { load, verify } = await import(pathToFileURL(script).href);
await load(readFileSync(module));
for (const { pack, request } of cases) {
  let out;
  try {
    for (let i = 0; i < repeat; i++)
      out = { answer: await verify(request, packs[pack]) };
  } catch (error) {
    out = { error: { reason: error.reason ?? "thrown", detail: error.detail ?? String(error.stack) } };
  }
  console.log(JSON.stringify({ ...out, ...(memory && { memory: last.exports.memory.buffer.byteLength }) }));
}
