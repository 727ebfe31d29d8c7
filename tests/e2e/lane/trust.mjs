// The console page Trust: members in every standing, hundreds of certificates, search, keyboard, four languages. TAP on stdout.

import { join } from "node:path";
import { clean, fits, focused, given, ok, open, run, same, tabTo, text } from "./browser.mjs";
import { list } from "./list.mjs";

const shot = (page, name, options = {}) => given.pictures && page.screenshot({ path: join(given.pictures, `${name}.png`), ...options });
const trust = async (browser, { given: what = {}, hash = "", ...options } = {}) => {
  const page = await open(browser, `trust.html${hash}`, { prepare: p => p.route("**/v1/trust", r => r.fulfill({ json: list(what) })), ...options });
  await page.waitForSelector(hash ? ".certificates" : ".member");
  return page;
};

async function members(browser) {
  const page = await trust(browser);
  same(await page.locator(".member").count(), 10, "ten members, each a card");
  ok(/4 of 10/.test(await text(page, "#summary")) && /57/.test(await text(page, "#summary")), "version, and how many must vouch", await text(page, "#summary"));
  for (const state of ["AF", "KG", "PK"])
    ok(/No country signer.*serai trust import/s.test(await text(page, `#state-${state}`)), `${state} has nothing, and the page says what to do`);
  ok(/compromised/.test(await text(page, "#state-AZ .key")) && /SPECIMEN report/.test(await text(page, "#state-AZ")), "a compromised key, since when and why");
  ok(/two different histories/.test(await text(page, "#state-TM .key")), "a key that signed two histories");
  ok(/1 ends soon/.test(await text(page, "#state-UZ .tally")), "what ends soon is counted", await text(page, "#state-UZ .tally"));
  ok(/1 waiting/.test(await text(page, "#state-TJ .tally")) && /No current revocation list/.test(await text(page, "#state-TJ")), "what waits, and what is missing");
  same(await page.locator("#waiting li").count(), 2, "what waits for the members has a place of its own");
  const lists = page.locator("#licences li");
  same(await lists.count(), 2, "lists of licence authorities are shown");
  ok(/Current.*SPECIMEN bloc.*issue 12.*10 authorities/s.test(await lists.nth(0).innerText()), "issue, age, how many", await lists.nth(0).innerText());
  ok(/newer list was due.*elsewhere.*39 authorities.*3 entries.*serai trust import/s.test(await lists.nth(1).innerText()) && !/issue/.test(await lists.nth(1).innerText()),
    "an old one says that it is, and what to do", await lists.nth(1).innerText());
  same(await page.locator("#ages svg.chart").count(), 2, "ages of revocation lists and of lists of authorities");
  const late = list().licence_lists.filter(l => l.next_update && Date.parse(l.next_update) < Date.parse(list().at)).length;
  ok(late > 0 && (await page.locator("#ages figure").nth(1).innerText()).includes(`Past the line: ${late} of`), "who is past the line is said in words", await text(page, "#ages"));
  same(await page.locator("#ages figure").nth(1).locator("rect.bar.bad").count(), late, "and drawn so");
  await page.locator("#ages summary").click();
  ok(/Kazakhstan.*SPECIMEN bloc/s.test(await text(page, "#ages tbody")), "the table has the same", await text(page, "#ages tbody"));
  await page.locator("#ages summary").click();
  await shot(page, "trust", { fullPage: true });
  await page.click("#state-TJ > details > summary");
  await page.click("#state-TJ .certificates li:first-child summary");
  await page.locator("#state-TJ .certificates li:first-child .explained", { hasText: "Fingerprint" }).waitFor();
  ok(/4 members vouch/.test(await text(page, "#state-TJ .certificates li:first-child .explained")), "a certificate explains itself on demand", await text(page, "#state-TJ .certificates li:first-child .explained"));
  ok(/Azerbaijan.*compromised.*does not count/s.test(await text(page, "#state-TJ .vouchers")), "a voucher whose key is lost is shown as such", await text(page, "#state-TJ .vouchers"));
  ok(/proposed: 2 of 4/.test(await text(page, "#state-TJ .certificates")), "a proposal says how many vouch and how many are needed");
  await page.click("#state-UZ > details > summary");
  ok(/ends in 23 days/.test(await text(page, "#state-UZ .certificates")) && /own decision/.test(await text(page, "#state-UZ .certificates")), "days left, and own decisions");
  same(page.errors.join(), "", "no error");
  await page.context().close();
}

