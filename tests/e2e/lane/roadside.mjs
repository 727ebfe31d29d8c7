// The console page Roadside in Debian's Chromium: what is presented, who answers, what is drawn, notes without a line. TAP on stdout.
// given: {url, work, web, pictures, codes: name -> path of a picture with a code, portrait: path of a JPEG, only: names of scenarios}.

import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { catalogue, clean, fits, focused, given, launch, ok, run, same, says, text } from "./browser.mjs";
import { answer, cases, category, pack } from "./licences.mjs";
import { between } from "./stub.mjs";

const PHONE = { width: 390, height: 844 };
const portrait = given.portrait && { format: "jpeg", base64: readFileSync(given.portrait).toString("base64") };
const samples = cases(portrait);
const shot = (page, name, options = {}) => given.pictures && page.screenshot({ path: join(given.pictures, `${name}.png`), ...options });

/** The page behind a stub that can be cut off. what(body) answers POST /v1/licence; the worker that keeps the page is allowed or not. */
async function roadside(browser, { what = () => answer(), offline = false, stub = null, real = false, prepare, ...options } = {}) {
  const line = stub ?? await between(given.url);
  if (!real) {
    line.answers["POST /v1/licence"] ??= body => [200, { ...what(body), id: body.id }];
    line.answers["GET /v1/licence/pack"] ??= () => [200, pack()];
  }
  const context = await browser.newContext({ viewport: PHONE, locale: "en-GB", timezoneId: "Asia/Tehran", reducedMotion: "reduce", hasTouch: true,
    serviceWorkers: offline ? "allow" : "block", ...options });
  const page = await context.newPage();
  page.errors = [];
  page.stub = line;
  page.on("pageerror", e => page.errors.push(e.message));
  page.on("console", m => m.type() === "error" && !/ERR_|Failed to load resource|service worker/i.test(m.text()) && page.errors.push(m.text()));
  page.on("request", r => r.url().startsWith(line.url) || /^(blob|data):/.test(r.url()) || page.errors.push(`request to ${r.url()}`));
  await prepare?.(page);
  await page.goto(`${line.url}roadside.html`);
  await page.waitForSelector("#link[data-state=ready]", { timeout: 60000 }).catch(e => { throw new Error(`${page.errors.join()} ${e.message}`); });
  for (let i = 0; offline && !await keptForOffline(page) && i < 100; i++)
    await page.waitForTimeout(100);
  return page;
}

/** The worker has everything that a page without a line needs. */
const keptForOffline = page => page.evaluate(async () => {
  const files = (await caches.keys()).find(n => n.startsWith("roadside-files"));
  return Boolean(navigator.serviceWorker.controller && files && await (await caches.open(files)).match("/complete")
    && await caches.match("/v1/licence/pack") && await caches.match("/v1/words"));
});

async function close(page) {
  same(page.errors.join("; "), "", "no error and no request to elsewhere");
  await page.context().close();
  page.stub.close();
}

const state = page => page.getAttribute("#verdict", "data-state");
const decided = page => page.waitForFunction(() => ["recognised", "restricted", "refer", "not", "trouble"].includes(document.getElementById("verdict").dataset.state), null, { timeout: 60000 });
const sentTo = (page, path) => page.stub.asked.filter(a => a.path === path && a.method === "POST").map(a => JSON.parse(a.body));

async function typed(page, { issuer = "KZ", number = "SPECIMEN-0042", categories = "B" } = {}) {
  await page.evaluate(() => { document.getElementById("fold").open = document.getElementById("typed-fold").open = true; });
  await page.selectOption("#typed-issuer", issuer);
  await page.fill("#typed-number", number);
  await page.fill("#typed-categories", categories);
}

async function check(page, what) {
  await typed(page, what);
  await page.click("#check");
  await decided(page);
}

