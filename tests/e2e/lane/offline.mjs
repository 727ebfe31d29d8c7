// Verification in the browser itself: serai.wasm under the policy of the page that may run it, and under that of one that may not.

import { given, ok, run, same } from "./browser.mjs";

/** What verify says of each request; reasons of those that cannot be answered. */
function answers(page, requests, pack) {
  return page.evaluate(async ([list, what]) => {
    const { load, verify } = await import("/roadside-verify.js");
    const out = [];
    for (const r of list) {
      try {
        await load();
        const { base64, ...rest } = r;
        const bytes = base64 && Uint8Array.from(atob(base64), c => c.charCodeAt(0));
        out.push(await verify(bytes ? { ...rest, evidence: [{ kind: "mdoc", bytes }] } : rest, what));
      } catch (error) {
        out.push({ reason: error.reason ?? String(error) });
      }
    }
    return out;
  }, [requests, pack]);
}

async function roadside(browser) {
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${given.url}roadside.html`);
  const { pack, requests } = given.offline, [typed, ...licences] = await answers(page, requests, pack);
  same(typed.outcome && typed.strength, "typed", "facts that were typed in");
  ok(typed.status.state === "not asked" && typed.not_checked.includes("status at home"), "what needs the line is named", JSON.stringify(typed.not_checked));
  const results = licences.map(a => a.evidence[0]).map(e => e.result + (e.reason ? ` ${e.reason}` : ""));
  for (const [i, want] of given.offline.results.entries())
    same(results[i], want, `a licence in Chromium: ${want}`);

  await page.context().setOffline(true);
  same((await answers(page, requests.slice(0, 1), pack))[0].strength, "typed", "without the line as well");
  await page.context().setOffline(false);
  await page.context().close();
}

async function policies(browser) {
  const { pack, requests } = given.offline;
  const other = await (await browser.newContext()).newPage();
  await other.goto(`${given.url}trust.html`);
  same((await answers(other, requests.slice(0, 1), pack))[0].reason, "no-module", "a page that does not need it may not run it");

  const header = async path => (await fetch(given.url + path)).headers;
  same((await header("serai.wasm")).get("content-type"), "application/wasm", "the type of the module");
  ok((await header("roadside.html")).get("content-security-policy").includes("script-src 'self' 'wasm-unsafe-eval';"), "the policy of the page");
  ok(!(await header("trust.html")).get("content-security-policy").includes("unsafe"), "no other page has it");
  await other.context().close();
}

await run(roadside, policies);
