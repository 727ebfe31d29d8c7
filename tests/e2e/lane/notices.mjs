// The desk of notices: drafted from a file, refused and mended, signed by another officer, withdrawn; what is personal only for a named officer. TAP on stdout.

import { byKey, clean, fits, focused, given, ok, open, run, same, says, text } from "./browser.mjs";

const at = days => new Date(Date.now() + days * 86400_000).toISOString().slice(0, 19) + "Z";
const quality = { is: "fact", source: "SPECIMEN", on: "2026-01-02", by: "ir.police" };
const notice = {
  kind: "wanted", category: "drug trafficking", authority: "ir.police", action: "locate", expires: at(300), review_due: at(100), facts: "SPECIMEN facts.",
  basis: { article: "31", offence: "trafficking", provision: "SPECIMEN 1", penalty_months: 144, warrant: { court: "SPECIMEN", number: "W-1", on: "2026-01-02" } },
  person: { status: "charged", names: [{ text: "نمونه حسین", script: "Arab", language: "fa", kind: "native", quality }],
    births: [{ value: "1980-03-01", precision: "day", quality }], nationalities: [{ state: "IR", certain: true, quality }] },
  checklist: { political: false, military: false, religious: false, racial: false },
};
const file = n => ({ name: "notice.json", mimeType: "application/json", buffer: Buffer.from(typeof n === "string" ? n : JSON.stringify(n)) });
const said = (page, what) => page.waitForFunction(w => new RegExp(w).test(document.getElementById("done").textContent), what);
const bad = (page, what) => page.waitForFunction(w => new RegExp(w).test(document.getElementById("trouble").textContent), what);

/** Somebody asks what is kept; an office says which notice is meant, and discloses it or says why not. */
async function redress(browser, id) {
  const person = await open(browser, "complaints.html#notice-access", { viewport: { width: 390, height: 844 } });
  await person.waitForSelector("#redress-lead:not([hidden])");
  same(await person.inputValue("#subject"), "notice-access", "a link leads to it");
  ok(!(await person.isVisible("#code")), "no receipt is asked for");
  await person.fill("#text", "SPECIMEN: what is kept about me?");
  await clean(person, "a request of the person concerned");
  ok(await fits(person), "it fits a phone");
  await person.click("#send");
  await person.waitForSelector("#filed:not([hidden])");
  await person.context().close();

  const office = await open(browser, "complaint-office.html");
  await office.fill("#office", "border-office");
  await office.locator("#list tr", { hasText: "See what is kept" }).locator("button").click();
  await office.waitForSelector("#redress-notice");
  await office.fill("#redress-notice", "KZ-2026-999");
  await office.fill("#redress-officer", "a.one");
  const act = name => office.locator("#case button", { hasText: name }).click();
  await act("Link");
  await says(office, "#case [role=alert]", /No notice has this number/, "a notice that is not here");
  await office.fill("#redress-notice", id);
  await act("Disclose");
  await says(office, "#case [role=alert]", /Link the notice first/, "nothing is disclosed before it is linked");
  await act("Link");
  await says(office, "#redress-said", /Linked/, "linked");
  await act("Restrict");
  await says(office, "#case [role=alert]", /Say why/, "no restriction without a reason");
  await act("Ask its owner");
  await says(office, "#case [role=alert]", /ours/, "of an own notice nobody is asked");
  await act("Disclose");
  await says(office, "#redress-said", /نمونه حسین/, "the extract has what is kept");
  ok(/Request of the person concerned|Review/.test(await text(office, "#redress-said")), "and who looked at it", await text(office, "#redress-said"));
  await clean(office, "the office's side of it");
  same(office.errors.filter(e => !/40[0-9]/.test(e)).join(), "", "no error");
  await office.context().close();
}

/** The same by hand: the form asks for what the kind needs, and the agreement's rules answer. */
async function byHand(browser) {
  const page = await open(browser, "notices.html", { viewport: { width: 390, height: 844 } });
  await page.fill("#officer", "a.one");
  await page.click("#draft-open summary");
  await page.selectOption("#draft-kind", "wanted");
  await page.waitForSelector("#draft-court");
  await clean(page, "the form");
  ok(await fits(page), "it fits a phone");
  await page.selectOption("#draft-category", "drug trafficking");
  await page.fill("#draft-name-0", "SPECIMEN Hossein");
  await page.fill("#draft-name-1", "نمونه حسین");
  await page.fill("#draft-authority", "ir.police");
  await page.click("#draft-check");
  await says(page, "#done", /warrant/i, "what is missing is said");
  ok(!/N-/.test(await text(page, "#done")), "checking keeps nothing");
  for (const [id, value] of [["birth", "1980-03-01"], ["nationality", "ir"], ["offence", "trafficking"], ["provision", "SPECIMEN 1"], ["penalty", "144"], ["court", "SPECIMEN"],
    ["warrant", "W-2"], ["warrant-on", "2026-01-02"], ["facts", "SPECIMEN facts."], ["source", "SPECIMEN"]])
    await page.fill(`#draft-${id}`, value);
  await page.check("#draft-matter-political");
  await page.check("#draft-looked");
  await page.click("#draft-check");
  await says(page, "#done", /political/i, "a political matter is refused");
  await page.uncheck("#draft-matter-political");
  await page.click("#draft-keep");
  await page.waitForFunction(() => /N-/.test(document.getElementById("done").textContent));
  same(await page.locator("#done li").count(), 0, "kept, without a fault", await text(page, "#done"));
  ok(await page.waitForFunction(() => !document.querySelector("#draft-body > *")).then(() => true, () => false), "and gone from the page");
  await page.selectOption("#language", "fa");
  await page.waitForSelector("html[dir=rtl]");
  await page.selectOption("#draft-kind", "thing");
  await page.waitForSelector("#draft-thing");
  await clean(page, "the form right to left");
  ok(await fits(page), "it fits right to left");
  same(page.errors.filter(e => !/40[0-9]/.test(e)).join(), "", "no error");
  await page.context().close();
}