async function verdicts(browser) {
  const page = await roadside(browser, { what: body => samples[body.typed.number.toLowerCase()] });
  const wanted = { recognised: ["recognised", "#i-recognised", "Recognised"], restricted: ["restricted", "#i-restricted", "Recognised with restrictions"], refer: ["refer", "#i-refer", "Refer"], not: ["not", "#i-not", "Not recognised"] };
  for (const [name, [as, shape, word]] of Object.entries(wanted)) {
    await check(page, { number: name.toUpperCase() });
    same([await state(page), await page.getAttribute("#verdict-shape", "href"), await text(page, "#verdict-word")].join(), [as, shape, word].join(), `${name}: a colour, a sign and a word`);
    ok((await text(page, "#say")).startsWith(word), `${name} is announced`, await text(page, "#say"));
    same(await focused(page), "verdict-word", "the focus is on the verdict");
    ok(/The node answered/.test(await text(page, "#answered")), "who answered is said");
    ok(await fits(page), "nothing stands out of the page");
    await shot(page, `road-${name}`, { fullPage: true });
    await shot(page, `road-${name}-screen`);
    await page.click("#next");
    same(await state(page), "idle", "the next driver finds an empty page");
    same(await page.inputValue("#typed-number") + await page.locator("#detail *").count(), "0", "nothing of the last one is left");
  }
  const first = sentTo(page, "/v1/licence")[0];
  same(JSON.stringify(first.typed), JSON.stringify({ issuer: "KZ", number: "RECOGNISED", categories: ["B"] }), "what is typed is sent as it is");
  same([first.purpose, first.ask, /^road-[0-9a-f]{24}$/.test(first.id), page.stub.asked.every(a => !/RECOGNISED|KZ/.test(a.url))].join(), "road-check,true,true,true", "with purpose and id, and nothing of the driver in an address");
  await close(page);
}

async function everyCategory(browser) {
  const page = await roadside(browser, { what: () => samples.every });
  await check(page);
  same(await page.locator(".category").count(), 18, "every category has its place");
  same(await page.locator(".category .pictogram text").count(), 1, "and a drawing, an unknown one a box with its letters");
  same(await page.locator(".category.recognised").first().locator(".standing").textContent(), "✓ recognised", "with a sign and a word");
  const order = await page.evaluate(() => [...document.querySelectorAll(".category")].map(c => c.className.split(" ")[1]));
  ok(order.join() === [...order].sort((a, b) => ["recognised", "restricted", "refer", "not"].indexOf(a) - ["recognised", "restricted", "refer", "not"].indexOf(b)).join(), "the best come first", order);
  await page.locator(".categories").screenshot(given.pictures ? { path: join(given.pictures, "road-pictograms.png") } : {});
  await close(page);
}

async function supplying(browser) {
  const page = await roadside(browser, { what: body => body.driver?.residence === "IR" && body.translation ? samples.recognised : samples.refer });
  await check(page, { issuer: "PK", number: "LTV-SPECIMEN-7", categories: "LTV" });
  same(await state(page), "refer", "something is missing: an officer decides");
  ok(/Weak/.test(await text(page, ".strength")), "weak evidence is marked", await text(page, ".strength"));
  same(await page.locator("#supply .line").count(), 5, "each missing fact has a control", await text(page, "#supply"));
  await page.locator("#supply [name=next-translation][value=true]").check({ force: true });
  await page.selectOption("#next-residence", "IR");
  await page.fill("#next-resident_since", "2026-09-01");
  await page.click("#again");
  await page.waitForSelector("#verdict[data-state=recognised]");
  const [, second] = sentTo(page, "/v1/licence");
  same(JSON.stringify([second.translation, second.driver, second.permit]), JSON.stringify([true, { residence: "IR", resident_since: "2026-09-01" }, null].map(x => x ?? undefined)), "it is decided again with what was stated");
  ok(second.id !== sentTo(page, "/v1/licence")[0].id, "as another request");
  await page.evaluate(() => { document.getElementById("fold").open = document.getElementById("more-fold").open = true; });
  same(await page.inputValue("#known-residence"), "IR", "the form has it too");
  await page.click("#next");
  same(await page.inputValue("#known-residence"), "", "until the next driver");
  await close(page);
}

