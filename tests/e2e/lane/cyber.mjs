// The Cyber desk: what may be seen is shown and nothing else, one object with its neighbours, looking before releasing, releasing, recalling. TAP on stdout.

import { byKey, clean, fits, focused, given, ok, open, run, same, says, tabTo, text } from "./browser.mjs";

const BEACON = "indicator--00000000-0000-4000-8000-000000000001";
const quiet = (page, what) => same(page.errors.join(), "", `no error: ${what}`);

async function inLanguages(page) {
  for (const language of ["fa", "ru", "tr", "en"]) {
    await page.selectOption("#language", language);
    await page.waitForFunction(l => document.documentElement.lang === l, language);
    ok(!/(cyber|inbox)\.[a-z]/.test(await text(page, "main")), `every text in ${language}`, await text(page, "main"));
    if (language === "fa")
      await clean(page, "right to left");
  }
}

async function list(browser) {
  const page = await open(browser, "cyber.html");
  await page.click("#filter button");
  ok(/your id/.test(await text(page, "#trouble")) && await focused(page) === "officer", "nobody looks without saying who");
  await page.fill("#officer", "o-1");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".items li");
  const all = await text(page, "#list");
  ok(/SPECIMEN beacon/.test(all) && /TLP:GREEN/.test(all) && /TLP:AMBER/.test(all), "objects with the word of their marking", all);
  ok(!/secret/.test(all) && !/TLP:RED/.test(all) && /TLP:AMBER\+STRICT/.test(await text(page, "#age")), "nothing above what the person is cleared for", all);
  same(await focused(page), "list-title", "the focus goes to the list");
  await page.fill("#text", "beacon[.]EXAMPLE");
  await page.click("#filter button");
  await page.waitForFunction(() => document.querySelectorAll(".items li").length === 1);
  ok(/SPECIMEN beacon/.test(await text(page, "#list")), "found by a value that is written so that nobody clicks on it");
  await page.fill("#text", "nothing has this");
  await page.click("#filter button");
  await page.waitForFunction(() => !document.querySelector(".items li"));
  ok(/TAXII/.test(await text(page, "#list")), "nothing found: says where objects come from");
  await page.click("#refused summary");
  await page.waitForSelector("#refused-list td:nth-child(4)");
  ok(/000000000009/.test(await text(page, "#refused-list")), "what was refused, and why", await text(page, "#refused-list"));
  await clean(page, "the list");
  await inLanguages(page);
  await page.fill("#text", "");
  await page.fill("#officer", "o-red");
  await page.click("#filter button");
  await page.waitForFunction(() => /SPECIMEN secret/.test(document.getElementById("list").textContent));
  ok(/TLP:RED/.test(await text(page, "#list")), "who is cleared for red sees it");
  quiet(page, "the list");
  await page.context().close();
}

async function one(browser) {
  const page = await open(browser, "cyber.html");
  await page.fill("#officer", "o-1");
  await page.fill("#text", "beacon");
  await page.keyboard.press("Enter");
  await page.click(".items a");
  await page.waitForSelector(".graph");
  const said = await text(page, "#one");
  ok(/beacon\.example/.test(said) && /80/.test(said) && /TLP:GREEN/.test(said), "value, confidence, marking", said);
  ok(/SPECIMEN worm/.test(said) && /indicates/.test(said), "its neighbour by name", said);
  ok(!/SPECIMEN secret/.test(said) && /not for you/.test(said), "a neighbour that may not be seen has no name", said);
  ok(/8 times/.test(await page.getAttribute(".bars", "aria-label")), "how often it was seen", await page.getAttribute(".bars", "aria-label"));
  await clean(page, "one object");
  await inLanguages(page);
  ok(await tabTo(page, "id"), "reached by the keyboard");
  quiet(page, "one object");
  await page.goto(`${given.url}cyber-object.html?id=${BEACON.replace(/1$/, "3")}`);
  await page.waitForFunction(() => document.getElementById("trouble").textContent);
  ok(/no such object/.test(await text(page, "#trouble")), "what may not be seen is not there", await text(page, "#trouble"));
  await page.context().close();
}

