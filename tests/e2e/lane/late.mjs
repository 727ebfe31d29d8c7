// Lane and Roadside on lines that are slow, lossy or gone: installed, opened without the node, kept, sent late and once. TAP on stdout.
// given: as lane.mjs.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { clean, fits, given, ok, run, same, says, text } from "./browser.mjs";
import { chances, lossy } from "./lossy.mjs";

const DESK = { width: 1280, height: 800 }, PHONE = { width: 390, height: 844 };
const shot = (page, name) => given.pictures && page.screenshot({ path: join(given.pictures, `${name}.png`), fullPage: true });

/* Travellers of their own: the sample's lines under another number, with its check digits. */

const digit = s => String([...s].reduce((n, c, i) => n + (c === "<" ? 0 : parseInt(c, 36)) * [7, 3, 1][i % 3], 0) % 10);
const documentOf = n => `L${String(n).padStart(8, "0")}`;
function linesOf(n) {
  const [first, second] = given.lines.split("\n"), number = documentOf(n);
  const body = number + digit(number) + second.slice(10, 43);
  return `${first}\n${body}${digit(body.slice(0, 10) + body.slice(13, 20) + body.slice(21, 43))}`;
}

async function asked(path, body) {
  const answer = await fetch(new URL(path, given.url), { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  return answer.json();
}

const staysOf = async n => (await asked("/v1/stays", { issuer: "KZ", number: documentOf(n), office: "border-office", purpose: "stay-count" })).stays ?? [];

/* A page behind a line. */

const gone = () => "refuse";
const well = () => "through";

async function opened(browser, path, { line, viewport = DESK, language, context, workers = "allow" } = {}) {
  const by = line ?? await lossy(given.url);
  const within = context ?? await browser.newContext({ viewport, locale: "en-GB", reducedMotion: "reduce", serviceWorkers: workers });
  within.setDefaultTimeout(60000);
  const page = await within.newPage();
  page.errors = [];
  page.line = by;
  page.on("pageerror", e => page.errors.push(e.message));
  page.on("request", r => r.url().startsWith(by.url) || /^(blob|data):/.test(r.url()) || page.errors.push(`request to ${r.url()}`));
  await page.goto(by.url + path);
  await page.waitForSelector("#link[data-state=ready]");
  if (workers === "allow")
    await page.waitForFunction(async name => navigator.serviceWorker.controller?.scriptURL.includes(name)
      && (await Promise.all((await caches.keys()).filter(n => n.startsWith(`${name}-files`)).map(async n => (await caches.open(n)).match("/complete")))).some(Boolean), path ? "roadside" : "lane");
  if (language) {
    await page.selectOption("#language", language);
    await page.waitForSelector(`html[lang=${language}]`);
  }
  return page;
}

async function close(page) {
  same(page.errors.join("; "), "", "no error and no request to elsewhere");
  await page.context().close();
  page.line.close();
}

const state = page => page.getAttribute("#verdict", "data-state");
const checks = page => page.line.asked.filter(a => a.path === "/v1/check").map(a => JSON.parse(a.body));
const rows = page => page.locator("#late-list li").allTextContents();
const settled = page => page.waitForFunction(() => !document.getElementById("check").hasAttribute("aria-busy") && !["busy", "idle"].includes(document.getElementById("verdict").dataset.state));

async function enter(page, n, { movement = "entry" } = {}) {
  await page.fill("#lines", linesOf(n));
  await page.check(`[name=movement][value=${movement}]`, { force: true });
  await page.selectOption("#purpose", "pilgrimage");
  await page.selectOption("#mode", "air");
  await page.check("[name=examined][value=yes]", { force: true });
}

async function check(page, n, how) {
  await enter(page, n, how);
  await page.click("#check");
  await settled(page);
}

async function cut(page) {
  page.line.fate = gone;
  await page.evaluate(() => dispatchEvent(new Event("offline")));
  await page.waitForSelector("#link[data-state=gone]");
}

async function mend(page) {
  page.line.fate = well;
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await page.waitForSelector("#link[data-state=ready]");
}

const sentAll = page => page.waitForFunction(() => !document.getElementById("late").hidden && document.getElementById("late-send").hidden);

const kept = page => page.evaluate(() => new Promise(done => {
  const request = indexedDB.open("serai-lane");
  request.onsuccess = () => {
    const tx = request.result.transaction(["notes", "draft", "keys"]);
    const [notes, drafts, keys] = ["notes", "draft", "keys"].map(s => tx.objectStore(s).getAll());
    tx.oncomplete = () => {
      request.result.close();
      const bytes = [...notes.result, ...drafts.result].filter(r => r.sealed).map(r => String.fromCharCode(...new Uint8Array(r.sealed))).join();
      done({ notes: notes.result.length, drafts: drafts.result.length, latest: Math.max(0, ...drafts.result.map(d => d.at)), clear: /SPECIMEN|AIGERIM|L0000/.test(bytes + JSON.stringify(notes.result)), extractable: keys.result.some(k => k.extractable) });
    };
  };
}));

/* Scenarios. */

async function installable(browser) {
  for (const path of ["", "roadside.html"]) {
    const page = await opened(browser, path), name = path || "the Lane";
    const talk = await page.context().newCDPSession(page);
    const manifest = await talk.send("Page.getAppManifest");
    same(manifest.errors.map(e => e.message).join("; "), "", `${name}: the manifest has no error`);
    const m = JSON.parse(manifest.data);
    ok(manifest.url.endsWith(".webmanifest") && m.start_url === `/${path}` && m.start_url.startsWith(m.scope) && m.icons.length > 0, `${name}: start and scope`, manifest.data);
    const errors = (await talk.send("Page.getInstallabilityErrors")).installabilityErrors.map(e => e.errorId).filter(e => e !== "in-incognito");
    same(errors.join(), "", `${name}: the browser would install it`);
    await close(page);
  }
}

async function othersUntouched(browser) {
  const page = await opened(browser, "");
  const other = await page.context().newPage();
  await other.goto(`${page.line.url}trust.html`);
  await other.waitForSelector("#link[data-state=ready]");
  page.line.asked.length = 0;
  await other.reload();
  await other.waitForSelector("#link[data-state=ready]");
  const files = page.line.asked.map(a => a.path);
  ok(["/trust.html", "/v1/node"].every(p => files.includes(p)), "the Lane's worker serves no other page", files.join());
  page.line.fate = gone;
  const there = await other.goto(`${page.line.url}trust.html`).then(() => "opened", () => "not there");
  same(there, "not there", "nor keeps one");
  await other.close();
  await close(page);
}

async function withoutNode(browser) {
  for (const [name, viewport, language] of [["a desk", DESK, "en"], ["a phone, right to left", PHONE, "fa"]]) {
    const page = await opened(browser, "", { viewport, language }), base = viewport === DESK ? 100 : 200;
    await check(page, base);
    same(await state(page), "admit", `${name}: with its node it admits`);
    await page.click("#next");
    same(JSON.stringify(await kept(page)), JSON.stringify({ notes: 0, drafts: 0, latest: 0, clear: false, extractable: false }), "and keeps nothing of a traveller");
    await cut(page);
    await page.reload();
    await page.waitForSelector("#link[data-state=gone]");
    same(await page.isVisible("#lines"), true, `${name}: the page opens without its node`);
    await enter(page, base + 1);
    const then = Date.now() + 250; // a draft is written 300 ms after the last touch
    await page.fill("#stay", "5");
    for (let i = 0; i < 100 && (await kept(page)).latest < then; i++)
      await page.waitForTimeout(100);
    same((await kept(page)).drafts, 1, "what is being entered is kept");
    await page.reload();
    await page.waitForSelector("#link[data-state=gone]");
    await page.waitForFunction(() => document.getElementById("lines").value !== "");
    same([await page.inputValue("#lines"), await page.inputValue("#purpose")].join(), [linesOf(base + 1), "pilgrimage"].join(), "what was entered survives a reload");
    await page.click("#check");
    await settled(page);
    same([await state(page), await page.getAttribute("#verdict-shape", "href")].join(), "trouble,#i-trouble", "nobody is admitted without the node");
    ok(await page.isVisible("#late-verifies") && await page.isVisible("#officer-pass"), "it says that it verifies nothing, and leaves it to the officer");
    await page.waitForSelector("#late-list li");
    same(await page.locator("#late-list li.warn").count(), 1, "the check is kept and shown");
    ok(await fits(page), `${name}: nothing stands out`);
    await clean(page, `without the node, on ${name}`);
    await shot(page, `lane-late-${language}`);
    const stored = await kept(page);
    same([stored.notes, stored.clear, stored.extractable].join(), "1,false,false", "encrypted, with a key that cannot be taken out");
    await page.click("#next");
    same([await state(page), await page.inputValue("#lines")].join(), "idle,", "the next traveller finds an empty page");
    await check(page, base + 2);
    await page.click("#officer-pass");
    await page.waitForFunction(() => !document.getElementById("officer-pass"));
    same([await state(page), await page.locator("#late-list li").count()].join(), "trouble,3", "who was let pass is kept beside the check; the page still admits nobody");
    await page.click("#check");
    same(await page.locator("#late-list li").count(), 3, "a second press adds nothing");
    await page.click("#next");
    await enter(page, base + 3); // the traveller in front when the line comes back
    page.line.asked.length = 0;
    await mend(page);
    await sentAll(page);
    const sent = checks(page);
    same(sent.map(s => [s.evidence[0].text === linesOf(base + 1) ? 1 : 2, s.officer_admits ?? false, Boolean(s.asked)].join("-")).join(), "1-false-true,2-false-true,2-true-true", "sent in order, as late");
    same([await state(page), await page.inputValue("#lines")].join(), ["idle", linesOf(base + 3)].join(), "no late answer is the verdict on whoever is in front");
    if (language === "en") {
      ok(/Late answer, not for the traveller in front/.test((await rows(page))[0]), "a late answer says that it is late", ...await rows(page));
      ok(/recorded/.test((await rows(page))[2]), "what the officer decided is recorded");
    }
    same([(await staysOf(base + 1)).length, (await staysOf(base + 2)).length].join(), "0,1", "at the node: who was only asked about has not entered, who was let pass has, once");
    await clean(page, `late answers, on ${name}`);
    await shot(page, `lane-late-answers-${language}`);
    await page.click("#check");
    await settled(page);
    same(await state(page), "admit", "and the one in front is checked as ever");
    while (await page.locator("#late-list li").count()) {
      const n = await page.locator("#late-list li").count();
      await page.locator("#late-list button").first().click();
      await page.waitForFunction(m => document.querySelectorAll("#late-list li").length < m, n);
    }
    same(await page.isHidden("#late"), true, "what was seen is taken away");
    await close(page);
  }
}

/** The node recorded it, and only the answer was lost. */
async function lostAnswers(browser) {
  const page = await opened(browser, "");
  page.line.fate = r => r.path === "/v1/check" ? "drop" : "through";
  await check(page, 300);
  same([await state(page), (await staysOf(300)).length].join(), "trouble,1", "the answer is lost after the node has worked");
  page.line.fate = well;
  await page.click("#check");
  await page.waitForSelector("#verdict[data-state=admit]");
  ok(/Recorded before/.test(await text(page, ".facts")), "asked again it is the answer of before", await text(page, ".facts"));
  await page.waitForFunction(() => document.getElementById("late").hidden);
  same((await staysOf(300)).length, 1, "recorded once, and nothing is left to be sent");
  await page.click("#next");

  page.line.fate = r => r.path === "/v1/check" ? "drop" : "through";
  await check(page, 301);
  await page.click("#officer-pass");
  await page.waitForFunction(() => !document.getElementById("officer-pass"));
  page.line.fate = well;
  await page.click("#next");
  await sentAll(page);
  same((await staysOf(301)).length, 1, "let pass after a lost answer: one entry, not two");
  ok(/recorded before, by the check itself/.test((await rows(page)).join()), "and the list says by what", ...await rows(page));
  ok(/had recorded this movement/.test((await rows(page)).join()), "a movement that nobody here knew of is named", ...await rows(page));

  page.line.fate = r => r.path === "/v1/check" ? "drop" : "through";
  await check(page, 302, { movement: "exit" });
  await page.click("#officer-pass");
  page.line.fate = well;
  await page.click("#next");
  await sentAll(page);
  same((await staysOf(302)).length, 1, "an exit likewise");
  await close(page);
}

/** The queue sent a check after its traveller had gone, who then comes back to the desk of a page that remembers the id. */
async function comesBack(browser) {
  const page = await opened(browser, "");
  await cut(page);
  await check(page, 400);
  const second = await opened(browser, "", { line: page.line, context: page.context() }).catch(() => null);
  await second?.close();
  page.line.fate = well;
  const [id] = await page.evaluate(() => [...document.querySelectorAll("#late-list li")].map(l => l.id));
  const body = { id, asked: new Date().toISOString(), travel: { purpose: "pilgrimage", mode: "air" }, movement: "entry", evidence: [{ kind: "mrz", text: linesOf(400) }], document_examined: true };
  const late = await asked("/v1/check", body);
  same([late.verdict, late.moved].join(), "admit,none", "another page of this desk has sent it late");
  await page.click("#check");
  await page.waitForSelector("#verdict[data-state=admit]");
  same((await staysOf(400)).length, 1, "an admission on the screen is recorded: it was asked anew");
  await close(page);
}

async function twoTabs(browser) {
  const line = await lossy(given.url), one = await opened(browser, "", { line });
  const two = await opened(browser, "", { line, context: one.context() });
  await cut(one);
  await cut(two);
  for (const n of [500, 501, 502]) {
    await check(one, n);
    if (n !== 502)
      await one.click("#next");
  }
  line.asked.length = 0;
  line.fate = r => r.path === "/v1/check" ? 150 : "through";
  await Promise.all([one, two].map(p => p.evaluate(() => dispatchEvent(new Event("online")))));
  await Promise.all([one, two].map(p => p.waitForFunction(() => [...document.querySelectorAll("#late-list li")].filter(l => /Late answer/.test(l.textContent)).length === 2)));
  const ids = checks(one).map(c => c.id);
  same([ids.length, new Set(ids).size].join(), "2,2", "two tabs send each thing once, and neither sends the one whose traveller stands in front of the other", ids);
  ok(/in front of you/.test((await rows(two)).join()), "which both tabs say", ...await rows(two));
  await one.close();
  await two.click("#late-send");
  await two.waitForFunction(() => document.getElementById("late-send").hidden);
  same([checks(two).length, new Set(checks(two).map(c => c.id)).size].join(), "3,3", "a tab that is closed holds nothing back, and that is sent once too");
  await close(two);
}

async function fullAndOld(browser) {
  const page = await opened(browser, "");
  await cut(page);
  await page.evaluate(() => {
    const put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function (...a) { if (globalThis.noRoom) throw new DOMException("no room", "QuotaExceededError"); return put.apply(this, a); };
    globalThis.noRoom = true;
  });
  await check(page, 600);
  ok(/NOT kept/.test(await text(page, "#late-said")), "a full device says so", await text(page, "#late-said"));
  await page.click("#officer-pass");
  await page.waitForFunction(() => !document.querySelector("[aria-busy]"));
  ok(/NOT kept/.test(await text(page, "#late-said")) && await page.isVisible("#officer-pass"), "also of the decision, which can be tried again");
  same(await page.inputValue("#lines"), linesOf(600), "and the form still has it");
  await page.evaluate(() => { globalThis.noRoom = false; });
  await page.click("#officer-pass");
  await page.waitForSelector("#late-list li");
  await page.evaluate(() => new Promise(done => {
    const request = indexedDB.open("serai-lane");
    request.onsuccess = () => {
      const tx = request.result.transaction("notes", "readwrite"), all = tx.objectStore("notes").getAll();
      all.onsuccess = () => all.result.forEach(r => tx.objectStore("notes").put({ ...r, made: new Date(Date.now() - 30 * 3600_000).toISOString() }, r.id));
      tx.oncomplete = () => { request.result.close(); done(); };
    };
  }));
  await page.click("#next");
  await says(page, "#late-list", /erased without being sent/, "what is older than the settings allow is erased, and the page says that it was not sent");
  same((await kept(page)).clear, false, "nothing of it is left");
  page.line.asked.length = 0;
  await mend(page);
  await page.waitForTimeout(300);
  same([checks(page).length, (await staysOf(600)).length].join(), "0,0", "and it is not sent");
  await page.selectOption("#late-hours", "8");
  await page.reload();
  await page.waitForSelector("#late:not([hidden])");
  same(await page.inputValue("#late-hours"), "8", "how long is the desk's own choice");
  await close(page);
}

/** Every fate of a bad line, in an order that a seed gives. */

/** A button that is there while something waits: it may be sent by itself before the hand is there. */
const press = (page, at) => page.click(at, { timeout: 3000 }).catch(() => {});

async function badLine(browser) {
  for (const [name, viewport, language, seed] of [["a desk", DESK, "en", 7], ["a phone, right to left", PHONE, "fa", 5]]) {
    const page = await opened(browser, "", { viewport, language }), base = viewport === DESK ? 700 : 800, chance = chances(seed), N = 12;
    const fates = ["through", "refuse", "drop", "cut", "twice", 200];
    let bad = true;
    page.line.fate = r => bad && r.method === "POST" && r.path === "/v1/check" ? fates[Math.floor(chance() * fates.length)] : "through";
    const passed = new Set();
    for (let n = base; n < base + N; n++) {
      await check(page, n);
      if (await state(page) === "admit")
        passed.add(n);
      else if (n % 2 && await page.locator("#officer-pass").count()) {
        await page.click("#officer-pass");
        await page.waitForFunction(() => !document.getElementById("officer-pass"));
        passed.add(n);
      }
      await page.click("#next");
    }
    const lost = new Set(page.line.asked.filter(a => a.path === "/v1/check" && ["drop", "cut"].includes(a.fate)).map(a => JSON.parse(a.body).evidence[0].text));
    bad = false;
    for (let i = 0; i < 20 && await page.isVisible("#late-send"); i++) {
      await press(page, "#late-send");
      await page.waitForTimeout(150);
    }
    same(await page.isHidden("#late-send"), true, `${name}: once the line is good, nothing waits`);
    const counts = await Promise.all(Array.from({ length: N }, async (_, i) => (await staysOf(base + i)).length));
    same(counts.filter(c => c > 1).length, 0, `${name}: no entry twice`, counts.join());
    ok(counts.every((c, i) => !passed.has(base + i) || c === 1), `${name}: nobody who passed is missing`, counts.join(), [...passed].join());
    ok(counts.every((c, i) => c === 0 || passed.has(base + i) || lost.has(linesOf(base + i))), `${name}: nobody else has entered, but by an answer that was lost`, counts.join());
    const seen = new Set(page.line.asked.filter(a => a.path === "/v1/check").map(a => a.fate));
    ok(fates.every(f => seen.has(f)), `${name}: every fate was met`, [...seen].join());
    console.log(`# ${name}: ${page.line.asked.filter(a => a.path === "/v1/check").map(a => a.fate).join(" ")}`);
    await close(page);
  }
}

/** Offence notes of the Roadside on the same line: the node takes each once. */
async function badLineRoadside(browser) {
  for (const [name, viewport, language, seed] of [["a desk", DESK, "en", 3], ["a phone, right to left", PHONE, "fa", 5]]) {
    const page = await opened(browser, "roadside.html", { viewport, language }), chance = chances(seed), fates = ["through", "refuse", "drop", "cut", "twice", 200];
    const answers = [];
    let bad = true;
    page.line.fate = r => bad && r.path === "/v1/offences" ? fates[Math.floor(chance() * fates.length)] : "through";
    page.on("response", async r => r.url().endsWith("/v1/offences") && answers.push(await r.json().catch(() => null)));
    await page.click("#view-offences");
    for (let i = 0; i < 5; i++) {
      await page.selectOption("#offence [name=act]", "speeding");
      await page.fill("#offence [name=place]", `Road 44, km ${seed}${i}`);
      await page.selectOption("#offence [name=issuer]", "KZ");
      await page.fill("#offence [name=number]", `SPECIMEN-${seed}-${i}`);
      await page.click("#offence-keep");
      await page.waitForFunction(n => document.querySelectorAll("#kept li").length === n, i + 1);
    }
    bad = false;
    for (let i = 0; i < 20 && await page.locator("#kept li.warn").count(); i++) {
      await press(page, "#offence-send");
      await page.waitForTimeout(150);
    }
    same([await page.locator("#kept li.good").count(), await page.locator("#kept li").count()].join(), "5,5", `${name}: every note is with the node`, await text(page, "#kept"));
    const notes = page.line.asked.filter(a => a.path === "/v1/offences").map(a => JSON.parse(a.body));
    same(new Set(notes.map(n => n.id)).size, 5, `${name}: under five ids, however often they were sent`, notes.length);
    const again = await asked("/v1/offences", notes[0]);
    same([again.state, again.repeated].join(), "received,true", `${name}: the node knows it`, JSON.stringify(again));
    ok(await fits(page), `${name}: nothing stands out`);
    await clean(page, `offence notes after a bad line, ${name}`);
    await close(page);
  }
}

/** Every file that the Lane needs is kept for the time without its node, and of the node only what is the same for everybody. */
async function complete() {
  const source = f => readFileSync(join(given.web, f), "utf8");
  const worker = source("lane-worker.js"), seen = new Set(["lane.html"]);
  for (const f of seen)
    if (/\.(js|html)$/.test(f))
      for (const [, name] of source(f).matchAll(/(?:from |import\(|src=|href=)"(?:\.\/|\/)([a-z0-9-]+\.(?:js|css|svg|webmanifest))"/g))
        seen.add(name);
  seen.delete("lane.html");
  same([...seen].filter(f => !worker.includes(`"/${f}"`)).join(), "", "the worker keeps every file of the page");
  same([...worker.matchAll(/"\/(v1[^"]*)"/g)].map(m => m[1]).sort().join(), "v1/agreement,v1/node,v1/words", "and nothing that a verdict could rest on");
}

const quantile = (list, q) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(q * list.length))];

/** From the last byte of the answer to the frame after the one that shows the verdict. */
async function painted(browser) {
  const links = { "no limit": null, "slow (400 ms, 50 kB/s)": { offline: false, latency: 400, downloadThroughput: 50_000, uploadThroughput: 50_000 } };
  for (const [name, conditions] of Object.entries(links))
    for (const [size, viewport] of [["desk", DESK], ["phone", PHONE]]) {
      const page = await opened(browser, "", { viewport, workers: "block" }), took = [], n = conditions ? 8 : 30;
      if (conditions) {
        const talk = await page.context().newCDPSession(page);
        await talk.send("Network.enable");
        await talk.send("Network.emulateNetworkConditions", conditions);
      }
      for (let i = 0; i < n; i++) {
        await enter(page, 900 + i, { movement: "none" });
        await page.evaluate(() => { performance.clearMarks(); performance.clearResourceTimings(); });
        await page.click("#check");
        await page.waitForFunction(() => performance.getEntriesByName("verdict-painted").length === 1);
        took.push(await page.evaluate(() => performance.getEntriesByName("verdict-painted")[0].startTime - performance.getEntriesByType("resource").findLast(e => e.name.endsWith("/v1/check")).responseEnd));
        await page.keyboard.press("Escape");
      }
      const [p50, p95] = [quantile(took, .5), quantile(took, .95)];
      console.log(`# answer received to verdict painted, ${size}, ${name}: p50 ${p50.toFixed(0)} ms, p95 ${p95.toFixed(0)} ms, first ${took[0].toFixed(0)} ms, of ${n}`);
      ok(p50 > 0 && p95 < 1000, `${size}, ${name}: the verdict is painted within a second of its answer`, took.map(Math.round).join());
      await close(page);
    }
}

const all = [installable, othersUntouched, withoutNode, lostAnswers, comesBack, twoTabs, fullAndOld, badLine, badLineRoadside, complete, painted];
await run(...all.filter(s => !process.env.SERAI_ONLY || process.env.SERAI_ONLY.split(",").includes(s.name)));
