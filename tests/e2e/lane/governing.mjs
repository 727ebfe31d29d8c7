// The console pages Federation, Agreement and Operator: map and table, keyboard, CSV, what-if, every language. TAP on stdout.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { clean, fits, given, ok, open, run, same, says, text } from "./browser.mjs";

const shot = (page, name) => given.pictures && page.screenshot({ path: join(given.pictures, `${name}.png`), fullPage: true });
const json = (path, made) => page => page.route(`**${path}`, r => r.fulfill({ json: made }));
const AT = "2026-11-20T12:00:00Z";

const log = (member, stream, hours, more = {}) => ({ origin: `${member.toLowerCase()}.specimen/${stream}/all/2026`, stream, audience: "all", size: 120, held: 120, witnessed: 118,
  looked: new Date(Date.parse(AT) - hours * 3_600_000).toISOString(), grown: AT, reason: null, two_histories: false, ...more });
const link = (up, more = {}) => ({ has_address: true, up, answered: up ? AT : null, heard: null, reason: up ? null : "unreachable", calls: 9, failed: up ? 0 : 9, ...more });
const member = (state, more = {}) => ({ member: state, own: false, standing: "counts", since: AT, name: `${state.toLowerCase()}.specimen`, other_text: false, witness: true, link: link(true), stale: false, reached: true,
  clock: 0, logs: [log(state, "trust", 0.2), log(state, "notices", 1)], ...more });

/** A bloc in which everything happens that a member can be in. */
const bloc = (more = {}) => ({ at: AT, takes_part: true, stale_after: 86_400, forks: 1, needed: 6, reached: 6, members: [
  member("IR", { own: true, link: null, reached: false, logs: [] }), member("KZ"), member("TR", { logs: [log("TR", "trust", 0.1), log("TR", "cyber", 2)] }),
  member("AF", { link: link(false), reached: false, stale: true, logs: [log("AF", "trust", 50)] }), member("TM", { logs: [log("TM", "trust", 0.3, { two_histories: true, reason: "history" })] }),
  member("UZ", { stale: true, logs: [log("UZ", "trust", 40)] }), member("PK", { link: null, reached: false, standing: "unknown", logs: [] }), member("TJ"), member("KG", { standing: "suspended", reached: false }), member("AZ", { other_text: true })],
own: [{ origin: "ir.specimen/notices/all/2026", stream: "notices", audience: "all", published: 40, witnessed: 38, witnessed_at: AT, waiting_since: AT, by: ["KZ", "TR"], reason: null }], ...more });

const federation = async (browser, { made = bloc(), hash = "", prepare, ...options } = {}) => {
  const page = await open(browser, `federation.html${hash}`, { prepare: async p => { await json("/v1/federation", made)(p); await prepare?.(p); }, ...options });
  await page.waitForSelector("#members table");
  return page;
};

async function saved(page, selector) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.click(selector)]);
  return readFileSync(await download.path(), "utf8");
}

