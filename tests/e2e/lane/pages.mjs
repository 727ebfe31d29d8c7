// Every page of the console: title, landmarks, headings, axe in light, dark and high contrast, at a desk and on a phone, in both directions;
// nothing stands out or is cut off in any language; the keyboard reaches everything. Then the header and what is undone. TAP on stdout.

import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { catalogue, clean, cut, fits, focused, given, idle, ok, open, run, same, says, text } from "./browser.mjs";

const PAGES = readdirSync(given.web).filter(f => f.endsWith(".html")).sort();
const address = f => f === "lane.html" ? "" : f;
const PHONE = { width: 390, height: 844 }, DESK = { width: 1280, height: 800 };
const LANGUAGES = given.languages;

/** Levels of headings that skip one, and how many first ones there are. */
const headings = page => page.evaluate(() => {
  const levels = [...document.querySelectorAll("h1, h2, h3, h4, h5")].filter(e => e.checkVisibility()).map(e => Number(e.tagName[1]));
  return { first: levels.filter(n => n === 1).length, skipped: levels.filter((n, i) => i && n > levels[i - 1] + 1).length, begins: levels[0] };
});

/** Goes through the page with Tab; what can be reached in one way or another must be met. Radio buttons of one name are one stop. */
async function reached(page) {
  const wanted = await page.evaluate(() => {
    const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary")].filter(e => e.checkVisibility({ visibilityProperty: true })
      && !e.disabled && e.tabIndex >= 0 && e.type !== "hidden" && !(e.closest("details:not([open])") && e.tagName !== "SUMMARY"));
    const names = new Set();
    const stops = all.filter(e => e.type !== "radio" || !names.has(e.name) && names.add(e.name));
    stops.forEach((e, i) => { e.dataset.stop = i; });
    return stops.length;
  });
  const met = new Set();
  await page.evaluate(() => { document.activeElement?.blur(); scrollTo(0, 0); });
  for (let i = 0; i < wanted * 2 + 60 && met.size < wanted; i++) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const e = document.activeElement;
      return (e.type === "radio" ? [...document.querySelectorAll("[data-stop]")].find(r => r.name === e.name) : e)?.dataset.stop;
    });
    if (at !== undefined)
      met.add(at);
  }
  return met.size === wanted ? "" : page.evaluate(m => [...document.querySelectorAll("[data-stop]")].filter(e => !m.includes(e.dataset.stop)).map(e => e.outerHTML.slice(0, 80)).join("; "), [...met]);
}

async function settled(page) {
  await idle(page);
  await page.evaluate(() => document.fonts.ready);
}

async function everyPage(browser) {
  const titles = new Map();
  for (const f of PAGES) {
    const page = await open(browser, address(f));
    await settled(page);
    const title = await page.title();
    ok(/ · Serai$/.test(title), `${f}: a title`, title);
    titles.set(f, title);
    same(await page.locator("main").count(), 1, `${f}: one main part`);
    same(await page.evaluate(() => { const ids = [...document.querySelectorAll("[id]")].map(e => e.id); return ids.filter((id, i) => ids.indexOf(id) !== i).join(" "); }), "", `${f}: no name stands for two things`);
    same(JSON.stringify(await headings(page)), JSON.stringify({ first: 1, skipped: 0, begins: 1 }), `${f}: one first heading, no level skipped`);
    same(await reached(page), "", `${f}: the keyboard reaches everything`);
    for (const [look, media] of Object.entries({ light: { colorScheme: "light", contrast: "no-preference" }, dark: { colorScheme: "dark", contrast: "no-preference" },
      "high contrast": { colorScheme: "light", contrast: "more" }, "high contrast in dark": { colorScheme: "dark", contrast: "more" } })) {
      await page.emulateMedia(media);
      await clean(page, `${f}, ${look}`);
    }
    await page.emulateMedia({ colorScheme: "light", contrast: "no-preference", forcedColors: "active" });
    same(await cut(page), "", `${f}: nothing is cut off in forced colours`);
    await page.emulateMedia({ forcedColors: "none" });
    await page.setViewportSize(PHONE);
    ok(await fits(page), `${f}: it fits a phone`);
    await clean(page, `${f}, on a phone`);
    await page.selectOption("#language", "fa");
    await page.waitForFunction(() => document.documentElement.dir === "rtl");
    await settled(page);
    await page.emulateMedia({ colorScheme: "dark" });
    await clean(page, `${f}, on a phone, right to left, dark`);
    same(page.errors.filter(e => !/40[0-9]|503/.test(e)).join(), "", `${f}: no error`);
    await page.context().close();
  }
  same(new Set(titles.values()).size, PAGES.length, "no two pages have the same title");
}

