// The console page Lane in Debian's Chromium, by keyboard, file, camera, and with its node away. TAP on stdout.
// Arguments: one JSON object {url, lines, misread, picture, work, language words}.

import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { catalogue, clean, focused, given, launch, ok, open, run, same, tabTo, text } from "./browser.mjs";

const lane = (browser, options) => open(browser, "", options);
const state = page => page.getAttribute("#verdict", "data-state");
const verdict = page => page.waitForFunction(() => ["admit", "refer", "trouble"].includes(document.getElementById("verdict").dataset.state), null, { timeout: 60000 });

async function typeLines(page, lines) {
  const parts = lines.split("\n");
  for (const [i, line] of parts.entries()) {
    await page.keyboard.type(line);
    if (i < parts.length - 1)
      await page.keyboard.press("Enter");
  }
}

async function byKeyboard(browser) {
  const page = await lane(browser);
  same(await focused(page), "lines", "the page begins in the lines");
  await page.keyboard.type(given.lines.slice(0, 43).toLowerCase());
  same(await page.inputValue("#lines"), given.lines.slice(0, 43), "small letters become capitals");
  same(await text(page, "#counts"), "43", "the length of a line is shown");
  await page.keyboard.type(given.lines[43] + "<");
  ok((await text(page, "#counts")).includes("45 ✕"), "a line too long is marked");
  await page.keyboard.press("Backspace");
  same(await text(page, "#counts"), "44 ✓", "a full line is marked");
  await page.keyboard.press("Enter");
  await page.keyboard.type(given.lines.split("\n")[1]);
  await page.waitForSelector("#lines-state.good");
  ok(true, "complete lines are looked at without a check");
  ok(await tabTo(page, "purpose"), "Tab reaches the travel purpose");
  await page.keyboard.type("Pil");
  ok(await tabTo(page, "mode"), "Tab reaches the mode of travel");
  await page.keyboard.type("Air");
  ok(await tabTo(page, "examined"), "Tab reaches what the officer says of the document");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await verdict(page);
  same(await state(page), "admit", "Enter checks, and the traveller is admitted");
  same(await text(page, "#verdict-word"), "Admit", "the verdict is a word");
  same(await page.getAttribute("#verdict-shape", "href"), "#i-admit", "the verdict is a shape");
  ok((await text(page, "#say")).startsWith("Admit."), "the verdict is announced", await text(page, "#say"));
  same(await focused(page), "verdict-word", "the focus is on the verdict");
  ok((await text(page, ".reasons blockquote")).length > 20, "a reason comes with the wording of its article");
  ok(/Days left/.test(await text(page, ".figures")), "days left are shown");
  ok(/Trust data/.test(await text(page, ".facts")), "the age of the data is shown");
  ok((await text(page, "pre")).includes("serai receipt v1"), "the receipt is there");
  await page.keyboard.press("Escape");
  same(await state(page), "idle", "Escape calls the next traveller");
  same(await page.inputValue("#lines"), "", "nothing of the last one is left");
  same(await focused(page), "lines", "the focus is back in the lines");
  await typeLines(page, given.lines);
  await page.keyboard.press("Enter");
  await verdict(page);
  same(await state(page), "refer", "the Enter of a swipe reader checks; without an examination it refers");
  ok((await page.locator(".chips .warn").count()) > 0, "missing facts are named");
  ok(/“Examination of the document”/.test(await text(page, ".reasons")) && !/document\.examined/.test(await text(page, ".reasons")), "reasons say them in words", await text(page, ".reasons"));
  ok(await tabTo(page, "officer-admit"), "Tab reaches the officer's decision");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => /officer/.test(document.getElementById("verdict-line").textContent) && !document.getElementById("officer-admit"));
  ok(/Recorded/.test(await text(page, "#verdict-line")), "the officer's decision is recorded", await text(page, "#verdict-line"));
  const seen = new Set();
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press("Tab");
    seen.add(await focused(page));
  }
  ok(seen.has("BODY") || seen.has("lines"), "Tab goes round: no trap", [...seen]);
  same(page.errors.join(), "", "no error and no request to elsewhere");
  await page.context().close();
}