async function map(browser) {
  const page = await federation(browser);
  same(await page.locator("#map a").count(), 10, "ten members on the map");
  same(await page.locator("#members tbody tr").count(), 10, "and the same ten in the table");
  for (const [state, sign, word] of [["IR", "✓", "this node"], ["KZ", "✓", "linked"], ["AF", "✕", "no answer"], ["TM", "✕", "Two histories"], ["UZ", "!", "data are old"], ["PK", "–", "never called"], ["KG", "✕", "suspended"]]) {
    const shape = page.locator(`#map a[data-state=${state}]`);
    ok((await page.locator(`#map [data-of=${state}]`).textContent()).endsWith(sign) && (await shape.getAttribute("aria-label")).includes(word), `${state}: a sign and a word on the map`, await shape.getAttribute("aria-label"));
    ok((await page.locator("#members tbody tr", { has: page.locator(`a[href="#${state}"]`) }).textContent()).includes(word), `${state}: the same word in the table`);
  }
  const fills = await page.$$eval("#map a path", list => new Set(list.map(p => p.getAttribute("fill"))).size);
  same(fills, 4, "four hatches, so that no colour is the only sign");
  ok((await page.locator("#map .land").count()) > 3, "neighbours are drawn around them");
  same(await page.$$eval("#map .tie", list => list.map(e => `${e.dataset.to} ${e.classList[1]}`).sort().join()), "AF bad,AZ good,KG bad,KZ good,TJ good,TM bad,TR good,UZ warn", "a line to each member that was called, by its state");
  await page.waitForSelector("#map .post");
  same(await page.locator("#map .post").getAttribute("aria-label"), "Border post Sarakhs, facing Turkmenistan", "the post whose place is known, with its name");
  const [iran, post] = await Promise.all(["#map a[data-state=IR] path", "#map .post path"].map(x => page.locator(x).boundingBox()));
  ok(post.x > iran.x + iran.width / 2 && post.x < iran.x + iran.width + 3 && post.y > iran.y && post.y < iran.y + iran.height / 2, "in the north-east of its member", iran, post);
  await shot(page, "federation");
  await page.locator("#map a[data-state=KZ]").focus();
  await page.keyboard.press("ArrowRight");
  same(await page.evaluate(() => document.activeElement.dataset.state), "TR", "arrows go from member to member");
  await page.keyboard.press("Enter");
  await says(page, "#one", /Türkiye|Turkey/, "Enter chooses one");
  ok(/cyber/.test(await text(page, "#one")), "with its streams");
  ok(await page.evaluate(() => location.hash === "#TR"), "and its address");
  await page.click("#members a[href=\"#TM\"]");
  await says(page, "#one", /Turkmenistan.*Two histories/s, "the table chooses too");
  same(await page.locator("#ages figure").count(), 3, "a picture for each stream");
  same(await page.locator("#ages .bar.bad").count(), 2, "and what is older than stale-after stands out");
  ok(/6 of 6/.test(await text(page, "#figures")), "how many witnesses are reached", await text(page, "#figures"));
  const csv = await saved(page, "#members-tools button");
  ok(csv.startsWith("\uFEFFMember,Standing,") && csv.includes("\r\nKZ,counts,linked,"), "the table as a file, with the mark that spreadsheets want", csv.slice(0, 200));
  await page.click("#settings-open");
  await page.selectOption("#set-csv", "plain");
  await page.keyboard.press("Escape");
  ok((await saved(page, "#members-tools button")).startsWith("Member,"), "and without it for who says so in the settings");
  same(page.errors.join(), "", "no error");
  await page.context().close();
  const deep = await federation(browser, { hash: "#AF" });
  await says(deep, "#one", /Afghanistan.*no answer/s, "another page can point at a member");
  await deep.context().close();
}

async function without(browser) {
  const page = await federation(browser, { prepare: json("/map.json", {}) });
  await says(page, "#map-note", /No map is installed/, "without outlines the page says so");
  same(await page.locator("#members tbody tr").count(), 10, "and the table has all of it");
  await page.context().close();
  const far = bloc();
  far.members = ["DE", "FR", "BE"].map((s, i) => member(s, i ? {} : { own: true }));
  const other = await federation(browser, { made: far });
  same(await other.locator("#map a").count(), 3, "any bloc has its map");
  await shot(other, "federation-other");
  await other.context().close();
  const alone = await federation(browser, { made: bloc({ takes_part: false }) });
  await says(alone, "#trouble", /takes no part/, "a node alone says that it is");
  await alone.context().close();
  const own = await open(browser, "federation.html");
  await own.waitForSelector("#members table");
  same(await own.locator("#members tbody tr").count(), 10, "and has the members of its agreement");
  same(own.errors.join(), "", "no error");
  await own.context().close();
}

/** What a sheet would take for a formula does not reach it as one. */
async function formulas(browser) {
  const page = await federation(browser);
  const made = await page.evaluate(async () => (await import("/csv.js")).text(["a"], [["=1+1"], ["+1"], ["-1"], ["@SUM(A1)"], ["\t=1"], ["\uFF1D1"], ["a\"b,c\r\nd"], [-5], [null], ["plain"]]));
  same(made, "\uFEFFa\r\n'=1+1\r\n'+1\r\n'-1\r\n'@SUM(A1)\r\n'\t=1\r\n'\uFF1D1\r\n\"a\"\"b,c\r\nd\"\r\n-5\r\n\r\nplain\r\n", "formulas are told from text, quotes are doubled, numbers stay");
  const hostile = bloc();
  hostile.members[1].logs[0].stream = "=cmd|'/C calc'!A0";
  const other = await federation(browser, { made: hostile });
  await other.click("#ages details summary");
  ok((await saved(other, "#ages button.csv")).includes(",'=cmd|"), "also out of another member's record");
  await page.context().close();
  await other.context().close();
}

