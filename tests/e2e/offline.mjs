// Runs web/roadside-verify.js with serai.wasm under Node: cases come as JSON on stdin, answers go to stdout, one line each.
// node offline.mjs SCRIPT MODULE
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [script, module] = process.argv.slice(2);
const { load, verify } = await import(pathToFileURL(script).href);
const bytes = readFileSync(module);
const { packs, cases, repeat = 1 } = JSON.parse(readFileSync(0));

await load(bytes);
for (const { pack, request } of cases) {
  let out;
  try {
    for (let i = 0; i < repeat; i++)
      out = { answer: await verify(request, packs[pack]) };
  } catch (error) {
    out = { error: { reason: error.reason ?? "thrown", detail: error.detail ?? String(error.stack) } };
  }
  console.log(JSON.stringify(out));
}