async function suggestions(browser) {
  const page = await lane(browser);
  await page.fill("#lines", given.misread);
  await page.waitForSelector("#suggestions button");
  ok((await text(page, "#suggestions")).includes("O → 0"), "a misread character is offered", await text(page, "#suggestions"));
  same(await page.inputValue("#lines"), given.misread, "and not applied by itself");
  await page.click("#suggestions button");
  same((await page.inputValue("#lines")).trim(), given.lines.trim(), "but on demand");
  await page.waitForSelector("#lines-state.good");
  same(page.errors.join(), "", "no error");
  await page.context().close();
}

async function byFile(browser) {
  const page = await lane(browser);
  await page.fill("#lines", given.lines);
  await page.selectOption("#purpose", "pilgrimage");
  await page.selectOption("#mode", "air");
  await page.setInputFiles("#file", given.picture);
  await page.waitForSelector("#pieces img");
  ok(true, "a picture is shown with its name");
  await page.click("#check");
  await verdict(page);
  const chips = await text(page, "#detail");
  ok(/Seal: ✓ genuine/.test(chips), "the seal in the picture is genuine", chips);
  same(await state(page), "admit", "the visa admits");
  await page.click("#pieces button");
  same(await page.locator("#pieces li").count(), 0, "a picture can be taken away");
  same(page.errors.join(), "", "no error");
  await page.context().close();
}

