// What the tests of the pages share: Debian's Chromium, pages whose errors are collected, TAP on stdout.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

export const given = JSON.parse(readFileSync(process.argv[2], "utf8"));
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const switches = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];
let count = 0, failed = 0;

export function ok(holds, what, ...detail) {
  count++;
  console.log(`${holds ? "ok" : "not ok"} ${count} - ${what}`);
  if (!holds) {
    failed++;
    for (const d of detail)
      console.log(`#   ${String(d).replaceAll("\n", " | ").slice(0, 800)}`);
  }
}

export const same = (got, wanted, what) => ok(got === wanted, what, `got ${got}`, `wanted ${wanted}`);

export const launch = (...more) => chromium.launch({ executablePath: "/usr/bin/chromium", args: [...switches, ...more] });

/** A page of the console; errors and requests to elsewhere are collected. prepare(page) runs before it is opened. */
export async function open(browser, path, { prepare, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-GB", reducedMotion: "reduce", serviceWorkers: "block", ...options });
  context.setDefaultTimeout(60000);
  const page = await context.newPage();
  page.errors = [];
  page.on("pageerror", e => page.errors.push(e.message));
  page.on("console", m => m.type() === "error" && !/ERR_(INTERNET|FAILED)/.test(m.text()) && page.errors.push(m.text()));
  page.on("request", r => r.url().startsWith(given.url) || /^(blob|data):/.test(r.url()) || page.errors.push(`request to ${r.url()}`));
  page.asked = new Set(); // what is under way; the stream of events never ends
  page.on("request", r => r.url().includes("/v1/events") || page.asked.add(r));
  page.on("requestfinished", r => page.asked.delete(r));
  page.on("requestfailed", r => page.asked.delete(r));
  await prepare?.(page);
  await page.goto(given.url + path);
  await page.waitForSelector("#link[data-state=ready]");
  return page;
}

/** Nothing was asked of the node for half a second. */
export async function idle(page) {
  for (let quiet = 0, i = 0; quiet < 5 && i < 600; i++) {
    await new Promise(done => setTimeout(done, 100));
    quiet = page.asked.size ? 0 : quiet + 1;
  }
}

/** The words of a language, as the node offers them. */
export const catalogue = async language => (await fetch(new URL(`/i18n/${language}.json`, given.url))).json();

export const text = (page, selector) => page.textContent(selector);

/** What a page says once it has heard from the node: the text is waited for. */
export async function says(page, selector, wanted, what) {
  const held = await page.waitForFunction(([at, source]) => new RegExp(source).test(document.querySelector(at)?.textContent ?? ""),
    [selector, wanted.source], { timeout: 60000 }).then(() => true, () => false);
  ok(held, what, held ? "" : await text(page, selector));
}

export const focused = page => page.evaluate(() => document.activeElement.id || document.activeElement.name || document.activeElement.tagName);

export async function tabTo(page, id) {
  for (let i = 0; i < 40; i++) {
    if (await focused(page) === id)
      return true;
    await page.keyboard.press("Tab");
  }
  return false;
}

/** By Tab alone to an element, and the key pressed on it. Where it was begun is where the one before ended. */
export async function byKey(page, selector, key = "Enter") {
  for (let i = 0; i < 200; i++) {
    if (await page.evaluate(s => document.activeElement.matches(s), selector)) {
      await page.keyboard.press(key);
      return true;
    }
    await page.keyboard.press("Tab");
  }
  return ok(false, "reached by the keyboard", selector, await focused(page));
}

/** What axe finds, by one rule or all of its own; the page's policy forbids scripts of others, so it is run by the browser itself. */
export async function violations(page, rule) {
  await page.evaluate(axeSource);
  return (await page.evaluate(r => axe.run(document, { resultTypes: ["violations"], ...(r ? { runOnly: { type: "rule", values: [r] } } : {}) }), rule)).violations;
}

export async function clean(page, what) {
  const found = await violations(page);
  same(found.map(v => `${v.id} ${v.nodes[0].html.slice(0, 90)}`).join("; "), "", `axe finds nothing: ${what}`);
}

/** Nothing stands out of the page to the side. */
export const fits = page => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);

/** What stands out of its own box, or is a word without its text. */
export const cut = page => page.evaluate(() => {
  const seen = e => e.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && e.getClientRects().length && !e.closest(".hidden, .skip");
  const bad = [...document.querySelectorAll("button, h1, h2, h3, th, legend, summary, .pages a, label > span")].filter(seen)
    .filter(e => getComputedStyle(e).display !== "inline" && (e.scrollWidth > e.clientWidth + 1 || getComputedStyle(e).overflowX === "hidden" && e.scrollHeight > e.clientHeight + 1));
  return bad.map(e => `${e.tagName}${e.id ? `#${e.id}` : ""} "${e.textContent.trim().slice(0, 40)}" ${e.scrollWidth}>${e.clientWidth}`).join("; ");
});

export async function run(...scenarios) {
  const browser = await launch();
  for (const scenario of scenarios) {
    try {
      await scenario(browser);
    } catch (e) {
      ok(false, `${scenario.name} ran to its end`, e.message);
    }
  }
  await browser.close();
  console.log(`1..${count}`);
  process.exit(failed ? 1 : 0);
}