async function agreement(browser) {
  const page = await open(browser, "agreement.html#article-5");
  await page.waitForSelector("#article-5");
  await page.waitForFunction(() => document.activeElement?.id === "article-5-title");
  ok(true, "the address leads to an article");
  ok(/without a visa/.test(await text(page, "#article-5 .wording")), "its wording");
  const rule = await text(page, "#article-5 .rule");
  ok(/allow stay by travel purpose/.test(rule) && !/text en|title fa/.test(rule), "beside its rule, without the wordings", rule);
  ok((await page.locator("#article-5 .rule .k").count()) > 5, "with its parts told apart");
  ok(/example/.test(await text(page, "#article-5 details")), "and its worked examples");
  await (given.pictures && page.locator("#article-5").screenshot({ path: join(given.pictures, "agreement-article.png") }));
  ok(/No rule/.test(await text(page, "#article-1")), "an article without a rule says so");
  const rows = await page.locator("#matrix tbody tr").count(), articles = await page.locator(".pact").count();
  same(rows, articles + 1, "a row for each article and one for the whole");
  ok(/✓/.test(await text(page, "#matrix tbody")), "who is bound");
  await page.fill("#on", "2025-06-01");
  await page.click("#day button");
  await says(page, "#matrix", /not in force/, "before the day of force nobody is");
  ok(await page.evaluate(() => location.search === "?on=2025-06-01"), "the day stands in the address");
  ok((await saved(page, "#bound-tools button")).includes("not-in-force"), "who is bound as a file");
  await shot(page, "agreement");
  await page.selectOption("#member", "KZ");
  await page.selectOption("#article", "5");
  await page.fill("#travellers", "3000");
  await page.click("#try");
  await says(page, "#outcome", /Of 3,000 travellers/, "a reservation is tried");
  ok(/lose/.test(await text(page, "#outcome")) && /KZ|Kazakhstan/.test(await text(page, "#outcome")), "and says who loses", await text(page, "#outcome"));
  ok(/reservation of KZ: not bound/.test(await text(page, "#outcome .added")), "and what changes in the text");
  await (given.pictures && page.locator("section:has(> #what-if)").screenshot({ path: join(given.pictures, "agreement-what-if.png") }));
  await page.selectOption("#kind", "line");
  await page.fill("#line", "article 99: treatment 60 days");
  await page.click("#try");
  await says(page, "#trial-state", /does not fit/, "a change that does not fit is told");
  same(page.errors.filter(e => !/422/.test(e)).join(), "", "no other error");
  await page.context().close();
  const dated = await open(browser, "agreement.html?on=2025-06-01");
  await dated.waitForSelector("#matrix table");
  same(await dated.inputValue("#on"), "2025-06-01", "a day in the address is shown");
  await dated.context().close();
}

async function operator(browser) {
  const page = await open(browser, "operator.html");
  await page.waitForSelector("#findings li");
  ok(/serai doctor/.test(await text(page, ".lead")), "what it is");
  ok(/Do this: /.test(await text(page, "#findings")), "findings with what to do", await text(page, "#findings"));
  ok(/Store/.test(await text(page, "#parts")), "parts");
  ok(/node-key/.test(await text(page, "#keys")) && /no end/.test(await text(page, "#keys")), "keys and their ends");
  ok(/Records on their way/.test(await text(page, "#queues")), "queues by name");
  ok(/listen/.test(await text(page, "#config")), "settings");
  const whole = JSON.stringify(await page.evaluate(() => fetch("/v1/operator").then(r => r.json())));
  ok(!/PRIVATE|BEGIN |password/.test(whole), "and nothing secret");
  ok((await saved(page, "#findings-tools button")).startsWith("\uFEFFweight,word,seen"), "findings as a file");
  await shot(page, "operator");
  same(page.errors.join(), "", "no error");
  await page.context().close();
  const denied = await open(browser, "operator.html", { prepare: p => p.route("**/v1/operator", r => r.fulfill({ status: 403, json: { error: { reason: "not-for-you", detail: "", hint: "" } } })) });
  await says(denied, "#trouble", /machine of the node/, "who may not see it is told why");
  await denied.context().close();
}

