// Chips on the page Lane: dropped, chosen, read; in every result, language and size. TAP on stdout.
// given: {url, lines, chip: {name: path}, portrait, work, pictures: folder for screenshots or null}.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { clean, fits, given, ok, open, run, same, tabTo, text } from "./browser.mjs";
import { list } from "./list.mjs";

const files = name => Object.values(given.chips[name]);
const shot = (page, name, options = {}) => given.pictures && page.screenshot({ path: join(given.pictures, `${name}.png`), ...options });

/** The list names the anchor of the chip, so that the lane can say who vouches. */
const trusting = page => page.route("**/v1/trust", r => r.fulfill({ json: list({ own: given.anchor }) }));
const reader = answer => async page => {
  await trusting(page);
  await page.route("**/v1/node", async r => r.fulfill({ json: { ...await (await r.fetch()).json(), reader: true } }));
  if (answer)
    await page.route("**/v1/read", answer);
};
const lane = (browser, { prepare = trusting, ...more } = {}) => open(browser, "", { prepare, ...more });

async function check(page, { lines = given.lines, chip = "good", purpose = "pilgrimage" } = {}) {
  await page.fill("#lines", lines);
  await page.setInputFiles("#file", []);
  await page.setInputFiles("#file", files(chip));
  await page.waitForFunction(() => /SOD|DG/.test(document.getElementById("pieces").textContent));
  await page.selectOption("#purpose", purpose);
  await page.selectOption("#mode", "air");
  await page.click("#check");
  await page.waitForSelector(".chip");
}

async function genuine(browser) {
  const page = await lane(browser);
  await check(page);
  same(await page.locator("#pieces li").count(), 1, "the files of a read-out are one piece");
  ok(/SOD.*DG1.*DG2|DG1.*DG2.*SOD/.test(await text(page, "#pieces")), "and named", await text(page, "#pieces"));
  same(await page.getAttribute("#verdict", "data-state"), "admit", "a genuine chip admits without examination");
  ok(/✓ genuine/.test(await text(page, ".chip .say")), "the result is a sign and a word", await text(page, ".chip .say"));
  same(await page.locator(".steps > .good").count(), 3, "three steps hold");
  same(await page.locator(".steps > .none").count(), 1, "one was not tried, and says so");
  await page.waitForFunction(() => /Vouched for by/.test(document.querySelector(".steps").textContent));
  ok(/Kazakhstan/.test(await text(page, ".steps")), "who vouches is told", await text(page, ".steps"));
  const shown = await page.evaluate(async () => {
    const image = document.querySelector(".portrait img");
    await image.decode();
    return [image.naturalWidth, image.naturalHeight, image.src.slice(0, 5)].join();
  }).catch(e => e.message);
  ok(shown === "240,320,blob:", "the portrait is shown, from the bytes of the page itself", shown);
  await page.mouse.move(0, 0);
  await shot(page, "lane-chip", { fullPage: true });
  await page.keyboard.press("Escape");
  same(await page.locator("#pieces li").count() + await page.locator(".chip").count(), 0, "nothing of the chip is left for the next traveller");
  same(page.errors.join(), "", "no error");
  await page.context().close();
}

/** Drawn when unfolded, by keyboard; the table says what the picture says; a check that was not measured has none. */
async function how(browser) {
  let asked = null, given = null;
  const page = await lane(browser, { prepare: async p => {
    await trusting(p);
    await p.route("**/v1/check", async r => {
      const response = await r.fetch();
      [asked, given] = [r.request().postDataJSON(), await response.json()];
      await r.fulfill({ response });
    });
  } });
  await check(page);
  same(asked.measure, true, "the lane asks what the parts took");
  const parts = given.measured.map(p => p.part);
  ok(["mrz", "chip", "signature", "chain", "revocation", "groups", "law", "receipt", "record"].every(p => parts.includes(p)), "every part of this check is measured", parts.join());
  const sum = given.measured.filter(p => !p.within).reduce((n, p) => n + p.took_ns, 0);
  ok(sum > 0 && sum <= (given.took_us + 1) * 1000, "together they take no longer than the check", `${sum} ${given.took_us}`);
  ok(![given.traveller.number, given.traveller.name].some(s => JSON.stringify(given.measured).includes(s)), "nothing of the traveller is in it");
  ok(!given.receipt.includes("measured"), "nor anything of it in the receipt");
  same(await page.locator("#decided svg").count(), 0, "nothing is drawn before it is unfolded");
  await page.focus("#decided > summary");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#decided svg");
  same(await page.locator("#decided tbody tr").count(), parts.length, "a row for each part");
  same(await page.locator("#decided rect.bar").count(), parts.length, "and a bar");
  const said = await page.getAttribute("#decided svg", "aria-label");
  ok(/Longest|longest/.test(said) && (await text(page, "#decided")).includes(said), "the picture says in words what it shows", said);
  ok(/Chain of certificates.*Kazakhstan/s.test(await text(page, "#decided tbody")), "whose data it was", await text(page, "#decided tbody"));
  await shot(page.locator("#decided"), "lane-decided");
  for (const language of ["en", "fa", "ru"]) {
    await page.selectOption("#language", language);
    await page.waitForSelector(`html[lang=${language}]`);
    await page.locator("#decided > summary").click();
    await page.waitForSelector("#decided svg");
    ok(await fits(page), `${language}: it fits`);
    ok(!/decided\.[a-z]/.test(await text(page, "#decided")), `${language}: every word is there`);
    await clean(page, `how it was decided, ${language}`);
  }
  same(page.errors.join(), "", "no error");
  await page.context().close();
}

