// Signing in with a browser: the link once, back to where one wanted to go, roles in the menu, persons kept by hand and keyboard, a session that ends in the middle of
// work. axe, phone, right to left. TAP on stdout.

import { execFileSync } from "node:child_process";
import { catalogue, clean, fits, focused, given, ok, run, same, says, tabTo, text } from "./browser.mjs";

const PHONE = { width: 390, height: 844 };
const link = id => execFileSync(given.serai, ["person", "link", "--node", given.node, id]).toString().trim().slice(1);
const shot = (page, name) => given.pictures && page.screenshot({ path: `${given.pictures}/${name}.png`, fullPage: true });
const serai = (...args) => execFileSync(given.serai, args);

/** A browser of its own; what is refused for want of a session is told to the console by the browser, and is no fault. */
async function fresh(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-GB", reducedMotion: "reduce", ...options });
  context.setDefaultTimeout(60000);
  const page = await context.newPage();
  page.errors = [];
  page.on("pageerror", e => page.errors.push(e.message));
  page.on("console", m => m.type() === "error" && !/status of 40[13]|status of 422/.test(m.text()) && page.errors.push(m.text()));
  page.on("request", r => r.url().startsWith(given.url) || page.errors.push(`request to ${r.url()}`));
  return page;
}


const menu = page => page.$$eval("#services > li:not([hidden])", l => l.map(e => e.dataset.service).join(" "));

async function firstStart(browser) {
  const page = await fresh(browser);
  await page.goto(`${given.url}federation.html`);
  await page.waitForURL(/signin\.html/);
  same(new URL(page.url()).searchParams.get("next"), "/federation.html", "whoever is not signed in is led to sign in, and what was wanted is kept");
  await page.waitForSelector(".way");
  ok(!await page.$("#use-link"), "without a link there is nothing to press");
  same(await menu(page), "traveller", "only what travellers may see stands in the menu");
  await clean(page, "sign in, without a link");
  await page.goto(`${given.url}signin.html?next=//evil.example/x#${given.link}`);
  await page.waitForSelector("#use-link");
  ok(!page.url().includes(given.link), "the link's secret leaves the address bar at once");
  await clean(page, "sign in, with a link");
  await shot(page, "signin");
  ok(await tabTo(page, "use-link"), "the keyboard reaches the button");
  await page.keyboard.press("Enter");
  await page.waitForURL(/start\.html/);
  ok(true, "an address elsewhere is not gone to: the start is");
  await page.waitForSelector("#who-open");
  ok((await menu(page)).includes("border") && (await menu(page)).includes("operator"), "the first person sees all services");
  same(await page.evaluate(() => document.cookie), "", "no script reads the cookie");
  await page.goto(`${given.url}signin.html#${given.link}`);
  await page.click("#use-link");
  await says(page, "#trouble", /used already/, "the link does not work twice, and the page says so");

  // Persons.
  await page.goto(`${given.url}persons.html`);
  await page.waitForSelector("table.persons");
  await clean(page, "persons");
  ok(await tabTo(page, "person-new"), "a person is added by keyboard");
  await page.keyboard.press("Enter");
  same(await focused(page), "person-id", "and the first field has the focus");
  await page.keyboard.press("Enter");
  await says(page, "#trouble", /needed/, "what is missing is said");
  await page.fill("#person-id", "officer-17");
  await page.fill("#person-name", "آ. SPECIMEN");
  await page.check("#role-lane");
  await page.check("#role-travel");
  await clean(page, "a new person");
  await page.click("#person-save");
  await page.waitForFunction(() => document.querySelectorAll("table.persons tbody tr").length === 2);
  ok(true, "the person is in the table");
  await page.click("table.persons tbody tr:last-child button:first-child");
  await page.waitForSelector("#told");
  const told = await text(page, "#told bdi");
  ok(told.startsWith(`${given.url}signin.html#`) && told.length > 60, "a link is made, and shown once");
  await page.click("#log-box summary");
  await says(page, "#log", /none was changed afterwards/, "what happened is listed, and its chain holds");
  await clean(page, "persons, with the log");
  await shot(page, "persons");
  same(page.errors.join("; "), "", "no errors");
  await page.context().close();
  return told.slice(given.url.length);
}

