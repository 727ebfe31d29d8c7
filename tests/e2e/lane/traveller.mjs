// The pages for travellers and those who answer them: what is needed, the receipt, complaints; at a phone and at a desk. TAP on stdout.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { clean, fits, focused, given, ok, open, run, same, text } from "./browser.mjs";

const shot = (page, name) => given.pictures && page.screenshot({ path: join(given.pictures, `${name}.png`), fullPage: true });
const PHONE = { viewport: { width: 390, height: 844 } };
const QUERY = "need.html?nationality=PK&purpose=pilgrimage&route=IR%2C2027-03-01%2C2027-03-20%2Croad%3BTR%2C2027-03-21%2C2027-03-25%2Cair&licence=PK%2CLTV&vehicle=car&age=40";

async function need(browser) {
  const page = await open(browser, "need.html");
  await page.selectOption("#nationality", "PK");
  await page.selectOption("#purpose", "pilgrimage");
  await page.selectOption("#leg-0-entering", "IR");
  await page.fill("#leg-0-first", "2027-03-01");
  await page.fill("#leg-0-last", "2027-03-20");
  await page.selectOption("#leg-0-mode", "air");
  await clean(page, "the form");
  await page.click("#ask");
  await page.waitForSelector(".way");
  ok(/30 days/.test(await text(page, ".way")) && /Without a visa/.test(await text(page, ".way")), "a pilgrim: thirty days without a visa", await text(page, ".way"));
  ok(/Passport.*Identity card/s.test(await text(page, ".way")) && /Article 2/.test(await text(page, ".way")), "documents, each with its article");
  ok(/passport, a service or diplomatic passport/.test(await text(page, "#article-2")), "and the wording", await text(page, "#article-2"));
  same(await focused(page), "answer-title", "the focus goes to the answer");
  const [paper] = await Promise.all([page.waitForEvent("download"), page.click("#paper")]);
  ok(paper.suggestedFilename() === "serai.pdf" && readFileSync(await paper.path()).subarray(0, 5).toString() === "%PDF-", "and all of it on paper, as the node prints it", paper.suggestedFilename());
  const address = new URL(page.url());
  same(address.searchParams.get("route"), "IR,2027-03-01,2027-03-20,air", "the journey stands in the address");
  same(address.searchParams.get("nationality"), "PK", "all of it");
  await page.click("#add");
  same(await focused(page), "leg-1-entering", "another state can be added, and is gone to");
  await page.selectOption("#leg-1-entering", "TR");
  await page.fill("#leg-1-first", "");
  await page.click("#ask");
  await page.waitForFunction(() => document.getElementById("trouble").textContent);
  ok(/first day/.test(await text(page, "#trouble")), "what is wrong is said", await text(page, "#trouble"));
  same(page.errors.filter(e => !/400/.test(e)).join(), "", "no error");
  same(await page.evaluate(() => Object.keys(localStorage).filter(k => k !== "serai.language").length + sessionStorage.length), 0, "nothing is kept in the browser");
  await page.context().close();
}

async function linked(browser) {
  const page = await open(browser, QUERY, PHONE);
  await page.waitForSelector(".way");
  same(await page.locator(".leg").count(), 2, "a link brings the answer, leg by leg");
  ok(/bazargan/.test(await text(page, ".leg")) && /international driving permit/i.test(await text(page, ".leg")), "posts, and what the licence needs", (await text(page, ".leg")).slice(-700));
  same(await page.inputValue("#leg-1-first"), "2027-03-21", "and fills the form");
  ok(await fits(page), "it fits a phone");
  await clean(page, "the answer on a phone");
  await shot(page, "need-phone");
  await page.selectOption("#language", "fa");
  await page.waitForFunction(() => document.documentElement.dir === "rtl" && /روز/.test(document.querySelector(".way")?.textContent ?? ""));
  ok(/عضو/.test(await text(page, ".articles")), "in Persian, with the wording in Persian", await text(page, ".articles"));
  ok(await fits(page), "right to left it fits too");
  await clean(page, "right to left");
  await page.emulateMedia({ media: "print" });
  same(await page.isVisible("#journey"), false, "on paper there is no form");
  same(await page.isVisible(".way"), true, "but the answer");
  same(page.errors.join(), "", "no error");
  await page.context().close();
  const dark = await open(browser, QUERY, { colorScheme: "dark" });
  await dark.waitForSelector(".way");
  await clean(dark, "the answer in dark, at a desk");
  await dark.context().close();
}