/** One picture of each page, for the documentation. */
async function pictures(browser) {
  for (const f of PAGES) {
    const page = await open(browser, address(f), { locale: "en-GB", viewport: { width: 1120, height: 720 } });
    await settled(page);
    await page.screenshot({ path: join(given.pictures, `page-${f.replace(".html", "")}.png`) });
    ok(true, `${f}: a picture`);
    await page.context().close();
  }
}

/** The table of doc/console.md: every page, with its picture. */
async function documented() {
  const doc = join(given.web, "../doc"), said = readFileSync(join(doc, "console.md"), "utf8");
  for (const f of PAGES) {
    const picture = `pictures/page-${f.replace(".html", "")}.png`;
    ok(said.includes(`\`/${address(f)}\``) && said.includes(`(${picture})`) && existsSync(join(doc, picture)), `${f}: stands in the documentation, with a picture`);
  }
}

async function everyLanguage(browser) {
  for (const f of PAGES) {
    const page = await open(browser, address(f));
    const offered = await page.locator("#language option").evaluateAll(o => o.map(x => x.value));
    ok(LANGUAGES.every(l => offered.includes(l)), `${f}: every language is offered`, offered.join());
    for (const language of offered) {
      const words = await catalogue(language);
      await page.selectOption("#language", language);
      await page.waitForFunction(w => document.getElementById("services-name").textContent === w, words["page.menu"]);
      await settled(page);
      const found = [];
      for (const size of [DESK, { width: 320, height: 640 }]) {
        await page.setViewportSize(size);
        const what = await cut(page);
        if (what || !await fits(page))
          found.push(`${size.width}: ${what || "stands out to the side"}`);
      }
      same(found.join(" | "), "", `${f}, ${language}: nothing is cut off or stands out`);
    }
    await page.context().close();
  }
}

/** The menu of services, the way past it, and the keys that go to a service or name those of the page. */
async function header(browser) {
  const page = await open(browser, "desk.html");
  const shown = () => page.isVisible("#services");
  await page.keyboard.press("Tab");
  same(await page.evaluate(() => document.activeElement.className), "skip", "the first stop is the way past the header");
  ok(await page.isVisible(".skip"), "which is seen then");
  await page.keyboard.press("Enter");
  same(await focused(page), "main", "and leads to the content");
  ok(/Travel/.test(await text(page, "#services-open")), "the header says in which service this is", await text(page, "#services-open"));
  same(await page.locator(".pages a").evaluateAll(l => l.map(a => a.getAttribute("href")).join()), "/desk.html,/complaint-office.html", "and the pages of this service alone");
  same(await page.getAttribute(".pages a[href=\"/desk.html\"]", "aria-current"), "page", "with the one that is shown");
  await page.focus("#services-open");
  ok(!await shown(), "the menu is folded");
  await page.keyboard.press("ArrowDown");
  same(await page.evaluate(() => document.activeElement.getAttribute("href")), "/", "an arrow unfolds it and goes to the first service");
  await page.keyboard.press("ArrowUp");
  same(await page.evaluate(() => document.activeElement.getAttribute("href")), "/need.html", "and round to the last");
  await clean(page, "the menu unfolded");
  await page.keyboard.press("Escape");
  ok(!await shown() && await focused(page) === "services-open", "Escape folds it and goes back to its button");
  await page.click("#services-open");
  await page.click("h1");
  ok(!await shown(), "a click elsewhere folds it");
  await page.fill("#officer", "");
  await page.focus("#officer");
  await page.keyboard.type("gt?");
  same(await page.inputValue("#officer"), "gt?", "in a field letters are letters");
  ok(!await page.isVisible("#keys-dialog"), "and a question mark is one");
  await page.locator("main").focus();
  await page.keyboard.press("?");
  ok(/g.*b.*Border/.test(await text(page, "#keys-dialog")), "? names the keys", await text(page, "#keys-dialog"));
  await clean(page, "the keys");
  await page.keyboard.press("Escape");
  ok(!await page.isVisible("#keys-dialog"), "Escape closes them");
  await page.evaluate(() => { // as a scanner writes: one letter at once after the other
    for (const key of "gtx")
      document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  });
  await page.keyboard.press("?");
  ok(page.url().endsWith("/desk.html") && await page.isVisible("#keys-dialog"), "what a scanner writes goes nowhere");
  await page.keyboard.press("Escape");
  await page.keyboard.press("g");
  await Promise.all([page.waitForURL("**/trust.html"), page.keyboard.press("t")]);
  ok(true, "g and t go to Trust");
  await page.setViewportSize(PHONE);
  ok(!await page.isVisible(".top > .pages"), "on a phone the pages are in the menu");
  await page.click("#services-open");
  ok(await page.isVisible("#services .inner a[href=\"/trust.html\"]") && await fits(page), "with those of the service");
  await clean(page, "the menu on a phone");
  same(page.errors.join(), "", "no error");
  await page.context().close();
}

