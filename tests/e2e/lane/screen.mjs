// The page where names are screened against published lists: side by side with the reasons, a file, four languages. TAP on stdout.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { clean, fits, focused, given, ok, open, run, same, text } from "./browser.mjs";

async function one(browser) {
  const page = await open(browser, "screen.html");
  await page.waitForFunction(() => /specimen/.test(document.getElementById("lists").textContent));
  ok(/SPECIMEN law 12/.test(await text(page, "#lists")), "the lists in force, with their basis");
  await page.fill("#name", "Касым Специменулы");
  await page.click("#go");
  await page.waitForFunction(() => document.getElementById("trouble").textContent);
  ok(/officer/.test(await text(page, "#trouble")), "nobody looks without saying who", await text(page, "#trouble"));
  await page.fill("#officer", "o-1");
  await page.fill("#birth", "1970-03-01");
  await page.click("#go");
  await page.waitForSelector("#results article");
  ok(/касым.*qasym.*another script/s.test(await text(page, "#results")) && /Compare/.test(await text(page, "#results")), "side by side, with the reasons", await text(page, "#results"));
  same(await focused(page), "results-title", "the focus goes to the results");
  await clean(page, "a result");
  await page.selectOption("#language", "fa");
  await page.waitForFunction(() => document.documentElement.dir === "rtl" && /خط دیگر/.test(document.getElementById("results").textContent));
  await clean(page, "right to left");
  for (const language of ["ru", "tr"]) {
    await page.selectOption("#language", language);
    await page.waitForFunction(l => document.documentElement.lang === l, language);
    ok(!/screen\./.test(await text(page, "main")), `every text in ${language}`, await text(page, "main"));
  }
  await page.selectOption("#purpose", "payment");
  await page.click("#go");
  await page.waitForFunction(() => !document.querySelector("#results article"));
  ok(true, "no list serves a payment here");
  same(page.errors.filter(e => !/400/.test(e)).join(), "", "no error");
  same(await page.evaluate(() => Object.keys(localStorage).filter(k => k !== "serai.language").length + sessionStorage.length), 0, "nothing is kept in the browser");
  await page.context().close();
}

async function file(browser) {
  const page = await open(browser, "screen.html", { viewport: { width: 390, height: 844 }, colorScheme: "dark" });
  const path = join(given.work, "in.csv");
  writeFileSync(path, 'name,lei\n"Nobody, Whatever",\nAnother Name,529900T8BM49AURSDO55\n');
  await page.fill("#officer", "o-1");
  await page.setInputFiles("#file", path);
  await page.waitForFunction(() => /2 of 2, 1 with/.test(document.getElementById("progress").textContent));
  ok(/529900T8BM49AURSDO55/.test(await text(page, "#results")) && /Obrazets/.test(await text(page, "#results")), "a file: what was found by its number", await text(page, "#results"));
  await clean(page, "a file on a phone, dark");
  ok(await fits(page), "it fits a phone");
  same(page.errors.join(), "", "no error");
  await page.context().close();
}

await run(one, file);