async function permission(browser) {
  const page = await open(browser, "need.html?nationality=PK&purpose=work&route=IR%2C2027-03-01%2C2027-03-20%2Cair", PHONE);
  await page.waitForSelector(".way a.apply");
  const way = await text(page, ".way:has(a.apply)");
  ok(/120\.50 USD/.test(way) && !/two amounts/.test(way), "what a permission costs", way);
  ok(/Employer, Registration number/.test(way) && /Contract of employment, Photograph \(optional\)/.test(way), "what is stated and attached", way);
  ok(/up to 10 days: Pakistan/.test(way) && /decide: 2/.test(way) && /Article 20/.test(way), "who is consulted, how long, and who decides", way);
  same(await page.locator(".way").count() - await page.locator("a.apply").count(), 1, "no link where there is no application");
  ok(await fits(page), "it fits a phone");
  await clean(page, "what a permission asks for");
  await page.selectOption("#language", "fa");
  await page.waitForFunction(() => /قرارداد کار/.test(document.querySelector(".way:has(a.apply)")?.textContent ?? ""));
  ok(/پاکستان/.test(await text(page, ".way:has(a.apply)")), "in Persian");
  await page.selectOption("#language", "en");
  await page.waitForFunction(() => /Where to apply/.test(document.querySelector("a.apply")?.textContent ?? ""));
  await page.click("a.apply");
  await page.waitForFunction(() => document.getElementById("kind")?.selectedOptions[0]?.textContent === "Work permit");
  ok(/Employer/.test(await text(page, "#asked")), "the link opens the form for it", await text(page, "#asked"));
  same(page.errors.join(), "", "no error");
  const other = await open(browser, "apply.html?kind=eco%20visa&purpose=treatment", PHONE);
  await other.waitForFunction(() => /medical treatment/.test(document.getElementById("kind")?.selectedOptions[0]?.textContent ?? ""));
  ok(/Clinic/.test(await text(other, "#asked")), "kind and purpose together choose it");
  const unknown = await open(browser, "apply.html?kind=%3Cb%3E&purpose=x", PHONE);
  await unknown.waitForFunction(() => document.getElementById("kind")?.options.length > 1);
  same(await unknown.locator("#kind").evaluate(e => e.selectedIndex), 0, "what the agreement has not leaves the first");
  same([...other.errors, ...unknown.errors].join(), "", "no error");
  for (const p of [page, other, unknown])
    await p.context().close();
}