/** Digits and calendars of the reader's choice; what machines read stays as it is. */
async function settings(browser) {
  const page = await open(browser, "trust.html");
  const when = () => page.evaluate(async () => (await import("/language.js")).day("2026-09-15"));
  const plain = s => s.replace(/[\u2066-\u2069\u200e\u200f]/g, "");
  same(await when(), "September 15, 2026", "English as it is");
  await page.click("#settings-open");
  await clean(page, "the settings");
  await page.selectOption("#set-days", "both");
  same(plain(await when()), "September 15, 2026 (Shahrivar 24, 1405 AP)", "Gregorian and Solar Hijri side by side");
  await page.selectOption("#set-digits", "arab");
  same(plain(await when()), "September ١٥, ٢٠٢٦ (Shahrivar ٢٤, ١٤٠٥ AP)", "with Arabic-Indic digits");
  await page.selectOption("#set-digits", "arabext");
  await page.waitForFunction(() => /[۰-۹]/.test(document.getElementById("summary").textContent));
  ok(!/[٠-٩]/.test(await text(page, "#summary")), "the page is drawn again with the others");
  ok(/^[0-9a-f]{64}$/.test((await text(page, ".digest")).trim()), "a digest stays as it is", await text(page, ".digest"));
  same(await page.locator(".digest bdi").getAttribute("dir"), "ltr", "apart from the direction of the page");
  same(await page.evaluate(async () => { const w = await import("/language.js"); return [w.number(12345), w.amount("120.50"), w.clock("07:05"), w.t("start.late", { n: 12 })].join(" "); }),
    "۱۲٬۳۴۵ ۱۲۰٫۵۰ ۰۷:۰۵ late: ۱۲", "numbers, amounts, clocks and words");
  await page.reload();
  await page.waitForFunction(() => /[۰-۹]/.test(document.getElementById("summary").textContent));
  same(await page.inputValue("#set-digits"), "arabext", "the choice is kept");
  await page.selectOption("#language", "fa");
  await page.waitForFunction(() => document.documentElement.dir === "rtl");
  ok(/^۲۴ شهریور ۱۴۰۵.*\(۱۵ سپتامبر ۲۰۲۶.*\)$/.test(plain(await when())), "in Persian its own calendar stands first", await when());
  await page.click("#settings-open");
  await page.selectOption("#set-digits", "latn");
  await page.selectOption("#set-days", "gregory");
  ok(/15 .* 2026/.test(plain(await when())), "Persian words with Latin digits and the Gregorian calendar", await when());
  await page.selectOption("#set-digits", "");
  await page.selectOption("#set-days", "");
  same(await page.evaluate(() => Object.keys(localStorage).join()), "serai.language", "what is not chosen is not kept");
  await page.evaluate(() => localStorage.setItem("serai.digits", "<img>"));
  await page.reload();
  await page.waitForSelector("#link[data-state=ready]");
  same(await page.evaluate(async () => (await import("/language.js")).setting("digits")), "", "what is no choice is none");
  same(page.errors.join(), "", "no error");
  await page.context().close();
}