async function others(browser) {
  const page = await trust(browser);
  same(await page.getAttribute("#others", "open"), null, "other states are folded away");
  ok(/\d+ states, \d+ certificates/.test(await text(page, "#others summary")), "with their counts", await text(page, "#others summary"));
  same(await page.locator("#others .states > *").count(), 0, "and not even made");
  await page.keyboard.press("/");
  same(await focused(page), "search", "/ goes to the search");
  await page.keyboard.type("germ");
  await page.waitForFunction(() => /certificates in 1 states/.test(document.getElementById("found").textContent));
  same(await page.locator(".state .certificates > li").count(), 6, "a state is found by its name, with its certificates");
  const sha = list().others[3].anchors[2].sha256;
  await page.fill("#search", sha.slice(0, 12).toUpperCase());
  await page.waitForFunction(() => /1 certificate in 1/.test(document.getElementById("found").textContent));
  ok(true, "a certificate is found by its fingerprint");
  await page.keyboard.press("Escape");
  same(await page.inputValue("#search"), "", "Escape ends the search");
  same(await page.getAttribute("#others", "open"), null, "and folds the others away again");
  ok(await tabTo(page, "SUMMARY"), "Tab reaches what unfolds");
  same(page.errors.join(), "", "no error");
  await page.context().close();
  const deep = await trust(browser, { hash: `#${sha}` });
  await deep.waitForSelector(`#c-${sha}`);
  ok((await deep.locator("details .certificates > li").count()) === 1, "another page can point at one certificate");
  await deep.context().close();
}

async function large(browser) {
  const page = await trust(browser, { given: { each: 400, others: 3000 } });
  const took = await page.evaluate(async () => {
    const t0 = performance.now();
    for (const d of document.querySelectorAll(".member > details"))
      d.open = true;
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    return performance.now() - t0;
  });
  ok(took < 1500, `seven members with 400 certificates each unfold at once (${Math.round(took)} ms)`, took);
  ok((await page.locator(".certificates > li").count()) < 700, "and only the first of each are drawn", await page.locator(".certificates > li").count());
  const more = page.locator("#state-IR button.small");
  await more.click();
  same(await page.locator("#state-IR .certificates > li").count(), 400, "until all are asked for");
  const t0 = Date.now();
  await page.fill("#search", "specimen country signer 17");
  await page.waitForFunction(() => document.getElementById("found").textContent !== "", null, { timeout: 60000 });
  ok(Date.now() - t0 < 4000, `a search over 5800 certificates (${Date.now() - t0} ms)`);
  await page.context().close();
}

async function everywhere(browser) {
  for (const [language, colorScheme, width] of [["en", "light", 1280], ["fa", "light", 1280], ["fa", "dark", 390], ["ru", "dark", 1280], ["tr", "light", 390]]) {
    const page = await trust(browser, { colorScheme, viewport: { width, height: width < 500 ? 844 : 900 } });
    await page.selectOption("#language", language);
    await page.waitForSelector(`html[lang=${language}]`);
    for (const state of ["TJ", "UZ"]) {
      await page.click(`#state-${state} > details > summary`);
      await page.click(`#state-${state} .certificates li:last-child summary`);
    }
    ok(await fits(page), `${language} ${width}: nothing stands out of the page`);
    const keys = await page.evaluate(() => (document.body.innerText.match(/\b(?:trust|key|missing|todo|tally|short|why|voucher|cert|use|crl|waiting|finding|severity)\.[a-z.-]+/g) ?? []).join());
    same(keys, "", `${language}: every word of the page is there`);
    same(await page.evaluate(() => document.documentElement.dir), language === "fa" ? "rtl" : "ltr", `${language}: its direction`);
    await clean(page, `trust, ${language}, ${colorScheme}, ${width}`);
    await shot(page, `trust-${language}-${colorScheme}-${width}`, { fullPage: true });
    same(page.errors.join(), "", "no error");
    await page.context().close();
  }
}

async function away(browser) {
  const page = await open(browser, "trust.html", { prepare: p => p.route("**/v1/trust", r => r.abort()) });
  await page.waitForSelector("#summary .bad");
  ok(/did not say/.test(await text(page, "#summary")), "without an answer the page says so");
  await page.click("#services-open");
  await page.click("#services a[href=\"/\"]");
  await page.waitForSelector("#lines");
  ok(true, "and the lane is one step away");
  await page.fill("#lines", "P<");
  const [other] = await Promise.all([page.context().waitForEvent("page"), page.click("#services-open").then(() => page.click("#services a[href=\"/trust.html\"]"))]);
  ok(other.url().endsWith("trust.html") && await page.inputValue("#lines") === "P<", "from a lane with a traveller, trust opens beside it");
  await page.context().close();
}

await run(members, others, large, everywhere, away);
