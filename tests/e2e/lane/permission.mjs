// The pages Apply and Travel desk: an application by its applicant, decided by two officers, issued; consultations; four languages. TAP on stdout.

import { join } from "node:path";
import { byKey, clean, fits, focused, given, ok, open, run, same, says, tabTo, text } from "./browser.mjs";

const day = n => new Date(Date.now() + n * 86400_000).toISOString().slice(0, 10);
const shot = (page, name) => given.pictures && page.screenshot({ path: join(given.pictures, `${name}.png`), fullPage: true });
const refused = /Failed to load resource/; // what the browser itself says of 403, 409 and 422
const quiet = page => page.errors.filter(e => !refused.test(e)).join();

async function fill(page) {
  await page.selectOption("#kind", { label: "ECO visa for pilgrims" });
  await page.fill("#passport", given.lines);
  await page.fill("#from", day(2));
  await page.fill("#until", day(30));
  await page.fill("#stay", "10");
  await page.fill("#f-answers-group", "SPECIMEN group");
  await page.fill("#f-answers-guide", "SPECIMEN guide");
  await page.selectOption("#f-answers-way-of-travel", "road");
  await page.fill("#contact", "specimen@example.org");
  await page.fill("#payment", "SPECIMEN-1");
}

let kept; // reference and code, for the scenarios that follow

async function applicant(browser) {
  const watching = await open(browser, "desk.html"); // left alone until the application arrives
  await watching.fill("#officer", "officer.watching");
  await watching.keyboard.press("Enter");
  await watching.waitForSelector("#inbox li");
  const page = await open(browser, "apply.html");
  await page.waitForSelector("#asked input");
  ok(await tabTo(page, "reference") || await tabTo(page, "kind"), "by keyboard to the form");
  await page.selectOption("#kind", { label: "Work permit" });
  ok(/120\.50 USD/.test(await text(page, "#terms")) && await page.isVisible("#payment"), "a permit has a fee, and asks for its payment", await text(page, "#terms"));
  same(await page.locator("#files input[type=file]").count(), 2, "and its documents");
  await page.setInputFiles("#f-files-employment-contract", { name: "x.pdf", mimeType: "application/pdf", buffer: Buffer.alloc(4 << 20) });
  await page.click("#send");
  await page.waitForSelector("#faults li");
  ok(/too large/.test(await text(page, "#faults")), "a file that is too large is told before it is sent", await text(page, "#faults"));
  await page.setInputFiles("#f-files-employment-contract", { name: "x.pdf", mimeType: "application/pdf", buffer: Buffer.from("<script>alert(1)</script>") });
  await page.click("#send");
  await page.waitForFunction(() => /no PDF/.test(document.getElementById("faults").textContent));
  ok(true, "a file that is not what it says is refused");

  await page.selectOption("#kind", { label: "ECO visa for pilgrims" });
  await page.click("#send");
  await page.waitForSelector("#faults li");
  same(await focused(page), "faults", "what is missing gets the focus");
  ok(await page.locator("#faults li").count() >= 6 && /article 20/.test(await text(page, "#faults")), "field by field, with the article", await text(page, "#faults"));
  same(await page.getAttribute("#f-answers-guide", "aria-invalid"), "true", "and at the field itself");
  await page.click("#faults a[href='#f-answers-guide']");
  same(await focused(page), "f-answers-guide", "each leads to its field");
  await clean(page, "apply with faults");
  await fill(page);
  await page.fill("#passport", given.misread);
  await page.click("#send");
  await page.waitForFunction(() => /do not read well/.test(document.getElementById("passport-error").textContent));
  ok(await page.inputValue("#f-answers-guide") === "SPECIMEN guide", "nothing that was entered is lost");
  await page.fill("#passport", given.lines);

  await page.route("**/v1/applications", async route => { await route.fetch(); await route.abort(); }, { times: 1 });
  await page.click("#send");
  await page.waitForFunction(() => /did not answer/.test(document.getElementById("faults").textContent));
  await page.click("#send");
  await page.waitForSelector("#shown:not([hidden])");
  same((await page.request.get(`${given.url}v1/applications`).then(r => r.json())).applications.length, 1, "sent again after a lost answer it is one application");
  kept = { reference: (await text(page, "#shown-body bdi")).trim(), secret: (await text(page, "#shown-body .code-large")).trim() };
  await says(watching, "#inbox", new RegExp(kept.reference), "a desk that is open has it in its inbox by itself");
  same(quiet(watching), "", "without an error");
  await watching.context().close();
  ok(/^IR/.test(kept.reference) && kept.secret.length === 19, "with a reference and a code to keep", JSON.stringify(kept));
  ok(/Waits for the decision/.test(await text(page, "#shown-title")), "it waits for its decision", await text(page, "#shown-title"));
  ok(!(await page.isVisible("#apply")), "the form is gone: what was sent stands");
  await clean(page, "an application that was sent");
  await shot(page, "apply-sent");
  same(quiet(page), "", "no error");
  await page.context().close();

  const later = await open(browser, "apply.html", { viewport: { width: 390, height: 844 } });
  await later.click("#follow-part summary");
  await later.fill("#reference", kept.reference.toLowerCase());
  await later.fill("#code", "AAAAAAAAAAAAAAAAAAA");
  await later.click("#look");
  await later.waitForFunction(() => /No application/.test(document.getElementById("faults").textContent));
  await later.fill("#code", kept.secret);
  await later.keyboard.press("Enter");
  await later.waitForSelector("#shown:not([hidden])");
  ok(/sent/.test(await text(later, ".steps")) && !/officer\./.test(await text(later, "#shown")), "followed on a phone, without any office's name");
  ok(await fits(later), "nothing stands out of the page");
  await later.context().close();
}

