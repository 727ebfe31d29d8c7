// The page Hits: a hit compared side by side and closed, in four languages, light and dark, right to left. TAP on stdout.

import { join } from "node:path";
import { clean, fits, focused, given, ok, open, run, same, says, tabTo, text } from "./browser.mjs";

const shot = (page, name) => given.pictures && page.screenshot({ path: join(given.pictures, `${name}.png`), fullPage: true });
const row = { id: "H-ABCDEFGHJKLMNPQR", at: "2026-11-22T10:00:00Z", state: "open", outcome: null, desk: "second check", score: 981, due: "2026-11-23T10:00:00Z",
  late: false, closed: null, erased: null };
const shown = () => ({ ...row, first: null, second_officer: true, advice: "compare", sees_all: true,
  traveller: { names: [{ text: "SPECIMENOVA GULNARA", script: "Latin", latin: "specimenova gulnara", cyrillic: "специменова гулнара", source: "mrz", truncated: false }],
    birth: "1981-04-12", sex: "F", nationality: "UZ", issuer: "UZB", number: "N7777777", document: "passport" },
  listed: { standing: "in force", source: "notice", owner: "KZ", at: "2026-11-01T00:00:00Z", age_days: 21, expires: "2027-11-01T00:00:00Z", changed_since: false,
    cautions: ["armed"], id: "KZ-2026-1", kind: "wanted", status: "charged", action: "inform", facts: "SPECIMEN facts <script>",
    names: [{ text: "گلنار اسپسیمنوا", script: "Arabic", latin: "golnar espesimnva", cyrillic: "голнар эспесимнва", kind: "native", weak: false },
      { text: "Gulia", script: "Latin", latin: "gulia", cyrillic: "гулиа", kind: "weak alias", weak: true }] },
  why: { asked: 0, listed: 0, score: 981, words: [{ asked: "gulnara", listed: "گلنار", rule: "script", likeness: 93 }], left_asked: [], left_listed: ["گل"] },
  attributes: [{ what: "birth", traveller: "1981-04-12", listed: ["1981-04-12"], how: "agrees" },
    { what: "sex", traveller: "F", listed: [], how: "unknown" }, { what: "nationality", traveller: "UZ", listed: ["UZ"], how: "agrees" },
    { what: "document", traveller: "N7777777", listed: ["N1"], how: "differs" }],
  owner: null, events: [{ at: row.at, what: "found", officer: null, purpose: "border-check" }] });

let asked = [];

/** The node of this test screens nothing: what its operations answer is given here. */
async function answers(page) {
  asked = [];
  await page.route("**/v1/hits/*", async route => {
    const what = route.request().url().split("/").pop(), body = route.request().postDataJSON();
    asked.push([what, body]);
    if (what === "list")
      return route.fulfill({ json: { hits: [row], next: null } });
    if (!body.officer)
      return route.fulfill({ status: 403, json: { error: { reason: "officer", detail: "no officer" } } });
    if (what === "close")
      return route.fulfill({ json: { ...row, state: `second ${body.outcome}`, second_officer: true, owner_asked: false, not_asked_because: null } });
    return route.fulfill({ json: shown() });
  });
}

async function closing(browser) {
  const page = await open(browser, "hits.html", { prepare: answers });
  await page.waitForSelector("#list button");
  ok(await tabTo(page, "officer"), "by keyboard to the form");
  ok(!/SPECIMENOVA/.test(await text(page, "main")), "the list names nobody");
  await page.click("#list button");
  await page.waitForFunction(() => document.getElementById("trouble").textContent);
  ok(/officer/i.test(await text(page, "#trouble")), "nobody looks without saying who", await text(page, "#trouble"));
  await page.fill("#officer", "o-17");
  await page.click("#list button");
  await page.waitForSelector("#close");
  same(await focused(page), "case-title", "what was opened gets the focus");
  const all = await text(page, "#case");
  for (const part of ["Compare with the person and the document", "SPECIMENOVA GULNARA", "گلنار", "голнар", "another script", "not known", "differs", "KZ", "armed", "SPECIMEN facts <script>"])
    ok(all.includes(part), `it shows ${part}`);
  await clean(page, "a hit");
  await shot(page, "hits");
  await page.selectOption("#outcome", "no match");
  await page.fill("#reason", "another face");
  await page.click("#close");
  await page.waitForSelector("#undo");
  ok(!asked.some(([what]) => what === "close"), "which can be undone for a while");
  await says(page, "#say", /^(closed|waits)/, "then it is closed");
  const [, sent] = asked.find(([what]) => what === "close");
  ok(sent.outcome === "no match" && sent.reason === "another face" && sent.officer === "o-17" && sent.purpose === "border-check" && !("consent" in sent), "closed with who, why and a reason", JSON.stringify(sent));
  await page.context().close();
}

async function languages(browser) {
  for (const [language, title] of [["fa", "تطبیق‌ها"], ["ru", "Совпадения"], ["tr", "Eşleşmeler"]])
    for (const colorScheme of ["light", "dark"]) {
      const page = await open(browser, "hits.html", { prepare: answers, colorScheme, viewport: { width: 390, height: 800 } });
      await page.selectOption("#language", language);
      await page.waitForFunction(want => document.querySelector("h1").textContent === want, title);
      await page.fill("#officer", "o-17");
      await page.click("#list button");
      await page.waitForSelector("#close");
      ok(!/(hit|screen)\./.test(await text(page, "main")), `every text is there in ${language}`, await text(page, "main"));
      same(await page.getAttribute("html", "dir"), language === "fa" ? "rtl" : "ltr", `direction of ${language}`);
      ok(await fits(page), `${language}, ${colorScheme}: it fits a narrow screen`);
      await clean(page, `${language}, ${colorScheme}`);
      await shot(page, `hits-${language}-${colorScheme}`);
      await page.context().close();
    }
}

await run(closing, languages);