async function rightToLeft(browser) {
  for (const [name, size] of [["a desk", { width: 1280, height: 800 }], ["a phone", { width: 390, height: 844 }]]) {
    const page = await lane(browser, { viewport: size });
    await page.selectOption("#language", "fa");
    await page.waitForSelector("html[dir=rtl][lang=fa]");
    await page.fill("#lines", given.lines);
    await page.click("#check");
    await verdict(page);
    same(await text(page, "#verdict-word"), "ارجاع", `the verdict in Persian on ${name}`);
    same(await page.evaluate(() => getComputedStyle(document.getElementById("lines")).direction), "ltr", "the lines stay left to right");
    const box = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth, document.querySelector(".entry").getBoundingClientRect().left, document.getElementById("verdict").getBoundingClientRect().left]);
    ok(box[0] <= box[1], "nothing stands out of the page", box);
    ok(size.width < 500 || box[2] > box[3], "the entry is on the right", box);
    ok(/[؀-ۿ]/.test(await text(page, "blockquote")), "the wording is in Persian");
    same(page.errors.join(), "", "no error");
    await page.context().close();
  }
  const page = await lane(browser);
  const keys = new Set();
  for (const language of ["en", "fa", "ru", "tr"])
    keys.add(Object.keys(await catalogue(language)).sort().join());
  same(keys.size, 1, "every catalogue has every word");
  const used = readdirSync(given.web).filter(f => /\.(html|js)$/.test(f)).flatMap(f =>
    [...readFileSync(join(given.web, f), "utf8").matchAll(/(?:data-t="|data-title="|[^a-z]t\("|(?:say(?:Lines|File)|pair|row|folded)\(")([a-z]+\.[a-z.-]+)"/g)].map(m => m[1]));
  const known = new Set([...keys][0].split(","));
  same(used.filter(k => !known.has(k)).join(), "", "every word of the page is in the catalogue");
  await page.context().close();
}

async function nodeAway(browser) {
  const page = await lane(browser);
  await page.fill("#lines", given.lines);
  await page.selectOption("#purpose", "work");
  await page.context().setOffline(true);
  await page.click("#check");
  await verdict(page);
  same(await state(page), "trouble", "without its node the page says so");
  same(await page.inputValue("#lines"), given.lines, "and keeps what was entered");
  same(await page.getAttribute("#link", "data-state"), "gone", "the header says it too");
  await page.context().setOffline(false);

  const sent = [];
  await page.route("**/v1/check", async route => {
    sent.push(route.request().postData());
    await route.fetch(); // the node records it
    await route.abort(); // and its answer is lost
  });
  await page.click("#check");
  await page.waitForFunction(() => !document.getElementById("check").hasAttribute("aria-busy"));
  same(await state(page), "trouble", "an answer that is lost on the way is no answer");
  await page.unroute("**/v1/check");
  page.on("request", r => r.url().endsWith("/v1/check") && sent.push(r.postData()));
  await page.click("#check");
  await page.waitForSelector("#verdict[data-state=refer], #verdict[data-state=admit]");
  same(sent[1], sent[0], "it is asked again with the same id");
  ok(/Recorded before/.test(await text(page, ".facts")), "and was recorded once", await text(page, ".facts"));
  same(await page.getAttribute("#link", "data-state"), "ready", "the header sees the node again");
  await page.selectOption("#purpose", "tourism");
  await page.click("#check");
  await page.waitForFunction(() => !document.getElementById("check").hasAttribute("aria-busy"));
  ok(JSON.parse(sent[2]).id !== JSON.parse(sent[0]).id, "another request has another id");
  await page.context().close();
}

/** A film of one frame: the sticker, as the camera would see it. */
async function film(browser) {
  const page = await (await browser.newContext()).newPage();
  const jpeg = await page.evaluate(async png => {
    const image = new Image();
    image.src = `data:image/png;base64,${png}`;
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: 1280, height: 960 });
    const c = canvas.getContext("2d");
    c.fillStyle = "#dcd8cc";
    c.fillRect(0, 0, 1280, 960);
    const scale = Math.min(1240 / image.width, 920 / image.height);
    c.drawImage(image, 20, 20, image.width * scale, image.height * scale);
    return canvas.toDataURL("image/jpeg", 0.95).split(",")[1];
  }, readFileSync(given.picture).toString("base64"));
  await page.context().close();
  const path = join(given.work, "sticker.mjpeg");
  writeFileSync(path, Buffer.concat(Array(4).fill(Buffer.from(jpeg, "base64"))));
  return path;
}

async function byCamera(browser) {
  const none = await lane(browser);
  await none.keyboard.press("F2");
  await none.waitForFunction(() => document.getElementById("file-state").textContent !== "");
  ok(/camera/i.test(await text(none, "#file-state")), "without a camera the page says what to do", await text(none, "#file-state"));
  same(await none.isHidden("#camera"), true, "and shows no black square");
  await none.context().close();

  const seeing = await launch("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", `--use-file-for-fake-video-capture=${await film(browser)}`);
  const page = await lane(seeing, { permissions: ["camera"] });
  await page.fill("#lines", given.lines);
  await page.selectOption("#purpose", "pilgrimage");
  await page.keyboard.press("F2");
  await verdict(page);
  ok(/Seal: ✓ genuine/.test(await text(page, "#detail")), "the camera finds the seal and the check begins by itself", await text(page, "#detail"));
  same(await page.isHidden("#camera"), true, "the camera is off again");
  same(await page.evaluate(() => document.getElementById("camera-view").srcObject), null, "and let go");
  same(page.errors.join(), "", "no error");
  await seeing.close();
}

async function accessible(browser) {
  for (const scheme of ["light", "dark"]) {
    const page = await lane(browser, { colorScheme: scheme });
    for (const step of ["idle", "refer", "admit", "trouble"]) {
      if (step === "refer")
        await page.fill("#lines", given.lines);
      if (step === "admit") {
        await page.selectOption("#purpose", "pilgrimage");
        await page.selectOption("#mode", "air");
        await page.check("[name=examined][value=yes]", { force: true });
      }
      if (step === "trouble")
        await page.route("**/v1/check", r => r.abort());
      if (step !== "idle") {
        await page.click("#check");
        await page.waitForSelector(`#verdict[data-state=${step}]`);
      }
      await clean(page, `${step}, ${scheme}`);
    }
    await page.context().close();
  }
}

await run(byKeyboard, suggestions, byFile, rightToLeft, nodeAway, byCamera, accessible);