async function desk(browser) {
  const page = await open(browser, "desk.html");
  await page.click("#refresh");
  ok(/who you are/.test(await text(page, "#trouble")), "who decides says who it is");
  await page.fill("#officer", "officer.one");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#inbox button");
  ok(!/SPECIMEN/.test(await text(page, "#inbox")), "the inbox holds nothing personal");
  await byKey(page, "#inbox button"); // from here on the keyboard alone
  await page.waitForSelector("#decision");
  ok(/AIGERIM/.test(await text(page, "#one")) && /Kazakhstan/.test(await text(page, "#one")), "one application, opened");
  await clean(page, "desk");
  await byKey(page, "#decline");
  await page.waitForFunction(() => /Say why/.test(document.getElementById("trouble").textContent));
  ok(true, "declining wants a reason");
  await byKey(page, "#grant");
  await page.waitForFunction(() => document.querySelectorAll("#one-body .steps li").length && /officer\.one/.test(document.getElementById("one-body").textContent));
  ok(/Waits for the decision/.test(await text(page, "#one-title")), "one officer's word is not enough");
  await byKey(page, "#officer", "Control+A");
  await page.keyboard.type("Officer-One");
  await byKey(page, "#grant");
  await page.waitForTimeout(500);
  ok(/Waits for the decision/.test(await text(page, "#one-title")), "nor the same officer's in another spelling");
  await byKey(page, "#officer", "Control+A");
  await page.keyboard.type("officer.two");
  await byKey(page, "#grant");
  await page.waitForSelector("#issue");
  ok(/Granted/.test(await text(page, "#one-title")), "the second officer's is, and all of it by keyboard");
  await shot(page, "desk-granted");
  const [file] = await Promise.all([page.waitForEvent("download"), byKey(page, "#issue")]);
  ok(/^I\d{8}\.pdf$/.test(file.suggestedFilename()), "issued, and there to print", file.suggestedFilename());
  await page.waitForSelector("#one img:not([hidden])");
  await clean(page, "desk with a permission");
  same(quiet(page), "", "no error");
  await page.context().close();

  const own = await open(browser, "apply.html");
  await own.click("#follow-part summary");
  await own.fill("#reference", kept.reference);
  await own.fill("#code", kept.secret);
  await own.click("#look");
  await own.waitForSelector("#shown-body img", { state: "attached" });
  ok(/Granted/.test(await text(own, "#shown-title")), "the applicant sees that it was granted");
  await own.click("#shown-body .tools button:nth-child(2)");
  await own.waitForSelector("#shown-body img:not([hidden])");
  ok(await own.evaluate(() => document.querySelector("#shown-body img").naturalWidth > 500), "and has the permission on the phone");
  same(quiet(own), "", "no error");
  await own.context().close();
}