const DAYS = [...Array(30)].map((_, i) => new Date(Date.parse("2026-10-21T00:00:00Z") + i * 86_400_000).toISOString().slice(0, 10));

/** Work grows, pilgrimage has a day of which little is told, the rest is nothing. */
const stays = days => ({ member: "IR", from: DAYS.at(-days) ?? DAYS[0], to: DAYS.at(-1), kept_from: null, least: 5, stays: ["work", "pilgrimage", "tourism", ""].flatMap(purpose => DAYS.slice(-days).map((day, i) => ({ day, purpose,
  inside: purpose === "work" ? 100 + 5 * i : purpose === "pilgrimage" && i !== 3 ? 20 : null, came: purpose === "work" ? 15 : null, left: purpose === "work" && i % 2 ? 10 : null, over: purpose === "work" && i > 4 ? 5 : null }))) });
const queue = (waiting, more = {}) => DAYS.slice(-7).map((day, i) => ({ day, waiting: waiting + i, came: 6, decided: i === 2 ? 0 : 5, middle_hours: i === 2 ? null : 30, slow_hours: i === 2 ? null : 95, ...more }));
const told = (path, make, asked = []) => page => page.route(`**/v1/statistics/${path}?*`, r => {
  asked.push(new URL(r.request().url()).search);
  return r.fulfill({ json: make(Number(new URL(r.request().url()).searchParams.get("days"))) });
});
const cells = (page, place) => page.$$eval(`${place} tbody tr`, rows => rows.map(r => [...r.children].map(c => c.textContent).join("|")));