async function presenting(browser) {
  const page = await roadside(browser);
  const mdoc = Buffer.from("a267646f635479706575", "hex").toString("base64url") + "A".repeat(20);
  const says = async (what, word) => {
    await page.fill("#text", what);
    const before = sentTo(page, "/v1/licence").length;
    await page.click("#check");
    await page.waitForFunction(() => document.getElementById("scan-state").textContent !== "");
    ok(word.test(await text(page, "#scan-state")) && sentTo(page, "/v1/licence").length === before, `${what.slice(0, 20)}… is told apart`, await text(page, "#scan-state"));
  };
  await says("mdoc:owBjMS4wAYIB2BhYS6QBAiABIVggWojRgrzl9C76WZP35RoCFb-SPJq2o9Bp", /only an invitation/);
  await says("https://example.org/licence", /link/);
  await says("openid4vp://?client_id=x", /link/);
  const sends = async (what, kind) => {
    await page.evaluate(() => { document.getElementById("fold").open = true; });
    await page.fill("#text", what);
    await page.click("#check");
    await decided(page);
    const sent = sentTo(page, "/v1/licence").at(-1).evidence[0];
    same(sent.kind, kind, `${what.slice(0, 12)}… is sent as ${kind}`);
    await page.click("#next");
    return sent;
  };
  await sends(mdoc, "mdoc");
  await sends(`mdoc:${mdoc}`, "mdoc");
  const card = await sends("@\n\rANSI 636000100001DL00310020DLDAQSPECIMEN\n\r", "barcode");
  ok(Buffer.from(card.base64, "base64").toString().startsWith("@\n\nANSI"), "with its line feeds", card.base64);
  await sends("D1FRASPECIMEN0042801231SPECIME", "mrz");
  await sends("something else altogether", "any");
  const file = (name, mimeType, buffer) => page.setInputFiles("#file", { name, mimeType, buffer: Buffer.from(buffer) });
  await file("response.cbor", "application/cbor", "a26776657273696f6e63312e30".match(/../g).map(h => parseInt(h, 16)));
  await page.waitForSelector("#pieces li");
  ok(/Mobile licence/.test(await text(page, "#pieces")), "a file of a reader is one", await text(page, "#pieces"));
  await page.setInputFiles("#session-file", { name: "session.cbor", mimeType: "application/cbor", buffer: Buffer.from([0x83, 0xf6, 0xf6, 0xf6]) });
  await page.waitForFunction(() => document.getElementById("session-state").textContent !== "");
  await page.click("#check");
  await decided(page);
  same(sentTo(page, "/v1/licence").at(-1).session, "g/b29g==", "the session goes with it");
  same(await page.locator("#text").inputValue(), "", "nothing stands in the text");
  await page.click("#next");
  same(await page.evaluate(() => JSON.stringify(localStorage) + location.href + document.cookie).then(s => /SPECIMEN|evidence/.test(s)), false, "nothing of a driver in the address or in what is stored");
  await close(page);
}

/** A film of one picture, as the camera would see it. */
async function film(browser, path) {
  const page = await (await browser.newContext()).newPage();
  const jpeg = await page.evaluate(async png => {
    const image = new Image();
    image.src = `data:image/png;base64,${png}`;
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: 1280, height: 960 });
    const c = canvas.getContext("2d");
    c.fillStyle = "#dcd8cc";
    c.fillRect(0, 0, 1280, 960);
    const scale = Math.min(1100 / image.width, 860 / image.height);
    c.imageSmoothingEnabled = false;
    c.drawImage(image, 90, 50, image.width * scale, image.height * scale);
    return canvas.toDataURL("image/jpeg", 0.95).split(",")[1];
  }, readFileSync(path).toString("base64"));
  await page.context().close();
  const out = join(given.work, "licence.mjpeg");
  writeFileSync(out, Buffer.concat(Array(4).fill(Buffer.from(jpeg, "base64"))));
  return out;
}

/** BarcodeDetector as phones have it: sees the film, says what the code holds. */
const detecting = text => page => page.addInitScript(value => {
  globalThis.BarcodeDetector = class {
    static async getSupportedFormats() { return ["qr_code", "pdf417", "ean_13"]; }
    async detect(source) { return source.videoWidth || source.width ? [{ rawValue: value, format: "qr_code" }] : []; }
  };
}, text);

