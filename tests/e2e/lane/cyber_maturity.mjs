// Maturity and exposure: assessed by the keyboard, gaps and numbers shown, nothing without a role or consent, details for the desk's offices; every language. TAP on stdout.

import { clean, fits, focused, given, ok, open, run, same, says, tabTo, text } from "./browser.mjs";

const quiet = (page, what) => same(page.errors.join(), "", `no error: ${what}`);

async function inLanguages(page, mark) {
  for (const language of ["fa", "ru", "tr", "en"]) {
    await page.selectOption("#language", language);
    await page.waitForFunction(l => document.documentElement.lang === l, language);
    ok(!/(maturity|exposure)\.[a-z]/.test(await text(page, "main")), `every text in ${language}`, await text(page, "main"));
    if (language === "fa")
      await clean(page, `right to left: ${mark}`);
  }
}

async function picture(page, name) {
  if (given.pictures)
    await page.screenshot({ path: `${given.pictures}/${name}.png`, fullPage: true });
}

async function maturity(browser) {
  const page = await open(browser, "cyber-maturity.html");
  await says(page, "#list", /O-1/, "all parameters are there");
  same(await page.locator("#list tr").count(), 45, "forty-five of them");
  await page.click("#assess button");
  await says(page, "#trouble", /role/, "nobody assesses without a role");
  same(await focused(page), "office", "and the field is ready for it");
  await page.keyboard.type("csirt-lead");
  ok(await tabTo(page, "parameter"), "the form by the keyboard");
  await page.selectOption("#parameter", "O-1");
  await page.selectOption("#level", "3");
  await page.click("#assess button");
  await says(page, "#trouble", /evidence/, "no level without evidence");
  await page.fill("#evidence", "SPECIMEN <b>decree</b>");
  await page.setInputFiles("#file", { name: "SPECIMEN.txt", mimeType: "text/plain", buffer: Buffer.from("SPECIMEN") });
  await page.press("#evidence", "Enter");
  await says(page, "#list tr:first-child", /SPECIMEN <b>decree<\/b>.*SHA-256 [0-9a-f]{16}/, "set, with its evidence as text and the digest of the file");
  await says(page, "#sum", /1 of 45/, "counted");
  ok(/Organisation 0\.27/.test(await page.getAttribute("#picture svg", "aria-label")), "the picture says its numbers", await page.getAttribute("#picture svg", "aria-label"));
  await page.fill("#reviewers", "tr");
  await page.click("#publish button[type=submit]");
  await says(page, "#trouble", /must be assessed/, "what is not complete is not given to reviewers");
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#csv")]);
  same(download.suggestedFilename(), `maturity-${new Date().getUTCFullYear()}.csv`, "a table to take along");
  await page.fill("#year", "2001");
  await page.click("#who button");
  await says(page, "#sum", /0 of 45/, "another year");
  await clean(page, "maturity");
  await picture(page, "cyber-maturity");
  await inLanguages(page, "maturity");
  await page.setViewportSize({ width: 360, height: 740 });
  ok(await fits(page), "on a phone nothing stands out to the side");
  same(page.errors.filter(e => !/40[0-9]/.test(e)).join(), "", "no error: maturity");
  await page.context().close();
}

async function exposure(browser) {
  const page = await open(browser, "cyber-exposure.html");
  await says(page, "#now", /0 open|nothing|As of/, "what stands now");
  await says(page, "#board", /No member/, "nobody told anything yet");
  await page.click("#who button");
  await says(page, "#trouble", /office/, "no details without office and purpose");
  await page.fill("#office", "press");
  await page.fill("#purpose", "SPECIMEN");
  await page.click("#who button");
  await says(page, "#trouble", /on record/, "nor for an office without the right");
  await page.fill("#office", "cert");
  await page.click("#who button");
  await says(page, "#detail", /SOLO-1|Nothing is open/, "the desk's own office sees what is open");
  same(await focused(page), "detail-title", "the focus goes there");
  await page.click("#publish");
  await says(page, "#trouble", /agrees/, "nothing leaves without consent");
  await page.check("#consent");
  await page.click("#publish");
  await says(page, "#board", /energy 10/, "told: rounded");
  ok(!/health/.test(await text(page, "#board")), "without the small sector", await text(page, "#board"));
  await page.check("#consent");
  await page.click("#publish");
  await says(page, "#trouble", /today already|Too few/, "once a day");
  await clean(page, "exposure");
  await picture(page, "cyber-exposure");
  await inLanguages(page, "exposure");
  await page.setViewportSize({ width: 360, height: 740 });
  ok(await fits(page), "on a phone nothing stands out to the side");
  same(page.errors.filter(e => !/40[0-9]/.test(e)).join(), "", "no error: exposure");
  await page.context().close();
}

await run(maturity, exposure);
