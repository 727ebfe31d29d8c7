// Every page of the console: title, landmarks, headings, axe in light, dark and high contrast, at a desk and on a phone, in both directions;
// nothing stands out or is cut off in any language; the keyboard reaches everything. Then the header and what is undone. TAP on stdout.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { catalogue, clean, fits, focused, given, ok, open, run, same, says, text } from "./browser.mjs";

const PAGES = readdirSync(given.web).filter(f => f.endsWith(".html")).sort();
const address = f => f === "lane.html" ? "" : f;
const PHONE = { width: 390, height: 844 }, DESK = { width: 1280, height: 800 };
const LANGUAGES = JSON.parse(readFileSync(process.argv[2], "utf8")).languages ?? ["en", "fa"];
const shot = (page, name) => given.pictures && page.screenshot({ path: join(given.pictures, `${name}.png`), fullPage: true });

/** What stands out of its own box, or is a word without its text. */
const cut = page => page.evaluate(() => {
  const seen = e => e.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && e.getClientRects().length && !e.closest(".hidden, .skip");
  const bad = [...document.querySelectorAll("button, h1, h2, h3, th, legend, summary, .pages a, label > span")].filter(seen)
    .filter(e => getComputedStyle(e).display !== "inline" && (e.scrollWidth > e.clientWidth + 1 || getComputedStyle(e).overflowX === "hidden" && e.scrollHeight > e.clientHeight + 1));
  return bad.map(e => `${e.tagName}${e.id ? `#${e.id}` : ""} "${e.textContent.trim().slice(0, 40)}" ${e.scrollWidth}>${e.clientWidth}`).join("; ");
});

/** Levels of headings that skip one, and how many first ones there are. */
const headings = page => page.evaluate(() => {
  const levels = [...document.querySelectorAll("h1, h2, h3, h4, h5")].filter(e => e.checkVisibility()).map(e => Number(e.tagName[1]));
  return { first: levels.filter(n => n === 1).length, skipped: levels.filter((n, i) => i && n > levels[i - 1] + 1).length, begins: levels[0] };
});

/** Goes through the page with Tab; what can be reached in one way or another must be met. Radio buttons of one name are one stop. */
async function reached(page) {
  const wanted = await page.evaluate(() => {
    const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary")].filter(e => e.checkVisibility({ visibilityProperty: true })
      && !e.disabled && e.tabIndex >= 0 && e.type !== "hidden" && !(e.closest("details:not([open])") && e.tagName !== "SUMMARY"));
    const names = new Set();
    const stops = all.filter(e => e.type !== "radio" || !names.has(e.name) && names.add(e.name));
    stops.forEach((e, i) => { e.dataset.stop = i; });
    return stops.length;
  });
  const met = new Set();
  await page.evaluate(() => { document.activeElement?.blur(); scrollTo(0, 0); });
  for (let i = 0; i < wanted * 2 + 60 && met.size < wanted; i++) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const e = document.activeElement;
      return (e.type === "radio" ? [...document.querySelectorAll("[data-stop]")].find(r => r.name === e.name) : e)?.dataset.stop;
    });
    if (at !== undefined)
      met.add(at);
  }
  return met.size === wanted ? "" : page.evaluate(m => [...document.querySelectorAll("[data-stop]")].filter(e => !m.includes(e.dataset.stop)).map(e => e.outerHTML.slice(0, 80)).join("; "), [...met]);
}

async function settled(page) {
  await page.waitForLoadState("networkidle");
  await page.evaluate(() => document.fonts.ready);
}

async function everyPage(browser) {
  const titles = new Map();
  for (const f of PAGES) {
    const page = await open(browser, address(f));
    await settled(page);
    const title = await page.title();
    ok(/ · Serai$/.test(title), `${f}: a title`, title);
    titles.set(f, title);
    same(await page.locator("main").count(), 1, `${f}: one main part`);
    same(JSON.stringify(await headings(page)), JSON.stringify({ first: 1, skipped: 0, begins: 1 }), `${f}: one first heading, no level skipped`);
    same(await reached(page), "", `${f}: the keyboard reaches everything`);
    for (const [look, media] of Object.entries({ light: { colorScheme: "light", contrast: "no-preference" }, dark: { colorScheme: "dark", contrast: "no-preference" },
      "high contrast": { colorScheme: "light", contrast: "more" }, "high contrast in dark": { colorScheme: "dark", contrast: "more" } })) {
      await page.emulateMedia(media);
      await clean(page, `${f}, ${look}`);
    }
    await page.emulateMedia({ colorScheme: "light", contrast: "no-preference", forcedColors: "active" });
    same(await cut(page), "", `${f}: nothing is cut off in forced colours`);
    await page.emulateMedia({ forcedColors: "none" });
    await shot(page, `page-${f.replace(".html", "")}`);
    await page.setViewportSize(PHONE);
    ok(await fits(page), `${f}: it fits a phone`);
    await clean(page, `${f}, on a phone`);
    await shot(page, `page-${f.replace(".html", "")}-phone`);
    await page.selectOption("#language", "fa");
    await page.waitForFunction(() => document.documentElement.dir === "rtl");
    await settled(page);
    await page.emulateMedia({ colorScheme: "dark" });
    await clean(page, `${f}, on a phone, right to left, dark`);
    await shot(page, `page-${f.replace(".html", "")}-fa`);
    same(page.errors.filter(e => !/40[0-9]|503/.test(e)).join(), "", `${f}: no error`);
    await page.context().close();
  }
  same(new Set(titles.values()).size, PAGES.length, "no two pages have the same title");
}

async function everyLanguage(browser) {
  for (const f of PAGES) {
    const page = await open(browser, address(f));
    const offered = await page.locator("#language option").evaluateAll(o => o.map(x => x.value));
    ok(LANGUAGES.every(l => offered.includes(l)), `${f}: every language is offered`, offered.join());
    for (const language of offered) {
      const words = await catalogue(language);
      await page.selectOption("#language", language);
      await page.waitForFunction(w => document.getElementById("services-name").textContent === w, words["page.menu"]);
      await settled(page);
      const found = [];
      for (const size of [DESK, PHONE, { width: 320, height: 640 }]) {
        await page.setViewportSize(size);
        const what = await cut(page);
        if (what || !await fits(page))
          found.push(`${size.width}: ${what || "stands out to the side"}`);
      }
      same(found.join(" | "), "", `${f}, ${language}: nothing is cut off or stands out`);
    }
    await page.context().close();
  }
}

await run(everyPage, everyLanguage);
