// Lists of travellers in a browser: dropped, checked, looked through, downloaded, printed, erased; in four languages. TAP on stdout.

import { readFileSync } from "node:fs";
import { clean, fits, focused, ok, open, run, same, text } from "./browser.mjs";

const HEAD = "document_state,document_kind,document_number,expiry,family_name,given_names,birth,sex,nationality,purpose,entry,mode\n";
const DAY = "2027-03-01";
const person = (n, more = {}) => ({ state: "PK", number: `S${String(n).padStart(6, "0")}`, expiry: "2031-05-13", family: `SPECIMEN${String.fromCharCode(65 + n % 26)}${String.fromCharCode(65 + Math.floor(n / 26))}`,
  given: `ALI${String.fromCharCode(66 + n * 7 % 24)}`, birth: `${1950 + n % 50}-0${1 + n % 9}-1${n % 9}`, sex: "M", purpose: "pilgrimage", ...more });
const line = p => [p.state, "P", p.number, p.expiry, p.family, p.given, p.birth, p.sex, p.state, p.purpose, DAY, "air"].join(",");
const list = [...Array(250).keys()].map(n => person(n));
list[3] = person(3, { birth: "1953-13-13" });
list[120] = person(120, { state: "US" });
list[200] = person(7);                        // a document twice
list[201] = { ...person(8), number: "S999999" }; // one person, two documents
const file = { name: "SPECIMEN.csv", mimeType: "text/csv", buffer: Buffer.from(HEAD + list.map(line).join("\n") + "\n") };

async function whole(browser) {
  const page = await open(browser, "manifest.html");
  await clean(page, "an empty page");
  await page.click("#go");
  await page.waitForFunction(() => document.getElementById("trouble").textContent);
  ok(/office/.test(await text(page, "#trouble")), "nobody sends a list without an office", await text(page, "#trouble"));
  await page.fill("#office", "border-office");
  await page.click("#go");
  await page.waitForFunction(() => /file/.test(document.getElementById("trouble").textContent));
  ok(true, "nor without a file");
  await page.setInputFiles("#file", { name: "no.csv", mimeType: "text/csv", buffer: Buffer.from("colour,size\nred,1\n") });
  await page.click("#go");
  await page.waitForFunction(() => /first line/.test(document.getElementById("trouble").textContent));
  ok(true, "what is no list is told");
  await page.setInputFiles("#file", file);
  await page.fill("#name", "SPECIMEN group");
  await page.click("#go");
  await page.waitForSelector("#persons tr");
  same(await text(page, ".figures-row div:nth-child(1) dd"), "250", "everybody is counted");
  same(await text(page, ".figures-row div:nth-child(4) dd"), "1", "one with something to mend");
  same(await page.locator("#persons tr").count(), 100, "a page of a hundred");
  same(await focused(page), "one-title", "the focus goes to the list");
  ok(/SPECIMEN group/.test(await text(page, "#one-title")), "under its name");
  ok(/birth date: no day of the calendar/.test(await text(page, "#persons")), "what to mend is told", (await text(page, "#persons")).slice(0, 500));
  await clean(page, "the table");
  await page.click("#after");
  await page.waitForFunction(() => document.querySelector("#persons td").textContent === "101");
  await page.click("#after");
  await page.waitForFunction(() => document.querySelector("#persons td").textContent === "201");
  same(await page.locator("#persons tr").count(), 50, "to the last page");
  same(await page.isDisabled("#after"), true, "and no further");
  await page.selectOption("#only", "duplicate");
  await page.waitForFunction(() => document.querySelectorAll("#persons tr").length === 4);
  ok(/same document as no. 201/.test(await text(page, "#persons")) && /same person as no. 9/.test(await text(page, "#persons")), "duplicates are pointed out", await text(page, "#persons"));
  await page.selectOption("#only", "refer");
  await page.waitForFunction(() => /SPECIMENQE/.test(document.getElementById("persons").textContent));
  ok(/to an officer/.test(await text(page, "#persons")), "who would be referred, with reasons", await text(page, "#persons"));
  await page.selectOption("#only", "");
  const [saved] = await Promise.all([page.waitForEvent("download"), page.click("#save-organiser")]);
  const csv = readFileSync(await saved.path(), "utf8");
  same(csv.trim().split("\n").length, 251, "the organiser's file has everybody");
  ok(!/outcome|admit/.test(csv) && /birth:date/.test(csv), "and only what is to be mended", csv.slice(0, 300));
  await page.emulateMedia({ media: "print" });
  same(await page.isVisible("#send"), false, "on paper there is no form");
  same(await page.isVisible(".figures-row"), true, "but the figures");
  await page.emulateMedia({ media: "screen" });
  await page.selectOption("#language", "fa");
  await page.waitForFunction(() => document.documentElement.dir === "rtl" && /پذیرش/.test(document.getElementById("one").textContent));
  ok(await fits(page), "right to left it fits");
  await clean(page, "right to left");
  for (const [language, word] of [["ru", "Списки"], ["tr", "Listeler"]]) {
    await page.selectOption("#language", language);
    await page.waitForFunction(w => document.querySelector("h1").textContent === w, word);
    ok(!/manifest\./.test(await text(page, "main")), `every word is there: ${language}`);
  }
  page.on("dialog", d => d.accept());
  await page.click("#erase");
  await page.waitForFunction(() => document.getElementById("one").hidden);
  same(await page.locator("#kept button").count(), 0, "erased, it cannot be opened");
  same(page.errors.filter(e => !/42[0-9]|40[0-9]/.test(e)).join(), "", "no error");
  same(await page.evaluate(() => Object.keys(localStorage).filter(k => k !== "serai.language").length + sessionStorage.length), 0, "nothing is kept in the browser");
  await page.context().close();
}

async function narrow(browser) {
  const page = await open(browser, "manifest.html", { viewport: { width: 390, height: 844 }, colorScheme: "dark" });
  await page.fill("#office", "border-office");
  await page.setInputFiles("#file", file);
  await page.click("#go");
  await page.waitForSelector("#persons tr");
  ok(await fits(page), "it fits a phone");
  await clean(page, "on a phone, in the dark");
  same(page.errors.join(), "", "no error");
  await page.context().close();
}

await run(whole, narrow);