async function release(browser) {
  const page = await open(browser, "cyber-release.html");
  await page.fill("#officer", "o-red");
  await page.selectOption("#type", "indicator");
  await page.click("#filter button");
  await page.waitForFunction(() => document.querySelectorAll(".items li").length === 3);
  await page.click("#to button");
  ok(/at least one/.test(await text(page, "#trouble")), "nothing chosen: says so");
  for (const b of await page.$$(".items input"))
    await b.check();
  await page.click("#to button");
  ok(/to whom/.test(await text(page, "#trouble")), "nobody named: says so", await text(page, "#trouble"));
  await page.check("#members input[value=all]");
  await page.click("#to button");
  await page.waitForSelector("#preview-title");
  const all = await text(page, "#preview");
  ok(/2 of 3/.test(all) && /SPECIMEN secret/.test(all) && /TLP:RED/.test(all) && /article 33/.test(all), "red does not go to all, and the article says so", all);
  same(await focused(page), "preview-title", "the focus goes to what would happen");
  await page.uncheck("#members input[value=all]");
  ok(!await page.isVisible("#preview"), "another choice: it has to be looked at again");
  await page.check("#members input[value=TR]");
  await page.check("#members input[value=IR]");
  await page.selectOption("#group", "energy");
  await page.click("#to button");
  await page.waitForSelector("#preview-title");
  ok(/gets nothing: Türkiye/.test(await text(page, "#preview")), "who is not of the trust group is named", await text(page, "#preview"));
  await page.selectOption("#group", "");
  await page.uncheck("#members input[value=IR]");
  await page.click("#to button");
  await page.waitForSelector("#preview-title");
  const cells = await page.$$eval("#preview tbody tr", rows => rows.map(r => [...r.children].map(c => c.textContent)));
  ok(cells.length === 1 && cells[0][1] === "3" && cells[0][2] === "3" && cells[0][3] === "2" && cells[0].at(-1) === "0", "who there would see how many", JSON.stringify(cells));
  await clean(page, "the look ahead");
  await inLanguages(page);
  await byKey(page, "#reason", "Control+A"); // from here on the keyboard alone
  await page.keyboard.type("SPECIMEN campaign");
  await byKey(page, "#to button");
  await page.waitForSelector("#release");
  while (await page.$("#preview .confirm:not(:checked)"))
    await byKey(page, "#preview .confirm:not(:checked)", "Space");
  await byKey(page, "#release");
  await page.waitForSelector("#released");
  ok(/3 objects/.test(await text(page, "#done")) && /SPECIMEN campaign/.test(await text(page, "#acts")), "released by keyboard, and on record", await text(page, "#acts"));
  await page.click("#acts summary");
  await page.click("#acts details button");
  ok(/Say why/.test(await text(page, "#trouble")), "no recall without a reason");
  await page.fill("#acts details input", "SPECIMEN false alarm");
  await page.click("#acts details button");
  await page.waitForFunction(() => /withdrawn/.test(document.getElementById("done").textContent) && /recalled/.test(document.getElementById("acts").textContent));
  ok(await page.$$eval(".items input", boxes => boxes.every(b => b.disabled)), "what is withdrawn cannot be released again");
  quiet(page, "releasing");
  await page.context().close();
}

/** One item as the node writes it: what members' nodes send is tested in tests/e2e/cyber_inbox.py. */
const arrived = (id, name) => ({ kind: "recall", item: `token-${id}`, id: `indicator--00000000-0000-4000-8000-00000000000${id}`, type: "indicator", name, version: "2026-01-01T00:00:00.000Z",
  added: "2026-01-01T00:00:00.000000Z", revoked: true, versioned: true, label: { tlp: "amber", owner: "TR", to: "kz", flags: [] } });
const none = { advisory: 0, recall: 0, request: 0, offer: 0, playbook: 0, sighting: 0, opinion: 0, exercise: 0, object: 0 };