async function overTime(browser) {
  const asked = [];
  const page = await federation(browser, { prepare: told("stays", stays, asked) });
  await page.waitForSelector("#stays figure");
  same(await page.locator("#stays figure").count(), 2, "a picture for each purpose of which something is told");
  const names = await page.$$eval("#stays svg", list => list.map(s => `${s.getAttribute("role")} ${s.getAttribute("aria-label")}`));
  ok(/^img Work\. Inside when the day ended: 245 on .*19.*\. Over their time: 5 on/.test(names[0]) && /Pilgrimage/.test(names[1]), "which says in words what it shows", names);
  same(await page.locator("#stays figure:nth-of-type(2) path.run").count(), 2, "the line is broken where nothing is told");
  await page.click("#stays details summary");
  const rows = await cells(page, "#stays");
  same(rows.length, 60, "a row for each day and purpose drawn");
  ok(rows[4].endsWith("|Work|120|15|–|–") && rows[5].endsWith("|Work|125|15|10|5") && rows[33].endsWith("|Pilgrimage|–|–|–|–"), "with the same numbers, and – where nothing is told", rows[4], rows[5], rows[33]);
  const file = await saved(page, "#stays button.csv");
  ok(file.includes("\r\n2026-10-25,work,120,15,,\r\n") && file.split("\r\n").length === 62, "and as a file", file.slice(0, 300));
  await page.focus("#stays select");
  await page.selectOption("#stays select", "90");
  await page.waitForFunction(() => document.querySelector("#stays details:not([open])"));
  same(asked.join(), "?days=30,?days=90", "other days are asked for");
  ok(await page.evaluate(() => document.activeElement === document.querySelector("#stays select") && document.activeElement.value === "90"), "and the choice keeps the keyboard");
  await clean(page, "stays over time");
  same(page.errors.join(), "", "no error");
  await page.context().close();
  const none = await federation(browser, { prepare: told("stays", () => ({ ...stays(7), stays: [] })) });
  await says(none, "#stays .empty", /counted from the entries and exits.*serai stays count/s, "without stays it says where they come from");
  await none.context().close();
  const own = await federation(browser);
  await says(own, "#stays", /counted from the entries|Inside when the day ended/, "the node itself is asked");
  await own.context().close();
  for (const path of ["desk.html", "operator.html"]) {
    const desk = await open(browser, path, { prepare: told("queues", () => ({ member: "IR", from: DAYS.at(-7), to: DAYS.at(-1), applications: queue(3), complaints: queue(0, { came: 0, decided: 0, middle_hours: null, slow_hours: null }),
      posts: DAYS.slice(-7).map((day, i) => ({ day, place: "sarakhs/exit/lorry", arrived: i === 1 ? null : 200 + i, gone: i === 1 ? null : 190, longest: i === 1 ? null : 40 + i })) })) });
    await desk.waitForSelector("#over-time figure");
    const names = await desk.$$eval("#over-time svg", list => list.map(s => s.getAttribute("aria-label")));
    ok(/^Applications\. Waiting: 9 on /.test(names[0]) && /^Complaints\. Waiting: 6 on /.test(names[1]), `${path}: who waits`, names);
    await desk.click("#over-time details summary");
    const rows = await cells(desk, "#over-time");
    ok(rows[13].includes("|Complaints|") && rows[0].endsWith("|Applications|3|6|5|30|95") && rows[2].endsWith("|Applications|5|6|0|–|–"), `${path}: the same numbers, and no time of too few`, rows[0], rows[2]);
    await clean(desk, `${path}, waiting over time`);
    await shot(desk, `over-time-${path.split(".")[0]}`);
    ok(/^sarakhs · exit · lorr.*Longest queue seen: 46 on /i.test(names[2]) && rows.length === 21 && rows[15].endsWith("|–|–|–") && rows[16].endsWith("|42|202|190"), `${path}: and the queues at posts, without the day that nobody counted`, names[2], rows[15], rows[16]);
    same(desk.errors.join(), "", "no error");
    await desk.context().close();
  }
  const denied = await open(browser, "operator.html", { prepare: p => p.route("**/v1/statistics/queues?*", r => r.fulfill({ status: 503, json: { error: { reason: "store", detail: "", hint: "" } } })) });
  await says(denied, "#over-time", /cannot do this now/, "what cannot be had is said");
  await denied.context().close();
  const refused = await federation(browser, { prepare: p => p.route("**/v1/statistics/stays?*", r => r.fulfill({ status: 403, json: { error: { reason: "not-here", detail: "Statistics are looked at from the node's own machine.", hint: "" } } })) });
  await says(refused, "#stays", /own machine/, "and who is refused is told why");
  await refused.context().close();
}

async function everywhere(browser) {
  const pages = [["federation.html#UZ", "#stays figure", [json("/v1/federation", bloc()), told("stays", stays)]], ["agreement.html", "#matrix table", []], ["operator.html", "#config table", []]];
  for (const [path, ready, prepare] of pages)
    for (const [language, colorScheme, width, contrast] of [["en", "light", 1280], ["en", "dark", 1280, "more"], ["fa", "dark", 390], ["ru", "light", 390], ["tr", "dark", 1280]]) {
      const page = await open(browser, path, { colorScheme, contrast, viewport: { width, height: width < 500 ? 844 : 900 }, prepare: async p => { for (const f of prepare) await f(p); } });
      await page.waitForSelector(ready);
      await page.selectOption("#language", language);
      await page.waitForSelector(`html[lang=${language}]`);
      await page.waitForSelector(ready);
      const name = path.split(".")[0];
      ok(await fits(page), `${name} ${language} ${width}: nothing stands out of the page`);
      same(await page.evaluate(() => (document.body.innerText.match(/\b(?:fed|pact|op|csv|chart|stats)\.[a-z.-]+/g) ?? []).filter(w => !/agreement$|conf$/.test(w)).join()), "", `${name} ${language}: every word is there`);
      await clean(page, `${name}, ${language}, ${colorScheme}, ${width}`);
      await shot(page, `${name}-${language}-${colorScheme}-${width}`);
      same(page.errors.join(), "", "no error");
      await page.context().close();
    }
}

await run(map, without, formulas, overTime, agreement, operator, everywhere);