const asked = over => ({ consultations: [{ member: "KZ", reference: "KZSPECIMEN.IR.1", article: "20", at: `${day(-4)}T12:00:00Z`, until: `${day(over)}T12:00:00Z`, open: true,
  due_soon: true, overdue: over < 0 }], next: null });
const consultation = { consultation: { ...asked(1).consultations[0], kind: "eco visa", purpose: "tourism", from: day(10), last: day(40), entries: 1, stay: 20, passport: "SPECIMEN",
  traveller: { surname: "SPECIMEN", given_names: "TIMUR", nationality: "UZ", number: "U12345678", born: "1988-03-03" } } };

async function consulted(browser) {
  let said;
  const page = await open(browser, "desk.html", { prepare: async p => {
    await p.route("**/v1/consultations", r => r.fulfill({ json: asked(1) }));
    await p.route("**/v1/consultations/show", r => r.fulfill({ json: consultation }));
    await p.route("**/v1/consultations/answer", r => { said = r.request().postDataJSON(); return r.fulfill({ json: { member: "KZ", reference: "x", opinion: said.opinion, late: false } }); });
  } });
  await page.fill("#officer", "consul.1");
  await page.click("#refresh");
  await page.waitForSelector("#consultations button");
  ok(/due soon/.test(await text(page, "#consultations")), "a deadline that is near is marked, in words");
  await page.click("#consultations button");
  await page.waitForSelector("#object");
  ok(/TIMUR/.test(await text(page, "#one")) && /Kazakhstan asks/.test(await text(page, "#one-title")), "what is asked, and by whom");
  await page.fill("#o-reason", "SPECIMEN reason");
  await page.click("#object");
  for (let i = 0; !said && i < 600; i++)
    await page.waitForTimeout(100);
  ok(said?.opinion === "objection" && said.reason === "SPECIMEN reason" && said.officer === "consul.1", "an objection goes with its reason and its officer", JSON.stringify(said));
  await clean(page, "a consultation");
  await page.context().close();
}

async function everywhere(browser) {
  for (const [language, colorScheme, width] of [["en", "light", 1280], ["fa", "light", 390], ["fa", "dark", 1280], ["ru", "dark", 390], ["tr", "light", 1280]]) {
    const viewport = { width, height: width < 500 ? 844 : 900 };
    for (const name of ["apply", "desk"]) {
      const page = await open(browser, `${name}.html`, { colorScheme, viewport });
      await page.selectOption("#language", language);
      await page.waitForSelector(`html[lang=${language}]`);
      if (name === "apply") {
        await page.click("#follow-part summary");
        await page.fill("#reference", kept.reference);
        await page.fill("#code", kept.secret);
        await page.click("#look");
        await page.waitForSelector("#shown:not([hidden])");
      } else {
        await page.selectOption("#state", "granted");
        await page.fill("#officer", "officer.one");
        await page.click("#refresh");
        await page.waitForSelector("#inbox button");
        await page.click("#inbox button");
        await page.waitForSelector("#issue");
      }
      ok(await fits(page), `${name}, ${language} ${width}: nothing stands out of the page`);
      const keys = await page.evaluate(() => (document.body.innerText.match(/\b(?:apply|desk|state|step|opinion|class|permission)\.[a-z.-]+/g) ?? []).join());
      same(keys, "", `${name}, ${language}: every word is there`);
      same(await page.evaluate(() => document.documentElement.dir), language === "fa" ? "rtl" : "ltr", `${name}, ${language}: its direction`);
      await clean(page, `${name}, ${language}, ${colorScheme}, ${width}`);
      await shot(page, `${name}-${language}-${colorScheme}-${width}`);
      same(quiet(page), "", "no error");
      await page.context().close();
    }
  }
}

await run(applicant, desk, consulted, everywhere);