async function byCamera(browser) {
  const none = await roadside(browser);
  await none.click("#scan-open");
  await none.waitForFunction(() => /camera/i.test(document.getElementById("scan-state").textContent));
  ok(await none.isHidden("#camera"), "without a camera the page says so and shows no black square");
  await close(none);
  const refusing = await launch("--use-fake-device-for-media-stream", "--deny-permission-prompts");
  const refused = await roadside(refusing);
  await refused.click("#scan-open");
  await says(refused, "#scan-state", /does not allow the camera.*or choose a file/, "a camera that is refused: what to do instead");
  ok(await refused.isHidden("#camera"), "and no black square either");
  await close(refused);
  await refusing.close();
  for (const [name, path] of Object.entries(given.codes)) {
    const seeing = await launch("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", `--use-file-for-fake-video-capture=${await film(browser, path)}`);
    const page = await roadside(seeing, { permissions: ["camera"] });
    await page.click("#scan-open");
    await page.waitForFunction(() => document.getElementById("scan-how").textContent !== "");
    ok(/go to the node/.test(await text(page, "#scan-how")), `${name}: this browser reads no codes, and the page says who does`);
    if (name === "engagement") {
      await page.waitForFunction(() => /invitation/.test(document.getElementById("scan-state").textContent));
      same(sentTo(page, "/v1/licence").length, 0, "an engagement is told apart also when the node reads it");
      await close(page);
      await seeing.close();
      continue;
    }
    await decided(page);
    const sent = sentTo(page, "/v1/licence").at(-1).evidence[0];
    same([sent.kind, sent.base64.slice(0, 4)].join(), "picture,/9j/", `${name}: the node sees the code, and the picture is checked by itself`);
    same(await page.evaluate(() => document.getElementById("camera-view").srcObject), null, "the camera is let go");
    await close(page);
    await seeing.close();
  }
  const seeing = await launch("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream");
  const codes = [["an mdoc", "mdoc:" + Buffer.from("a267646f635479706575", "hex").toString("base64url") + "A".repeat(20), "mdoc"],
    ["bytes of an mdoc", String.fromCharCode(0xa2, 0x67) + "docType" + String.fromCharCode(0x75) + "org.iso.18013.5.1.mDL", "mdoc"],
    ["a PDF417", "@\n\u001e\rANSI 636000100001DL00310020DLDAQSPECIMEN\n\r", "barcode"]];
  for (const [name, value, kind] of codes) {
    const page = await roadside(seeing, { permissions: ["camera"], prepare: detecting(value) });
    await page.click("#scan-open");
    await decided(page);
    ok(/on this phone/.test(await text(page, "#scan-how")), `${name}: the browser reads it, and the page says so`);
    same(sentTo(page, "/v1/licence")[0].evidence[0].kind, kind, "and it is checked by itself");
    same(page.stub.asked.some(a => a.path === "/v1/inspect"), false, "no picture left the phone");
    await close(page);
  }
  const page = await roadside(seeing, { permissions: ["camera"], prepare: detecting("mdoc:owBjMS4wAYIB2BhYS6QBAiABIVgg") });
  await page.click("#scan-open");
  await page.waitForFunction(() => /invitation/.test(document.getElementById("scan-state").textContent));
  same(sentTo(page, "/v1/licence").length, 0, "an engagement is said to be one, with what to do");
  await close(page);
  await seeing.close();
}

/* Without a line. */

async function cut(page, on) {
  page.stub.cut = on;
  await page.context().setOffline(on);
}