async function officer(browser, path) {
  const page = await fresh(browser);
  await page.goto(`${given.url}desk.html`);
  await page.waitForURL(/signin\.html/);
  await page.goto(given.url + path.replace("#", `?next=${encodeURIComponent("/desk.html")}#`));
  await page.click("#use-link");
  await page.waitForURL(/desk\.html/);
  await page.waitForFunction(() => document.querySelector("#officer")?.readOnly);
  same(await page.inputValue("#officer"), "officer-17", "who works is filled in, and no longer asked");
  same(await menu(page), "border travel trust agreement federation traveller", "an officer sees the services of the roles");
  same(await page.$$eval(".pages a:not([hidden])", l => l.map(a => a.getAttribute("href")).join(" ")), "/desk.html", "and of a service the pages of the roles");
  await page.click("#who-open");
  ok((await text(page, "#who-panel")).includes("officer-17") && (await text(page, "#who-panel")).includes("border post"), "who is signed in, with the roles, stands in the header");
  await clean(page, "who is signed in");
  await page.keyboard.press("Escape");
  same(await focused(page), "who-open", "Escape folds it");

  // The session ends in the middle of work.
  await page.goto(given.url);
  await page.waitForSelector("#who-open");
  await page.fill("textarea", given.lines);
  serai("person", "put", "--node", given.node, "--name", "A. SPECIMEN", "--roles", "lane travel", "officer-17");
  await page.keyboard.press("Control+Enter");
  await page.waitForSelector("#signed-out");
  ok((await page.inputValue("textarea")).includes("SPECIMEN"), "a session that ends in the middle of work leaves what was entered");
  await clean(page, "the session has ended");
  const [other] = await Promise.all([page.context().waitForEvent("page"), page.click("#signed-out a")]);
  await other.goto(`${given.url}signin.html?beside=1#${link("officer-17").split("#")[1]}`);
  await other.click("#use-link");
  await page.waitForTimeout(300);
  await page.click("#signed-out button");
  await page.focus("textarea");
  await page.keyboard.press("Control+Enter");
  await page.waitForSelector(".verdict[data-state=admit], .verdict[data-state=refer]");
  ok(true, "signed in beside it, one goes on and the check is answered");
  await page.click("#who-open");
  await page.click("#sign-out");
  await page.waitForURL(/signin\.html/);
  await page.waitForSelector(".way");
  ok(!await page.$("#who-open"), "signed out");
  await page.goBack();
  await page.waitForURL(/signin\.html/);
  ok(true, "going back leads to signing in again");
  same(page.errors.join("; "), "", "no errors");
  await page.context().close();
}

async function phoneAndLanguages(browser) {
  for (const language of ["fa", "ru", "tr"]) {
    const words = await catalogue(language);
    const page = await fresh(browser, { viewport: PHONE });
    await page.addInitScript(l => localStorage.setItem("serai.language", l), language);
    await page.goto(`${given.url}${link("first")}`);
    await page.waitForSelector("#use-link");
    await says(page, "h1", new RegExp(`^${words["sign.title"]}$`), `${language}: the page is in the language`);
    ok(await fits(page), `${language}: nothing stands out on a phone`);
    await clean(page, `${language}, phone`);
    await page.click("#use-link");
    await page.waitForURL(/start\.html/);
    await page.goto(`${given.url}persons.html`);
    await page.waitForSelector("table.persons");
    ok(await fits(page), `${language}: persons fit on a phone`);
    await page.click("#who-open");
    const box = await page.$eval("#who-panel", e => { const r = e.getBoundingClientRect(); return r.left >= 0 && r.right <= innerWidth; });
    ok(box, `${language}: who is signed in unfolds within the phone`);
    await shot(page, `persons-${language}`);
    same(page.errors.join("; "), "", "no errors");
    await page.context().close();
  }
}

async function whole(browser) {
  const path = await firstStart(browser);
  await officer(browser, path);
  await phoneAndLanguages(browser);
}

await run(whole);