async function complaint(browser) {
  const lane = await open(browser, "");
  await lane.selectOption("#purpose", "tourism");
  await lane.selectOption("#mode", "air");
  await lane.check("input[name=examined][value=yes]", { force: true });
  await lane.fill("#lines", given.lines);
  await lane.click("#check");
  await lane.waitForSelector("#verdict[data-state=admit], #verdict[data-state=refer]");
  const href = await lane.getAttribute("a[href^='/receipt.html']", "href");
  await lane.context().close();

  const receipt = await open(browser, href.slice(1), PHONE);
  await receipt.waitForSelector(".code-large");
  const code = (await text(receipt, ".code-large")).trim();
  ok(/^([A-Z2-7]{4}-){3}[A-Z2-7]{4}$/.test(code), "the traveller's receipt has a code", code);
  ok(!/SPECIMEN|N1234/.test(await text(receipt, "main")), "and nothing of the traveller", await text(receipt, "main"));
  ok(await fits(receipt), "it fits a phone");
  await clean(receipt, "the receipt");
  await shot(receipt, "receipt-phone");
  await receipt.click(".code-large a");
  await receipt.waitForSelector("#file");
  await receipt.waitForFunction(() => document.getElementById("code").value);
  same(await receipt.inputValue("#code"), code, "its link brings the code to the complaint");
  same(new URL(receipt.url()).hash, "", "and takes it out of the address");
  await receipt.selectOption("#subject", "delay");
  await receipt.fill("#text", "SPECIMEN: six hours");
  await clean(receipt, "the complaint");
  await receipt.click("#send");
  await receipt.waitForSelector("#filed:not([hidden])");
  const follow = (await text(receipt, "#filed-code")).trim();
  ok(follow !== code && /^([A-Z2-7]{4}-){3}[A-Z2-7]{4}$/.test(follow), "filed: a code to follow it", follow);
  same(await receipt.inputValue("#text"), "", "the text is gone from the page");
  const [received] = await Promise.all([receipt.waitForEvent("download"), receipt.click("#filed-pdf")]);
  ok(readFileSync(await received.path()).subarray(0, 5).toString() === "%PDF-", "what was received, on paper", received.suggestedFilename());
  await receipt.fill("#follow-code", code);
  await receipt.click("#follow-go");
  await receipt.waitForFunction(() => document.getElementById("follow-trouble").textContent);
  ok(/No complaint/.test(await text(receipt, "#follow-trouble")), "the receipt's code shows no complaint");
  await receipt.fill("#follow-code", follow.toLowerCase());
  await receipt.click("#follow-go");
  await receipt.waitForSelector("#standing:not([hidden])");
  ok(/Received/.test(await text(receipt, "#standing")) && /An office must act by/.test(await text(receipt, "#standing")), "how it stands, and by when", await text(receipt, "#standing"));
  ok(await fits(receipt), "it fits a phone");

  const office = await open(browser, "complaint-office.html");
  await office.waitForSelector("#list button");
  ok(!/six hours/.test(await text(office, "main")), "the list has no text");
  await clean(office, "the office's list");
  await office.click("#list tr:first-child button");
  await office.waitForFunction(() => document.getElementById("trouble").textContent);
  ok(/office has a name/.test(await text(office, "#trouble")), "nobody reads without a name", await text(office, "#trouble"));
  await office.fill("#office", "border-office");
  await office.click("#list tr:first-child button");
  await office.waitForSelector("#case:not([hidden])");
  ok(/six hours/.test(await text(office, "#case")), "a named office reads it");
  await clean(office, "one complaint");
  await office.selectOption("#outcome", "not-upheld");
  await office.fill("#answer-text", "SPECIMEN answer");
  await office.click("#case button:has-text('Answer')");
  await office.waitForFunction(() => /Answered/.test(document.getElementById("case-title").textContent));
  ok(true, "and answers");

  await receipt.click("#follow-go");
  await receipt.waitForSelector("#appeal");
  ok(/SPECIMEN answer/.test(await text(receipt, "#standing")) && /Another office decides/.test(await text(receipt, "#standing")), "the traveller reads it, and may appeal", await text(receipt, "#standing"));
  await receipt.fill("#appeal-text", "SPECIMEN appeal");
  await receipt.click("#appeal button");
  await receipt.waitForFunction(() => /Appealed/.test(document.getElementById("standing-title").textContent));
  await clean(receipt, "an appeal");
  await office.click("#list tr:first-child button");
  await office.waitForSelector("#case button:has-text('Decide')");
  await office.fill("#answer-text", "SPECIMEN decision");
  await office.click("#case button:has-text('Decide')");
  await office.waitForFunction(() => document.getElementById("trouble").textContent);
  ok(/Another one decides/.test(await text(office, "#trouble")), "the office that answered does not decide the appeal", await text(office, "#trouble"));
  await office.fill("#office", "ombudsman");
  await office.click("#case button:has-text('Decide')");
  await office.waitForFunction(() => /decided/.test(document.getElementById("case-title").textContent));
  ok(true, "another one does");
  same([...receipt.errors, ...office.errors].filter(e => !/40[0-9]/.test(e)).join(), "", "no error");
  same(await receipt.evaluate(() => Object.keys(localStorage).filter(k => k !== "serai.language").length + sessionStorage.length), 0, "nothing is kept in the browser");
  await receipt.context().close();
  await office.context().close();
}

await run(need, linked, permission, complaint);