async function withoutLine(browser) {
  const page = await roadside(browser, { offline: true });
  await cut(page, true);
  await page.reload();
  await page.waitForSelector("#link[data-state=gone]");
  await says(page, "#pack", /Trust pack of/, "the page opens without a line, with its pack and its age");
  await page.selectOption("#language", "tr");
  await page.waitForSelector("html[lang=tr]");
  same(await text(page, "#check"), "Denetle", "in every language");
  await page.selectOption("#language", "en");
  await page.waitForSelector("html[lang=en]");
  await check(page);
  ok(/This phone answered|Neither the node/.test(await text(page, "#answered")), "this phone answers, or says why it cannot", await text(page, "#answered"));
  await shot(page, "road-offline", { fullPage: true });
  page.stub.asked.length = 0;
  await cut(page, false);
  await page.waitForSelector("#link[data-state=ready]", { timeout: 60000 });
  await page.waitForFunction(() => true);
  await page.click("#ask-node");
  await page.waitForFunction(() => /The node answered/.test(document.getElementById("answered")?.textContent));
  ok(true, "the line is back: the node is asked with one touch");
  ok(page.stub.asked.some(a => a.path === "/v1/licence/pack"), "and the pack is refreshed");
  const kept = await page.evaluate(async () => {
    const out = [];
    for (const name of await caches.keys())
      for (const r of await (await caches.open(name)).keys())
        out.push(new URL(r.url).pathname);
    return out;
  });
  same(kept.filter(p => p.startsWith("/v1/")).filter(p => !["/v1/licence/pack", "/v1/node", "/v1/words", "/v1/agreement"].includes(p)).join(), "", "nothing but pack, words and agreement of the node is kept");
  await close(page);

  const old = await roadside(browser, { offline: true, prepare: p => { p.stub.answers["GET /v1/licence/pack"] = () => [200, pack(-1)]; } });
  await cut(old, true);
  await old.reload();
  await old.waitForSelector("#link[data-state=gone]");
  await says(old, "#pack", /expired/, "a pack that has expired is said to be");
  await check(old);
  same(await state(old), "refer", "and refers");
  ok(/has expired/.test(await text(old, "#answered")), "with the reason", await text(old, "#answered"));
  await shot(old, "road-expired", { fullPage: true });
  await close(old);
}

/** Node and phone as they are: nothing is answered by the test. */
async function together(browser) {
  const stub = await between(given.url);
  const page = await roadside(browser, { offline: true, stub, real: true });
  await check(page);
  const byNode = [await text(page, "#answered"), await page.locator("#supply .line").count()];
  ok(/The node answered/.test(byNode[0]) && byNode[1] >= 3, "the node answers, and what is missing can be supplied", ...byNode);
  await cut(page, true);
  await page.reload();
  await page.waitForSelector("#link[data-state=gone]");
  await check(page);
  ok(/This phone answered/.test(await text(page, "#answered")), "without the line this phone answers by itself", await text(page, "#answered"));
  same(await state(page), "refer", "nobody at home was asked: an officer decides");
  ok(/By its trust pack of/.test(await text(page, "#answered")) && /valid at home/.test(await text(page, ".unchecked")), "by which pack, and what was not checked");
  await shot(page, "road-phone", { fullPage: true });
  await page.locator("#supply [name=next-examined][value=true]").check({ force: true });
  await page.fill("#next-typed-expiry", "2034-05-01");
  await page.click("#again");
  await page.waitForFunction(() => !document.getElementById("next-typed-expiry"));
  ok(/This phone answered/.test(await text(page, "#answered")), "what is supplied is decided on here too");
  await close(page);
}

async function slowNode(browser) {
  let let_go;
  const page = await roadside(browser, { what: () => samples.recognised, prepare: p => {
    const answers = p.stub.answers["POST /v1/licence"];
    p.stub.answers["POST /v1/licence"] = async body => { await new Promise(done => { let_go = done; }); return answers(body); };
  } });
  await check(page);
  ok(/not answered yet|Neither/.test(await text(page, "#answered")), "a slow node: this phone answers first, and says that the node may follow", await text(page, "#answered"));
  let_go();
  await page.waitForFunction(() => /The node answered/.test(document.getElementById("answered")?.textContent));
  same(await state(page), "recognised", "the node's answer takes its place");
  same(sentTo(page, "/v1/licence").length, 1, "it was asked once");
  await close(page);
}

