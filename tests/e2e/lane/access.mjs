// Every page of the console against the criteria of WCAG 2.2 AA that need measuring: size of targets, focus that is seen and not covered,
// reflow at 320 px, spacing of text. SERAI_ONLY=trust.html looks at one page. TAP on stdout.

import { readdirSync } from "node:fs";
import { cut, fits, given, idle, ok, open, run, same, violations } from "./browser.mjs";

const PAGES = readdirSync(given.web).filter(f => f.endsWith(".html")).sort();
const DESK = { width: 1280, height: 800 }, SMALL = { width: 320, height: 640 }, LOW = 480;

/** 2.5.8: axe knows its exceptions (links in a sentence, space around). */
const small = async page => (await violations(page, "target-size")).flatMap(v => v.nodes.map(n => n.html.slice(0, 90))).join("; ");

/** Goes once through the page with Tab: which stops are wholly covered (2.4.11), and which do not look focused (2.4.7). */
async function stops(page) {
  const bad = [];
  await page.evaluate(() => { document.querySelector(".skip").focus(); document.querySelectorAll("[data-met]").forEach(e => delete e.dataset.met); });
  let met = 0;
  for (let presses = 0; presses < 400; presses++) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const e = document.activeElement;
      if (e === document.body || e.dataset.met)
        return e.dataset.met === "last" ? "inside" : null; // a date has several stops
      document.querySelector("[data-met=last]")?.setAttribute("data-met", "1");
      e.dataset.met = "last";
      const small = e.getBoundingClientRect();
      const body = small.width < 3 || getComputedStyle(e).opacity === "0" ? e.closest("label") ?? e.labels?.[0] ?? e : e; // drawn by its label
      const looks = x => { const s = getComputedStyle(x); return s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 1 || s.boxShadow !== "none" || x instanceof SVGElement && s.stroke !== "none" && parseFloat(s.strokeWidth) >= 4; };
      const r = body.getBoundingClientRect(), seen = [];
      for (const x of [.1, .5, .9])
        for (const y of [.1, .5, .9]) {
          const px = r.left + r.width * x, py = r.top + r.height * y, top = document.elementFromPoint(px, py);
          seen.push(Boolean(top) && (body.contains(top) || top.contains(body) && getComputedStyle(top).position !== "sticky"));
        }
      const name = `${e.tagName}${e.id ? `#${e.id}` : ""} ${e.textContent.trim().slice(0, 20)}`;
      return { covered: !seen.some(Boolean), plain: ![e, body, ...body.querySelectorAll("*"), e.nextElementSibling, e.closest(".zone")].filter(Boolean).some(looks), name };
    });
    if (!at)
      break;
    if (at === "inside")
      continue;
    met++;
    if (at.covered)
      bad.push(`covered: ${at.name}`);
    if (at.plain)
      bad.push(`not seen: ${at.name}`);
  }
  return { bad: bad.join("; "), met };
}

/** 1.4.12; letters that are joined are not pulled apart. */
const spaced = (page, joined) => page.evaluate(j => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; word-spacing: .16em !important; ${j ? "" : "letter-spacing: .12em !important;"} } p { margin-block-end: 2em !important; }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}, joined);

async function every(page, f, language, size) {
  const as = `${f}, ${language}, ${size.width}`;
  const sheet = () => page.evaluate(() => { document.adoptedStyleSheets = document.adoptedStyleSheets.slice(0, -1); });

  await page.selectOption("#language", language);
  await page.waitForSelector(`html[lang=${language}]`);
  await page.setViewportSize(size);
  await page.evaluate(() => scrollTo(0, 0));
  await idle(page);
  ok(await fits(page), `${as}: nothing stands out to the side`);
  same(await small(page), "", `${as}: no target is smaller than 24 px`);
  await spaced(page, language === "fa");
  const what = await cut(page);
  ok(!what && await fits(page), `${as}: spaced text is not cut off and does not stand out`, what || "to the side");
  await sheet();
  await page.setViewportSize({ width: size.width, height: LOW });
  const { bad, met } = await stops(page);
  ok(!bad && met > 3, `${as}x${LOW}: every stop of the keyboard is seen and not covered`, bad, met);
}

/** Some pages side by side: most of the time is waiting for the node. */
async function pages(browser) {
  const left = PAGES.filter(f => !process.env.SERAI_ONLY || process.env.SERAI_ONLY.split(",").includes(f));
  const one = async () => {
    for (let f; (f = left.shift());) {
      const page = await open(browser, f === "lane.html" ? "" : f);
      await every(page, f, "en", DESK);
      await every(page, f, "fa", SMALL);
      await page.context().close();
    }
  };
  await Promise.all([one(), one(), one()]);
}

await run(pages);