/** What a node refuses is said in the reader's language, also where no page has words for that reason; its own English stands behind, marked. */
async function problems(browser) {
  const page = await open(browser, "screen.html");
  await page.selectOption("#language", "fa");
  await page.waitForFunction(() => document.documentElement.dir === "rtl");
  const says = (e, ...names) => page.evaluate(async ([e, names]) => {
    const p = document.createElement("p");
    p.append(...(await import("/problem.js")).problem(e, ...names));
    return p.innerHTML;
  }, [e, names]);
  same(await says({ reason: "specimen", status: 400, detail: "column <3>", hint: "Say it." }), "گره این را نپذیرفت: چیزی در آن درست نیست. <bdi lang=\"en\">column &lt;3&gt; Say it.</bdi>", "a reason without words, as text");
  for (const [status, said] of [[403, "این برای شما باز نیست."], [404, "اینجا نیست، یا دیگر نیست."], [409, "این با آنچه از پیش اینجاست جور نیست."], [503, "گره اکنون نمی‌تواند این کار را بکند."]])
    same(await says({ reason: "specimen", status, detail: "" }), said, `what ${status} means`);
  ok(!/bdi|unknown/.test(await says({ reason: "complaint-unknown", status: 404, detail: "no such" }, "specimen", "complaint.trouble")), "a reason with words has them alone");
  ok(/[\u0600-\u06ff]/.test(await says({ reason: "unreachable", status: 0, detail: "" })), "no answer");
  await page.context().close();
}

/** Counts with their links; what is late says so; what was not answered is not zero. */
async function begins(browser) {
  const page = await open(browser, "start.html", { prepare: async p => {
    await p.route(/\/v1\/applications/, r => r.fulfill({ json: { applications: [{}, {}, {}], next: 4 } }));
    await p.route(/\/v1\/hits\/list/, r => r.fulfill({ json: { hits: [{ late: true }, { late: false }], next: null } }));
    await p.route(/\/v1\/complaints/, r => r.fulfill({ status: 403, json: { error: { reason: "role", detail: "" } } }));
    await p.route(/\/v1\/consultations/, r => r.abort());
  } });
  await says(page, "a[href=\"/desk.html\"].some", /3\+/, "how many wait, and that there are more");
  ok(/2/.test(await text(page, "a[href=\"/hits.html?state=open\"]")) && /late: 1/.test(await text(page, "a[href=\"/hits.html?state=open\"]")), "what is late is said in words");
  same(await page.locator("a[href=\"/complaint-office.html\"]").count(), 0, "what this person may not ask is left out");
  ok(/–/.test(await text(page, "a[href=\"/desk.html#consultations\"]")), "what was not answered is unknown, not none");
  ok(/Nothing waits here/.test(await text(page, "#start-roadside + * ~ *")), "where nothing waits it says how it begins");
  same(await page.locator(".starts h2").count(), await page.locator("#services > li").count(), "every service that has a page");
  await page.click("a[href=\"/hits.html?state=open\"]");
  await page.waitForFunction(() => document.getElementById("state")?.value === "open");
  ok(true, "a count leads to what it counted");
  await page.context().close();
}

