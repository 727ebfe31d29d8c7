// As roles.mjs, at a member among three whose others are away: what a CERT's analyst, the secretariat, a lawyer and an operator expect. TAP on stdout.

import { given, run } from "./browser.mjs";
import { expects, like, shown } from "./expects.mjs";

const count = (page, selector) => page.locator(selector).count();

const analyst = browser => expects(browser, "analyst", "cyber-inbox.html", {
  "nobody reads the inbox without saying who it is": async (page, way) => {
    await page.click("#filter button");
    await page.waitForFunction(() => document.getElementById("trouble").textContent);
    return way.script.test(await shown(page, "#trouble"));
  },
  "what was seen here of what is meant for me, and nothing above": async page => {
    await page.fill("#officer", "o-1");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#alerts li");
    const said = await shown(page, "#alerts");

    return /SPECIMEN beacon/.test(said) && !/secret/.test(said) && await count(page, "#alerts li") === 2 || said;
  },
  "each object with the word of its marking": async page => {
    await page.goto(`${given.url}cyber.html`);
    await page.fill("#officer", "o-1");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".items li");
    const said = await page.locator(".items li").allTextContents();

    return said.length > 1 && said.every(s => /TLP:(GREEN|AMBER)/.test(s)) || said.join(" | ");
  },
  "found by a value written so that nobody clicks on it": async page => {
    await page.fill("#text", "beacon[.]example");
    await page.click("#filter button");
    await page.waitForFunction(() => document.querySelectorAll(".items li").length === 1);
    return /SPECIMEN beacon/.test(await shown(page, "#list"));
  },
  "before a release: who would see what, and nothing is sent": async (page, way) => {
    await page.goto(`${given.url}cyber-release.html`);
    await page.fill("#officer", "o-1");
    await page.click("#filter button");
    await page.waitForSelector(".items li input");
    await page.locator(".items li input").first().check();
    await page.locator("#members input").first().check();
    await page.click("#to button");
    await page.waitForSelector("#preview:not([hidden])");
    return way.script.test(await shown(page, "#preview")) && await count(page, "#acts tr td:nth-child(4)") === 0 || await shown(page, "#preview");
  },
});

const secretariat = browser => expects(browser, "secretariat", "federation.html", {
  "every member of the agreement, on the map and in the table": async page => {
    await page.waitForSelector("#members table");
    return await count(page, "#map a") === 10 && await count(page, "#members tbody tr") === 10;
  },
  "who does not answer, by a sign and a word": async (page, way, words) => {
    const row = await shown(page, "#members tbody tr:has(a[href='#TR'])");

    return row.includes("✕") && row.includes(words["fed.link.down"]) || row;
  },
  "which record of ours nobody has witnessed yet": async (page, way) => {
    const said = await shown(page, "#own");

    return /kz\.specimen\/trust|trust/.test(said) && way.script.test(said) || said;
  },
  "who is bound by which article on a day": async page => {
    await page.goto(`${given.url}agreement.html`);
    await page.waitForSelector("#matrix table");
    return await count(page, "#matrix tbody tr") === await count(page, ".pact") + 1 && /✓/.test(await shown(page, "#matrix tbody"));
  },
  "and before the agreement was in force: nobody": async page => {
    await page.fill("#on", "2020-06-01");
    await page.click("#day button");
    await page.waitForFunction(() => !/✓/.test(document.querySelector("#matrix tbody").textContent));
    return await page.evaluate(() => location.search === "?on=2020-06-01");
  },
});

const lawyer = browser => expects(browser, "lawyer", "agreement.html", {
  "the wording in the reader's language": async (page, way) => {
    await page.waitForSelector("#article-5 .wording");
    const said = await shown(page, "#article-5 .wording");

    return said.length > 40 && way.script.test(said) || said;
  },
  "beside it the rule that decides": async page => {
    const said = await shown(page, "#article-5 .rule");

    return /allow stay by travel purpose/.test(said) && !/text en/.test(said) || said;
  },
  "an article without a rule says so": async (page, way) => {
    const said = await shown(page, "#article-1");

    return !await count(page, "#article-1 .rule .k") && way.script.test(said) || said;
  },
  "what a reservation would change, before anybody signs it": async (page, way) => {
    await page.waitForSelector("#member");
    await page.selectOption("#member", "KZ");
    await page.selectOption("#article", "5");
    await page.fill("#travellers", "500");
    await page.click("#try");
    await page.waitForSelector("#outcome .added");
    return /KZ/.test(await shown(page, "#outcome .added")) && way.script.test(await shown(page, "#outcome"));
  },
  "a change that does not fit is told, with nothing changed": async (page, way) => {
    await page.selectOption("#kind", "line");
    await page.fill("#line", "article 99: treatment 60 days");
    await page.click("#try");
    await page.waitForFunction(() => document.getElementById("trial-state").textContent && !document.querySelector("#try[aria-busy]"));
    return way.script.test(await shown(page, "#trial-state"));
  },
});

const operator = browser => expects(browser, "operator", "operator.html", {
  "what needs doing, the worst first, each with what to do": async (page, way, words) => {
    await page.waitForSelector("#findings li");
    const all = await page.locator("#findings li").allTextContents();

    return all.length > 1 && all.every(s => s.includes(words["op.remedy"])) && /no-quorum/.test(all[0]) || all.join(" | ");
  },
  "whether it was backed up": async (page, way, words) => (await shown(page, "#figures")).includes(words["op.never"]) && (await shown(page, "#figures")).includes(words["op.backup"]),
  "which part is not well, and why": async (page, way, words) => {
    const row = await shown(page, "#parts tr:has([data-part=sync])");

    return row.includes(words["op.not-well"]) && /unreachable/.test(row) || row;
  },
  "every key with its end": async (page, way, words) => {
    const said = await shown(page, "#keys");

    return /node-key/.test(said) && said.includes(words["op.no-end"]) || said;
  },
  "settings, and nothing secret": async page => {
    const said = await shown(page, "#config");

    return /listen/.test(said) && !/PRIVATE|BEGIN |argon2|scrypt|\$6\$/.test(said) || said;
  },
});

await run(...[analyst, secretariat, lawyer, operator].filter(r => !process.env.SERAI_ONLY || process.env.SERAI_ONLY.split(",").includes(r.name)));
