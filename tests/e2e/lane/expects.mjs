// What a user of the console expects on the first day, one thing after the other: at a desk in English and on a phone in Persian, from right to left.
// A picture of every one is left in the build folder.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { catalogue, clean, fits, given, ok, open } from "./browser.mjs";

const ways = [
  { name: "desk", language: "en", script: /[A-Za-z]/, direction: "ltr", options: {} },
  { name: "phone", language: "fa", script: /[\u0600-\u06ff]/, direction: "rtl", options: { viewport: { width: 390, height: 844 }, hasTouch: true } },
];
const escaped = s => s.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
export const plain = s => s.replaceAll(/[\u2066-\u2069\u200e\u200f]/g, "").trim();
/** A text of the catalogue with anything in its places. */
export const like = text => new RegExp(plain(text).split(/\{\w+\}/).map(escaped).join(".+"), "s");
export const shown = async (page, selector) => plain(await page.locator(selector).first().textContent());

/** One expectation after the other on one page: { "what": async (page, way, words) => holds }. */
export async function expects(browser, role, path, list) {
  for (const way of ways) {
    const page = await open(browser, path, way.options);
    const words = await catalogue(way.language);
    await page.selectOption("#language", way.language);
    await page.waitForSelector(`html[lang=${way.language}][dir=${way.direction}]`);
    mkdirSync(given.kept, { recursive: true });
    for (const [at, [what, holds]] of Object.entries(list).entries()) {
      const held = await holds(page, way, words).catch(e => e.message);
      ok(held === true, `${role}, ${way.name}: ${what}`, held);
      ok(await fits(page), `${role}, ${way.name}: and nothing stands out of the page`);
      await page.screenshot({ path: join(given.kept, `${role}-${at + 1}-${way.name}.png`), fullPage: true });
    }
    await clean(page, `${role}, ${way.name}`);
    await page.context().setOffline(false);
    await page.context().close();
  }
}