async function inbox(browser) {
  let items = [];
  const marked = [];
  const page = await open(browser, "cyber-inbox.html", { prepare: async p => p.route(/\/v1\/cyber\/inbox/, r => {
    if (r.request().method() === "POST") {
      marked.push(JSON.parse(r.request().postData()));
      items = [];
      return r.fulfill({ json: { marked: "upto" } });
    }
    return r.fulfill({ json: { at: "2026-01-02T00:00:00Z", clearance: "amber+strict", items, counts: { ...none, recall: items.length }, whole: true, upto: "place" } });
  }) });
  await page.click("#filter button");
  ok(/your id/.test(await text(page, "#trouble")), "nobody looks without saying who");
  await page.fill("#officer", "o-1");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#alerts li");
  const all = await text(page, "#alerts");
  ok(/SPECIMEN beacon/.test(all) && /seen 4 times/.test(all) && /dns-1/.test(all) && !/secret/.test(all) && (await page.$$("#alerts li")).length === 2,
    "alerts of what the person may read, and no others", all);
  ok(/Nothing is new/.test(await text(page, "#list")), "nothing is new", await text(page, "#list"));
  items = [arrived(7, "SPECIMEN recalled")];
  await says(page, "#list", /SPECIMEN recalled/, "what comes is shown without asking");
  ok(/Withdrawn/.test(await text(page, "#counts")) && /TLP:AMBER/.test(await text(page, "#list")), "with its kind and its marking", await text(page, "#counts"));
  await clean(page, "the inbox");
  await inLanguages(page);
  await page.selectOption("#language", "fa");
  await page.waitForFunction(() => document.documentElement.dir === "rtl");
  await page.screenshot({ path: `${given.work}/inbox-fa.png`, fullPage: true });
  if (given.pictures)
    await page.screenshot({ path: `${given.pictures}/cyber-inbox-fa.png`, fullPage: true });
  await page.selectOption("#language", "en");
  await page.waitForFunction(() => document.documentElement.lang === "en");
  await page.click("#read");
  await says(page, "#list", /Nothing is new/, "all on the page is read");
  same(JSON.stringify(marked), JSON.stringify([{ officer: "o-1", upto: "place" }]), "up to the place that the node gave");
  const mine = "#alerts li:has-text('SPECIMEN beacon')";
  await page.focus(`${mine} button`);
  await page.keyboard.press("Enter");
  await page.waitForSelector(`${mine} select`);
  ok(/by o-1/.test(await text(page, mine)), "taken with the keyboard", await text(page, mine));
  await page.click(`${mine} button`);
  ok(/Say why/.test(await text(page, "#trouble")), "not closed without a reason");
  await page.selectOption(`${mine} select`, "false-positive");
  await page.fill(`${mine} input`, "SPECIMEN own scanner");
  await page.click(`${mine} button`);
  await page.waitForSelector("#offer");
  ok((await page.$$("#alerts li")).length === 1 && /Nothing is sent yet/.test(await text(page, "#done")), "closed; an opinion is offered, not sent", await text(page, "#done"));
  await clean(page, "an offer");
  await page.click("#offer button");
  await page.waitForSelector("#send");
  ok(/cyber-release\.html\?id=opinion/.test(await page.getAttribute("#send", "href")), "sending it is another act");
  quiet(page, "the inbox");
  await page.context().close();
}

async function phone(browser) {
  for (const path of ["cyber.html", "cyber-release.html", `cyber-object.html?id=${BEACON}`]) {
    const page = await open(browser, path, { viewport: { width: 390, height: 844 }, colorScheme: "dark" });
    await page.fill("#officer", "o-1");
    await page.click("#filter button");
    await page.waitForSelector(path.includes("object") ? "#what" : ".items li");
    await clean(page, `${path} on a phone, dark`);
    ok(await fits(page), `${path} fits a phone`);
    quiet(page, path);
    await page.context().close();
  }
}

await run(list, one, inbox, release, phone);