/** An act that can be undone is not sent before its time; when the page is left it is. Long work is stopped. */
async function undone(browser) {
  const sent = [];
  const item = { kind: "object", item: "i-1", id: "indicator--1", type: "indicator", name: "SPECIMEN", version: "v", added: "2026-11-01T00:00:00Z", label: { tlp: "green", owner: "KZ", to: "all", flags: [] } };
  const stub = async p => {
    await p.clock.install();
    await p.addInitScript(() => sessionStorage.setItem("serai.officer", "o-1"));
    await p.route(/\/v1\/cyber\/alerts/, r => r.fulfill({ json: { alerts: [] } }));
    await p.route(/\/v1\/cyber\/inbox/, r => r.request().method() === "POST" ? (sent.push(r.request().postDataJSON()), r.fulfill({ json: {} }))
      : r.fulfill({ json: { items: [item], counts: { object: 1 }, whole: true, upto: "u" } }));
  };
  const page = await open(browser, "cyber-inbox.html", { prepare: stub });
  const done = () => page.click("#list .items button");
  await page.waitForSelector("#list .items button");
  await page.clock.pauseAt(new Date(Date.now() + 3_600_000)); // from here on time goes as the test says
  await done();
  await page.waitForSelector("#undo");
  same(await page.locator("#list .items button").count(), 0, "what is done leaves the list at once");
  await page.clock.runFor(7000);
  same(sent.length, 0, "nothing is sent before its time");
  await page.click("#undo");
  await page.waitForSelector("#list .items button");
  await page.clock.runFor(20000);
  same(sent.length, 0, "undone, nothing is ever sent");
  await done();
  await page.waitForSelector("#undo");
  await page.keyboard.press("Control+z");
  await page.waitForSelector("#list .items button");
  ok(!await page.isVisible("#undo"), "Ctrl+Z undoes it too");
  await done();
  await page.waitForSelector("#undo");
  await page.clock.runFor(8100);
  await page.waitForFunction(() => !document.getElementById("undo"));
  same(JSON.stringify(sent), JSON.stringify([{ officer: "o-1", item: "i-1" }]), "after eight seconds it is sent once");
  await page.waitForSelector("#list .items button");
  await done();
  await page.waitForSelector("#undo");
  await page.context().close();

  const left = await open(browser, "barrier.html");
  await left.evaluate(async () => {
    const [{ later }, api] = await Promise.all([import("/act.js"), import("/api.js")]);
    later("SPECIMEN", () => api.waitingCount({ place: "sarakhs/exit/car", arrived: 7, gone: 0 }), () => {});
  });
  await left.goto(new URL("trust.html", given.url).href);
  let known = null;
  for (let i = 0; i < 300 && known === null; i++) { // unknown until somebody counted
    await new Promise(d => setTimeout(d, 100));
    const { gates } = await (await fetch(new URL("/v1/posts/sarakhs/waiting?hours=1", given.url))).json();
    known = gates.find(g => g.class === "car").here?.queue ?? null;
  }
  same(known, 7, "when the page is left it is sent, not lost");
  await left.context().close();

  let asked = 0;
  const slow = await open(browser, "screen.html", { prepare: p => p.route(/\/v1\/notices\/screen/, async r => { asked++; await new Promise(d => setTimeout(d, 700)); await r.fulfill({ json: { results: [] } }).catch(() => {}); }) });
  await slow.fill("#officer", "o-1");
  await slow.setInputFiles("#file", { name: "names.csv", mimeType: "text/csv", buffer: Buffer.from(`name\n${"SPECIMEN\n".repeat(200)}`) });
  await slow.waitForSelector("#stop");
  same(await slow.getAttribute(".act progress", "max"), "200", "long work says how far it is");
  await clean(slow, "while it works");
  await slow.click("#stop");
  await slow.waitForFunction(() => !document.getElementById("stop"));
  const then = asked;
  await says(slow, "#trouble", /Stopped here/, "and that it was stopped");
  await slow.waitForTimeout(1500);
  same(asked, then, "nothing more is asked");
  await slow.context().close();
}

/** What is printed: the answer, not the controls. */
async function paper(browser) {
  for (const [f, kept] of [["need.html", "h1"], ["trust.html", "#summary"], ["hits.html", "h1"], ["cyber-exposure.html", "h1"], ["start.html", "h1"]]) {
    const page = await open(browser, f);
    await settled(page);
    await page.emulateMedia({ media: "print" });
    ok(!await page.isVisible(".top") && await page.isVisible(kept), `${f} on paper: without the header`);
    same(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(255, 255, 255)", `${f} on paper: white`);
    await page.context().close();
  }
}

const all = [documented, header, settings, problems, begins, undone, paper, everyPage, everyLanguage, ...(given.pictures ? [pictures] : [])];
await run(...all.filter(s => !process.env.SERAI_ONLY || process.env.SERAI_ONLY.split(",").includes(s.name)));