async function clearsItself(browser) {
  const page = await roadside(browser, { prepare: p => p.clock.install() });
  await page.selectOption("#clear-after", "1");
  await typed(page);
  await page.click("#check");
  for (let i = 0; i < 50 && !["recognised"].includes(await state(page)); i++)
    await page.clock.runFor(200);
  same(await state(page), "recognised", "a licence is on the screen");
  await page.clock.runFor(40_000);
  ok(Number(await page.getAttribute("#next", "data-left")) > 0, "its last seconds are counted", await page.getAttribute("#next", "data-left"));
  await page.clock.runFor(21_000);
  same([await state(page), await page.inputValue("#typed-number"), await page.locator(".portrait").count()].join(), "idle,,0", "and it is cleared by itself");
  await close(page);
}

/* Offence notes. */

async function note(page, { act = "speeding", amount = "1500,50", number = "SPECIMEN-0042" } = {}) {
  await page.click("#view-offences");
  await page.selectOption("#offence [name=act]", act);
  await page.fill("#offence [name=place]", "Road 44, km 12");
  await page.fill("#offence [name=amount]", amount);
  await page.selectOption("#offence [name=currency]", "IRR");
  await page.selectOption("#offence [name=issuer]", "KZ");
  await page.fill("#offence [name=number]", number);
}

const kept = page => page.evaluate(() => new Promise(done => {
  const request = indexedDB.open("serai-roadside");
  request.onsuccess = () => {
    const all = request.result.transaction(["notes", "draft", "keys"]);
    const notes = all.objectStore("notes").getAll(), drafts = all.objectStore("draft").getAll(), keys = all.objectStore("keys").getAll();
    all.oncomplete = () => {
      request.result.close();
      const bytes = [...notes.result, ...drafts.result].map(r => String.fromCharCode(...new Uint8Array(r.sealed))).join();
      done({ notes: notes.result.length, states: notes.result.map(n => n.state).join(), clear: /SPECIMEN|Road 44|speeding/.test(bytes + JSON.stringify(notes.result)), extractable: keys.result.some(k => k.extractable) });
    };
  };
}));

