// What each user of the console expects on the first day, five things each: at a desk in English and on a phone in Persian,
// from right to left. A picture of every one is left in the build folder. TAP on stdout.

import { given, run } from "./browser.mjs";
import { expects, like, shown } from "./expects.mjs";

const day = n => new Date(Date.now() + n * 86400_000).toISOString().slice(0, 10);
const state = page => page.getAttribute("#verdict", "data-state");
const decided = page => page.waitForSelector("#verdict:is([data-state=admit], [data-state=refer], [data-state=trouble], [data-state=not], [data-state=recognised], [data-state=restricted])");

const officer = browser => expects(browser, "officer", "", {
  "one scan is one check": async page => {
    await page.selectOption("#purpose", "tourism");
    await page.fill("#lines", given.lines);
    await page.click("#check");
    await decided(page);
    return ["admit", "refer"].includes(await state(page));
  },
  "one verdict, a word and a shape, in her language": async (page, way, words) => {
    const as = await state(page);

    return await shown(page, "#verdict-word") === words[`${as}.word`] && await page.getAttribute("#verdict-shape", "href") === `#i-${as}`;
  },
  "its reason, with the wording of the article": async (page, way) => {
    const wording = await shown(page, ".reasons blockquote");

    return wording.length > 20 && way.script.test(wording) || wording;
  },
  "how old the data is, and how long it took": async (page, way, words) => {
    const facts = await shown(page, ".facts");

    return like(words["facts.took"]).test(facts) && like(words["facts.anchors"]).test(facts) || facts;
  },
  "without the line no verdict is made up, and nothing entered is lost": async (page, way, words) => {
    await page.context().setOffline(true);
    await page.click("#check");
    await page.waitForSelector("#verdict[data-state=trouble]");
    return await shown(page, "#verdict-word") === words["trouble.word"] && await page.inputValue("#lines") === given.lines;
  },
});

const patrol = browser => expects(browser, "patrol", "roadside.html", {
  "what stands on the licence is enough to ask": async page => {
    await page.evaluate(() => { document.getElementById("fold").open = document.getElementById("typed-fold").open = true; });
    await page.selectOption("#typed-issuer", "KZ");
    await page.fill("#typed-number", "SPECIMEN-7");
    await page.fill("#typed-categories", "B");
    await page.click("#check");
    await decided(page);
    return await state(page) !== "trouble";
  },
  "one word, with a shape": async (page, way, words) => {
    const as = await state(page);

    return await shown(page, "#verdict-word") === words[`road.${as}`] && await page.getAttribute("#verdict-shape", "href") === `#i-${as}`;
  },
  "each category by itself, with a drawing": async page => await page.locator(".category .pictogram").count() > 0,
  "what was not checked is said": async (page, way) => {
    const said = await shown(page, "#detail");

    return way.script.test(said) && await page.locator("#supply .line").count() > 0 || said;
  },
  "the next driver finds nothing of the last": async page => {
    await page.click("#next");
    return await state(page) === "idle" && await page.inputValue("#typed-number") === "" && await page.locator("#detail *").count() === 0;
  },
});

const QUERY = "need.html?nationality=PK&purpose=pilgrimage&route=IR%2C2027-03-01%2C2027-03-20%2Cair";

const traveller = browser => expects(browser, "traveller", QUERY, {
  "what is needed for this trip, without a name": async page => {
    await page.waitForSelector(".way");
    return await page.locator("#journey input[name*=name]").count() === 0;
  },
  "how long the stay may be": async (page, way, words) => {
    const said = await shown(page, ".way");

    return [words["need.days"], words["need.days.none"]].flatMap(x => typeof x === "string" ? [x] : Object.values(x)).some(x => like(x).test(said)) || said;
  },
  "the rule in her own language": async (page, way) => {
    const wording = await shown(page, ".articles");

    return way.script.test(wording) || wording;
  },
  "one application, kept by a reference and a code": async (page, way) => {
    await page.goto(`${given.url}apply.html`);
    await page.waitForSelector("#asked input");
    await page.locator("#kind").evaluate(e => { e.selectedIndex = [...e.options].findIndex(o => /pilgrim/.test(o.value) || /pilgrim|زائر|زیارت/.test(o.textContent)); e.dispatchEvent(new Event("change", { bubbles: true })); });
    await page.fill("#passport", given.lines);
    await page.fill("#from", day(2));
    await page.fill("#until", day(30));
    await page.fill("#stay", "10");
    await page.fill("#f-answers-group", "SPECIMEN group");
    await page.fill("#f-answers-guide", "SPECIMEN guide");
    await page.selectOption("#f-answers-way-of-travel", "road");
    await page.fill("#contact", "specimen@example.org");
    await page.fill("#payment", "SPECIMEN-1");
    await page.click("#send");
    await page.waitForSelector("#shown:not([hidden])");
    const secret = (await page.textContent("#shown-body .code-large")).trim();
    return /^[A-Z2-7]{19}$/.test(secret) && way.script.test(await shown(page, "#shown-title")) || secret;
  },
  "how to complain, and how that is followed": async (page, way) => {
    await page.goto(`${given.url}complaints.html`);
    await page.waitForSelector("#follow-code");
    return way.script.test(await shown(page, "main")) && await page.locator("#subject option").count() > 2;
  },
});

const desk = browser => expects(browser, "desk", "desk.html", {
  "nobody reads an application without saying who it is": async (page, way) => {
    await page.click("#refresh");
    await page.waitForFunction(() => document.getElementById("trouble").textContent);
    return way.script.test(await shown(page, "#trouble"));
  },
  "what waits, with nothing personal in the list": async page => {
    await page.fill("#officer", "officer.one");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#inbox button");
    return !/SPECIMEN|AIGERIM/.test(await page.textContent("#inbox"));
  },
  "one application, whole, when it is opened": async page => {
    await page.click("#inbox button");
    await page.waitForSelector("#decision");
    return /AIGERIM/.test(await page.textContent("#one"));
  },
  "no refusal without a reason": async (page, way, words) => {
    const before = await shown(page, "#one-title");

    await page.click("#decline");
    await page.waitForFunction(() => document.getElementById("trouble").textContent);
    return way.script.test(await shown(page, "#trouble")) && await shown(page, "#one-title") === before || words["state.to-decide"];
  },
  "one officer alone does not decide": async page => {
    const before = await shown(page, "#one-title");

    await page.click("#grant");
    await page.waitForFunction(() => /officer\.one/.test(document.getElementById("one-body").textContent));
    return await shown(page, "#one-title") === before;
  },
});

await run(officer, patrol, traveller, desk);