async function others(browser) {
  const page = await lane(browser);
  const cases = [["stranger", "no-anchor", "refer", /not known here.*nothing against/s], ["picture", "forged", "refer", /proof fails/],
    ["nosod", "undetermined", "refer", /neither proved nor doubted/], ["broken", "malformed", "refer", /read again/], ["jp2", "genuine", "admit", /JPEG 2000/]];
  for (const [chip, result, state, says] of cases) {
    await page.keyboard.press("Escape");
    await check(page, { chip });
    same(await page.getAttribute("#verdict", "data-state"), state, `${chip}: ${state}`);
    ok(says.test(await text(page, ".chip")), `${chip}: ${result}, in plain words`, await text(page, ".chip"));
    const bad = await page.locator(".chip.bad").count();
    same(bad, ["forged", "malformed"].includes(result) ? 1 : 0, `${chip}: marked as bad only when it is`);
    if (chip === "picture")
      same(await page.locator(".portrait img").count(), 0, "a portrait that was not signed is not shown");
    await shot(page, `chip-${chip}`);
  }
  await page.keyboard.press("Escape");
  await check(page, { lines: given.otherLines });
  ok(/printed lines/.test(await text(page, ".reasons li")) && /name/.test(await text(page, ".steps .bad")), "lines that differ come first", await text(page, ".reasons li"));
  same(page.errors.join(), "", "no error");
  await page.context().close();
}

/** A folder as a file manager drops it: entries of a folder, read piece by piece. */
async function dropped(browser) {
  const page = await lane(browser);
  const content = Object.entries(given.chips.good).map(([name, path]) => ({ name, bytes: [...readFileSync(path)] }));
  await page.evaluate(content => {
    const entry = f => ({ isFile: true, name: f.name, file: done => done(new File([new Uint8Array(f.bytes)], f.name)) });
    const folder = { isFile: false, isDirectory: true, name: "chip", createReader: () => { let parts = [content.map(entry), []]; return { readEntries: done => done(parts.shift()) }; } };
    const event = new Event("drop", { bubbles: true, cancelable: true });
    event.dataTransfer = { items: [{ webkitGetAsEntry: () => folder }], files: [] };
    document.getElementById("drop").dispatchEvent(event);
  }, content);
  await page.waitForFunction(() => /SOD/.test(document.getElementById("pieces").textContent));
  same(await page.locator("#pieces li").count(), 1, "a folder that is dropped is one chip");
  await page.click("#check");
  await page.waitForSelector(".chip.good");
  ok(/SPECIMEN, AIGERIM/.test(await text(page, ".who")), "the chip alone says who it is");
  same(page.errors.join(), "", "no error");
  await page.context().close();
}

async function byReader(browser) {
  const without = await lane(browser);
  same(await without.isHidden("#read"), true, "without a reader there is no button");
  await without.context().close();
  const asked = [];
  const answer = r => {
    asked.push(JSON.parse(r.request().postData()));
    return r.fulfill({ json: { files: Object.entries(given.chips.good).map(([name, path]) => ({ name, base64: readFileSync(path).toString("base64") })) } });
  };
  const page = await lane(browser, { prepare: reader(answer) });
  same(await page.isHidden("#read"), false, "with one there is");
  await page.keyboard.press("F3");
  ok(/lines/.test(await text(page, "#file-state")), "it says what opens the chip", await text(page, "#file-state"));
  await page.fill("#lines", given.lines);
  ok(await tabTo(page, "read"), "Tab reaches it");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#pieces li");
  same(asked[0].mrz, given.lines, "the lines open the chip");
  await page.fill("#can", "123456");
  await page.press("#can", "Enter");
  await page.waitForFunction(() => document.activeElement.id === "check");
  same(asked[1]?.can, "123456", "or the number printed on the document");
  same(await page.locator("#pieces li").count(), 1, "what is read again takes the place of what was there");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".chip.good");
  ok(true, "and is checked");
  await clean(page, "with a reader");
  same(page.errors.join(), "", "no error");
  await page.context().close();
  const failing = await lane(browser, { prepare: reader(r => r.fulfill({ status: 409, json: { error: { reason: "card", detail: "no card", hint: "" } } })) });
  await failing.fill("#lines", given.lines);
  await failing.keyboard.press("F3");
  await failing.waitForFunction(() => /Lay it down again/.test(document.getElementById("file-state").textContent));
  ok(true, "a document that was taken away is said plainly");
  await failing.context().close();
}

async function everywhere(browser) {
  for (const [language, colorScheme, width] of [["fa", "light", 1280], ["fa", "dark", 390], ["ru", "light", 390], ["tr", "dark", 1280], ["en", "light", 390]]) {
    const page = await lane(browser, { colorScheme, viewport: { width, height: width < 500 ? 844 : 900 } });
    await page.selectOption("#language", language);
    await page.waitForSelector(`html[lang=${language}]`);
    await check(page);
    ok(await fits(page), `${language} ${width}: nothing stands out of the page`);
    const keys = await page.evaluate(() => (document.body.innerText.match(/\b(?:chip|group|portrait|result|reason|finding|severity|trust)\.[a-z.-]+/g) ?? []).join());
    same(keys, "", `${language}: every word of the chip is there`);
    await clean(page, `chip, ${language}, ${colorScheme}, ${width}`);
    await shot(page, `lane-chip-${language}-${colorScheme}-${width}`, { fullPage: true });
    same(page.errors.join(), "", "no error");
    await page.context().close();
  }
}

await run(genuine, how, others, dropped, byReader, everywhere);