async function notes(browser) {
  const page = await roadside(browser, { offline: true });
  await check(page);
  await page.click("#to-offence");
  same(await page.inputValue("#offence [name=number]"), "SPECIMEN-0042", "a note begins with the licence on the screen");
  ok(/road-[0-9a-f]{24}/.test(await text(page, "#offence-reference")), "and the reference of its check");
  await note(page);
  await page.waitForTimeout(600);
  await cut(page, true);
  await page.reload();
  await page.waitForSelector("#link[data-state=gone]");
  await page.click("#view-offences");
  same(await page.inputValue("#offence [name=amount]"), "1500,50", "what is being written survives a reload");
  await shot(page, "road-offence", { fullPage: true });
  await page.click("#offence-keep");
  await page.waitForSelector("#kept li.warn");
  ok(/no line|not sent yet/.test(await text(page, "#kept")), "without a line it waits", await text(page, "#kept"));
  same(await text(page, "#waiting-count"), "1", "and is counted");
  const stored = await kept(page);
  same(JSON.stringify(stored), JSON.stringify({ notes: 1, states: "queued", clear: false, extractable: false }), "on the disk it is encrypted, with a key that cannot be taken out");
  await page.reload();
  await page.click("#view-offences");
  await page.waitForSelector("#kept li.warn");
  ok(/1500.50 IRR/.test(await text(page, "#kept")), "it survives a reload");
  page.stub.asked.length = 0;
  page.stub.answers["POST /v1/offences"] = () => [501, { error: { reason: "not-set-up", detail: "", hint: "" } }];
  await cut(page, false);
  await page.waitForFunction(() => /does not take it yet/.test(document.getElementById("kept").textContent), null, { timeout: 60000 });
  ok(true, "a node that is not set up for notes: it says so and waits");
  page.stub.answers["POST /v1/offences"] = (body, response) => { response.destroy(); return [200, {}]; }; // taken, and the answer lost
  await page.click("#offence-send");
  await page.waitForFunction(() => /no line/.test(document.getElementById("kept").textContent));
  page.stub.answers["POST /v1/offences"] = body => [200, { id: body.id, state: "received" }];
  await page.click("#offence-send");
  await page.waitForSelector("#kept li.good");
  const sent = sentTo(page, "/v1/offences");
  same(new Set(sent.map(s => s.id)).size, 1, "however often it is sent, its id is the same", sent.map(s => s.id));
  const n = sent.at(-1);
  same(JSON.stringify([n.member, n.licence, n.act, n.place, n.amount, n.currency, /^road-/.test(n.reference), /Z$/.test(n.at)]),
    JSON.stringify(["KZ", { issuer: "KZ", number: "SPECIMEN-0042" }, "speeding", "Road 44, km 12", "1500.50", "IRR", true, true]), "with all that was written");
  const before = sent.length;
  await page.reload();
  await page.click("#view-offences");
  await page.waitForSelector("#kept li.good");
  await page.click("#pack-refresh");
  await page.waitForTimeout(500);
  same(sentTo(page, "/v1/offences").length, before, "what was sent is not sent again");
  same(/SPECIMEN-0042|Road 44/.test(await text(page, "#kept")), false, "and of the driver nothing is left on the phone");
  page.stub.answers["POST /v1/offences"] = () => [400, { error: { reason: "request", detail: "no such act", hint: "" } }];
  await note(page, { act: "parking" });
  await page.click("#offence-keep");
  await page.waitForSelector("#kept li.bad");
  ok(/refused/.test(await text(page, "#kept li.bad")), "a refusal is shown, and the note stays", await text(page, "#kept li.bad"));
  await page.locator("#kept li.bad button", { hasText: "Mend" }).click();
  same(await page.inputValue("#offence [name=number]"), "SPECIMEN-0042", "it goes back into the form");
  await clean(page, "offence notes");
  page.stub.answers["POST /v1/offences"] = () => [503, { error: { reason: "busy", detail: "", hint: "" } }];
  await page.click("#offence-keep");
  await page.waitForFunction(() => /busy/.test(document.getElementById("kept").textContent));
  await page.click("#clear-all");
  await page.waitForSelector("#clear-dialog[open]");
  ok(/1 note was not sent/.test(await text(page, "#clear-text")), "clearing says what would be lost", await text(page, "#clear-text"));
  await clean(page, "the question before everything is cleared");
  await page.click("#clear-dialog [value='']");
  same((await kept(page)).notes > 0, true, "and does nothing without a yes");
  await page.click("#clear-all");
  await page.waitForSelector("#clear-dialog[open]");
  await page.click("#clear-dialog .danger");
  await page.waitForFunction(() => /cleared/.test(document.getElementById("scan-state").textContent));
  const left = await kept(page);
  same(`${left.notes} ${await page.evaluate(() => localStorage.getItem("serai.roadside"))}`, "0 null", "everything is cleared, from the disk too");
  await page.click("#view-offences");
  same(await page.locator("#kept li").count(), 0, "no note is left");
  await close(page);
}

async function fullPhone(browser) {
  const page = await roadside(browser);
  await page.evaluate(() => {
    IDBObjectStore.prototype.put = () => { throw new DOMException("no room", "QuotaExceededError"); };
  });
  await note(page);
  await page.click("#offence-keep");
  await page.waitForFunction(() => /NOT kept/.test(document.getElementById("offence-state").textContent));
  same(await page.inputValue("#offence [name=number]"), "SPECIMEN-0042", "a full phone says so, and the form still has it");
  await page.fill("#offence [name=amount]", "twelve");
  await page.click("#offence-keep");
  ok(/number/.test(await text(page, "#offence-state")), "an amount is a number");
  same(await focused(page), "amount", "and the field is shown");
  await close(page);
}

