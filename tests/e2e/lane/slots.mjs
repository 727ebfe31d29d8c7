// Slots of time, the barrier, and the board of waiting times; at a phone and at a desk. TAP on stdout.

import { join } from "node:path";
import { clean, fits, focused, given, ok, open, run, same, text } from "./browser.mjs";

const shot = (page, name) => given.pictures && page.screenshot({ path: join(given.pictures, `${name}.png`), fullPage: true });
const PHONE = { viewport: { width: 390, height: 844 } };
let code, token;

async function holder(page, number, plate) {
  await page.fill("#state", "irn");
  await page.fill("#number", number);
  await page.fill("#plate", plate);
}

/** Tomorrow at the post, so that every hour of the day is still given. */
async function tomorrow(page) {
  const day = await page.inputValue("#day");
  const next = new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
  await page.fill("#day", next);
  await page.waitForFunction(() => document.querySelectorAll("#times input").length > 40);
}

async function slot(browser) {
  const page = await open(browser, "slot.html", PHONE);
  await page.waitForSelector("#times input");
  same(await page.locator("#place option").first().textContent(), "Sarakhs: exit, lorries", "a post and its queue");
  await tomorrow(page);
  await page.click("#book");
  await page.waitForFunction(() => document.getElementById("trouble").textContent);
  ok(/Choose a slot/.test(await text(page, "#trouble")), "what is missing is said");
  await page.locator("#times label").nth(20).click();
  await holder(page, "S 1234567", "12A345");
  ok(await fits(page), "it fits a phone");
  await clean(page, "the form");
  await page.click("#book");
  await page.waitForSelector("#slot:not([hidden])");
  same(await focused(page), "slot-title", "the focus goes to the slot");
  ok(/is yours/.test(await text(page, "#slot-title")), "booked", await text(page, "#slot"));
  code = (await text(page, "#slot .code-large")).trim();
  ok(/^([A-Z2-7]{4}-){3}[A-Z2-7]{4}$/.test(code), "a code", code);
  token = (await page.locator(".token").textContent()).trim();
  ok(token.startsWith("SLOT1") && !token.includes("1234567"), "a token without the number", token);
  ok(await page.locator(".qr svg path").count() === 1, "as a QR code");
  await clean(page, "a slot");
  await shot(page, "slot-phone");
  await page.selectOption("#language", "fa");
  await page.waitForFunction(() => document.documentElement.dir === "rtl" && /نوبت/.test(document.getElementById("slot-title").textContent));
  ok(await fits(page), "right to left it fits too");
  await clean(page, "right to left");
  await page.selectOption("#language", "en");
  await page.waitForFunction(() => /yours/.test(document.getElementById("slot-title").textContent));
  await page.emulateMedia({ media: "print" });
  ok(!(await page.isVisible("#ask")) && await page.isVisible(".qr"), "on paper: the slot alone");
  await page.emulateMedia({ media: "screen" });
  await page.locator("#times label").nth(21).click();
  await page.click("#book");
  await page.waitForFunction(() => /one at a time/.test(document.getElementById("trouble").textContent));
  ok(true, "no second one for the same document");
  await page.click("#slot summary:has-text('Another plate')");
  await page.fill("#new-plate", "۹۹B۱۱۱");
  await page.click("#change button");
  await page.waitForFunction(old => document.querySelector(".token")?.textContent !== old, token);
  token = (await page.locator(".token").textContent()).trim();
  ok(true, "another plate, another token");
  same(await page.evaluate(() => Object.keys(localStorage).filter(k => k !== "serai.language").length + sessionStorage.length), 0, "nothing is kept in the browser");
  same(page.errors.filter(e => !/409|400/.test(e)).join(), "", "no error");
  await page.context().close();

  const again = await open(browser, "slot.html", { colorScheme: "dark" });
  await again.waitForSelector("#times input");
  await again.fill("#code", "AAAA-AAAA-AAAA-AAAA");
  await again.click("#find-go");
  await again.waitForFunction(() => document.getElementById("find-trouble").textContent);
  await again.fill("#code", code.toLowerCase());
  await again.click("#find-go");
  await again.waitForSelector("#slot:not([hidden])");
  ok(/is yours/.test(await text(again, "#slot-title")), "found by its code");
  await clean(again, "in dark");
  await again.context().close();
}

async function lateInTheDay(browser) {
  const asked = [];
  const page = await open(browser, "slot.html", { prepare: p => p.route(/\/v1\/slots\?/, async route => {
    asked.push(new URL(route.request().url()).searchParams.get("day").slice(0, 10));
    const answer = await route.fetch(), list = await answer.json();
    await route.fulfill({ response: answer, json: asked.length > 1 ? list : { ...list, slots: [] } });
  }) });
  await page.waitForFunction(() => document.querySelectorAll("#times input").length > 40);
  same(await page.inputValue("#day"), asked[1], "where a day has no slot left, the page begins with the next");
  ok(asked[1] > asked[0], "which is the day after", asked.join());
  await page.context().close();
}

async function barrier(browser) {
  const page = await open(browser, "barrier.html", PHONE);
  await page.waitForFunction(() => document.getElementById("place").options.length > 1);
  await page.fill("#token", token);
  await holder(page, "B7654321", "99B111");
  await page.click("#use");
  await page.waitForSelector("#answer:not([hidden])");
  ok(/Another document/.test(await text(page, "#answer")) && /You decide/.test(await text(page, "#answer")), "a token in other hands; an officer decides", await text(page, "#answer"));
  await clean(page, "the barrier");
  await page.fill("#number", "S1234567");
  await page.click("#look");
  await page.waitForFunction(() => /Only looked/.test(document.getElementById("answer").textContent));
  same(await focused(page), "answer-title", "the focus goes to the answer");
  await page.click("#use");
  await page.waitForFunction(() => /Marked as used/.test(document.getElementById("answer").textContent));
  await page.click("#use");
  await page.waitForFunction(() => /Used already/.test(document.getElementById("answer").textContent));
  ok(true, "good once, then used already");
  ok(await fits(page), "it fits a phone");
  await shot(page, "barrier-phone");
  await page.fill("#arrived", "3");
  await page.click("#count-go");
  await page.waitForFunction(() => /3 arrived/.test(document.getElementById("counted").textContent));
  same(page.errors.join(), "", "no error");
  await page.context().close();
}

async function waiting(browser) {
  const page = await open(browser, "waiting.html?post=sarakhs", PHONE);
  await page.waitForSelector(".gate");
  const lorry = await text(page, ".gate");
  ok(/exit · lorries/.test(lorry) && /at least/.test(lorry), "what is known here, at least", lorry);
  ok(/unknown/.test(lorry) && /Turkmenistan/.test(lorry), "the other side is unknown", lorry);
  await clean(page, "the board on a phone");
  ok(await fits(page), "it fits a phone");
  await shot(page, "waiting-phone");
  await page.selectOption("#language", "fa");
  await page.waitForFunction(() => document.documentElement.dir === "rtl" && /سرخس/.test(document.getElementById("when").textContent));
  await clean(page, "the board right to left");
  ok(await fits(page), "right to left it fits too");
  await page.emulateMedia({ media: "print" });
  ok(!(await page.isVisible("#post")) && await page.isVisible(".gate"), "on paper: the board");
  same(page.errors.join(), "", "no error");
  await page.context().close();
  const dark = await open(browser, "waiting.html", { colorScheme: "dark" });
  await dark.waitForSelector(".gate");
  await clean(dark, "the board in dark");
  await dark.context().close();
}

await run(slot, lateInTheDay, barrier, waiting);