async function desk(browser) {
  const page = await open(browser, "notices.html");
  await page.waitForSelector("#list tr");
  await clean(page, "the desk, empty");
  await page.setInputFiles("#file", file(notice));
  await bad(page, "which officer");
  same(await focused(page), "officer", "nothing without a named officer");
  await page.fill("#officer", "a.one");
  await page.setInputFiles("#file", file("{"));
  await bad(page, "no notice");
  await page.setInputFiles("#file", file({ ...notice, basis: { ...notice.basis, penalty_months: 12 } }));
  await said(page, "below the threshold");
  ok(/INTERPOL RPD article 83/.test(await text(page, "#done")), "a fault has its clause", await text(page, "#done"));
  await page.setInputFiles("#file", file(notice));
  await page.waitForFunction(() => /N-/.test(document.getElementById("done").textContent) && !document.querySelector("#done li"));
  const reference = (await text(page, "#done")).match(/N-[0-9a-f]+/)[0];
  const row = page.locator(`#list tr:has-text("${reference}")`);
  ok(!/نمونه/.test(await text(page, "#list")), "the list has nothing personal");
  const sign = await row.locator("button", { hasText: "Sign" }).evaluate(b => `#list tr:nth-child(${b.closest("tr").rowIndex + 1 - b.closest("table").tHead.rows.length}) td button:nth-of-type(${[...b.parentElement.querySelectorAll("button")].indexOf(b) + 1})`);
  await byKey(page, sign);
  await bad(page, "Another officer");
  await byKey(page, "#officer", "Control+A");
  await page.keyboard.type("b.two");
  await byKey(page, sign); // by another officer, by keyboard alone
  await said(page, "Proposed. It is reviewed by");
  await page.locator("#list button", { hasText: "Open" }).first().waitFor();
  await page.locator("#list tr:has-text('IR-') button", { hasText: "Open" }).first().click();
  await page.waitForSelector("#one:not([hidden])");
  ok(/نمونه حسین/.test(await text(page, "#one")) && /Arab/.test(await text(page, "#one")), "the name as it is written", await text(page, "#one"));
  same(await focused(page), "one-title", "the focus goes to it");
  await clean(page, "one notice");
  await page.selectOption("#language", "fa");
  await page.waitForFunction(() => document.documentElement.dir === "rtl" && /پیشنهادشده/.test(document.getElementById("one").textContent));
  await clean(page, "right to left");
  ok(await fits(page), "right to left it fits");
  for (const [tag, word] of [["ru", "Предложено"], ["tr", "Önerildi"], ["en", "Proposed"]]) {
    await page.selectOption("#language", tag);
    await page.waitForFunction(w => document.getElementById("one").textContent.includes(w), word);
  }
  ok(true, "in each language");
  await redress(browser, (await text(page, "#one-title")).match(/IR-[0-9A-Z-]+/)[0]);
  await page.locator("#one button", { hasText: "Withdraw" }).click();
  await bad(page, "Say why");
  await page.fill("#reason", "SPECIMEN");
  await page.locator("#one button", { hasText: "Withdraw" }).click();
  await said(page, "Published");
  await page.waitForFunction(() => /Withdrawn/.test(document.getElementById("list").textContent));
  same(await page.evaluate(() => Object.keys(localStorage).filter(k => k !== "serai.language").length + sessionStorage.length), 0, "nothing is kept in the browser");
  same(page.errors.filter(e => !/40[0-9]/.test(e)).join(), "", "no error");
  await page.context().close();
  const dark = await open(browser, "notices.html", { colorScheme: "dark", viewport: { width: 390, height: 844 } });
  await dark.waitForSelector("#list tr");
  await clean(dark, "dark, on a phone");
  ok(await fits(dark), "it fits a phone", await dark.evaluate(() => [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".scroll"))
    .map(e => `${e.tagName}.${e.className}#${e.id}`).join(" ")));
  await dark.context().close();
}

await run(desk, byHand);