async function looks(browser) {
  for (const [name, language, viewport, colorScheme] of [["360", "en", { width: 360, height: 740 }, "light"], ["dark", "en", PHONE, "dark"], ["fa", "fa", PHONE, "light"], ["ru", "ru", PHONE, "dark"], ["tr", "tr", { width: 360, height: 740 }, "light"],
    ["desktop", "en", { width: 1280, height: 900 }, "light"], ["desktop-fa", "fa", { width: 1280, height: 900 }, "dark"]]) {
    let what = "every";
    const page = await roadside(browser, { viewport, colorScheme, what: () => samples[what] });
    await page.selectOption("#language", language);
    await page.waitForSelector(`html[lang=${language}]`);
    ok(await fits(page), `${name}: nothing stands out of the empty page`);
    await clean(page, `${name}, idle`);
    await shot(page, `road-${name}-idle`);
    for (what of ["recognised", "restricted", "refer", "not", "forged"]) {
      await check(page);
      ok(await fits(page), `${name}: nor of ${what}`, await page.evaluate(() => document.documentElement.scrollWidth));
      await clean(page, `${name}, ${what}`);
      await shot(page, `road-${name}-${what}`, { fullPage: what !== "recognised" });
      await page.click("#next");
    }
    await page.click("#view-offences");
    ok(await fits(page), `${name}: nor of the notes`);
    await shot(page, `road-${name}-notes`, { fullPage: true });
    const small = await page.evaluate(() => [...document.querySelectorAll("button, select, input, summary")].filter(e => e.offsetParent && !/radio|checkbox|file/.test(e.type ?? ""))
      .filter(e => e.getBoundingClientRect().height < 40).map(e => e.id || e.outerHTML.slice(0, 60)));
    same(small.join(), "", `${name}: everything to be touched is large enough`);
    await close(page);
  }
}

async function byKeyboard(browser) {
  const page = await roadside(browser, { viewport: { width: 1280, height: 800 } });
  const reach = async id => {
    for (let i = 0; i < 60 && await focused(page) !== id; i++)
      await page.keyboard.press("Tab");
    return await focused(page) === id;
  };
  ok(await reach("text"), "Tab reaches the text");
  await page.keyboard.type("D1FRASPECIMEN0042801231SPECIME");
  await page.keyboard.press("Control+Enter");
  await decided(page);
  same(await state(page), "recognised", "Ctrl+Enter checks");
  ok(await reach("to-offence"), "Tab reaches the offence note");
  await page.keyboard.press("Enter");
  same(await focused(page), "offence-act", "which begins with what was done");
  await page.keyboard.press("Escape");
  ok(await page.isVisible("#licence-view"), "Escape goes back to the licence");
  await page.keyboard.press("Escape");
  same(await state(page), "idle", "and then to the next driver");
  await close(page);
}

/** Every file that the page needs is kept for the time without a line; every word is in the catalogue. */
async function complete(browser) {
  const source = f => readFileSync(join(given.web, f), "utf8");
  const worker = source("roadside-worker.js");
  const seen = new Set(["roadside.html"]);
  for (const f of seen)
    if (/\.(js|html)$/.test(f))
      for (const [, name] of source(f).matchAll(/(?:from |import\(|src=|href=)"(?:\.\/|\/)([a-z0-9-]+\.(?:js|css|svg))"/g))
        seen.add(name);
  const missing = [...seen].filter(f => f !== "roadside-worker.js" && !worker.includes(`"/${f}"`));
  same(missing.join(), "", "the worker keeps every file of the page");
  const known = await catalogue("en");
  const used = readdirSync(given.web).filter(f => /^roadside.*\.(html|js)$/.test(f)).flatMap(f =>
    [...source(f).matchAll(/(?:data-t="|data-title="|[^a-z]t\("|(?:sayScan|say|part|pair)\(")([a-z]+\.[a-z.-]+)"/g)].map(m => m[1]));
  same(used.filter(k => !(k in known)).join(), "", "every word of the page is in the catalogue");
  same([...worker.matchAll(/"\/(v1[^"]*)"/g)].map(m => m[1]).sort().filter((p, i, a) => p !== a[i - 1]).join(), "v1/agreement,v1/licence/pack,v1/node,v1/words", "and of the node only what is the same for everybody");
}

const all = [verdicts, everyCategory, supplying, presenting, byCamera, withoutLine, together, slowNode, clearsItself, notes, fullPhone, byKeyboard, looks, complete];
await run(...all.filter(s => !given.only || given.only.split(",").includes(s.name)));
