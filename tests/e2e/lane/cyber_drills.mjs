// Drills and contacts at the Cyber desk, between two members: a plan started, injects said, answered, stopped, scored; contacts tested; standing rules laid down. TAP on stdout.

import { readFileSync } from "node:fs";
import { clean, fits, focused, given, ok, open, run, same, says, tabTo, text } from "./browser.mjs";

const { peer, plan, bad } = given.desks;
const shot = (page, name) => given.pictures ? page.screenshot({ path: `${given.pictures}/${name}.png`, fullPage: true }) : null;
const at = (node, path, body) => fetch(node.replace(/\/$/, "") + path, body ? { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) } : {}).then(r => r.json());
const theirs = (path, body) => at(peer, path, body);
const refusals = page => page.errors.filter(e => !/status of 4\d\d/.test(e)).join();

async function until(holds, what) {
  for (let i = 0; i < 600; i++) {
    const got = await holds();
    if (got)
      return got;
    await new Promise(done => setTimeout(done, 100));
  }
  ok(false, what);
  throw new Error(what);
}

const look = page => page.click("#filter button[type=submit]");

async function desk(browser, options) {
  const page = await open(browser, "cyber-drills.html", options);
  await page.fill("#office", "kz-cert");
  await look(page);
  await page.waitForFunction(() => document.querySelector("#contacts details, #contacts .cases"));
  return page;
}

async function inLanguages(page, name) {
  for (const language of ["fa", "ru", "tr", "en"]) {
    await page.selectOption("#language", language);
    await page.waitForFunction(l => document.documentElement.lang === l, language);
    const said = await text(page, "main");
    ok(!/\b(cyber|drill|contact|coop|capability)\.[a-z]/.test(said), `${name}: every text in ${language}`, said.match(/(cyber|drill|contact|coop|capability)\.[a-z.-]+/)?.[0]);
    if (language === "fa") {
      await clean(page, `${name}, right to left`);
      await shot(page, `${name}-fa`);
    }
  }
}

async function begin(browser) {
  const page = await open(browser, "cyber-drills.html");
  await look(page);
  await says(page, "#trouble", /Enter your office/, "nobody looks without saying for which office");
  same(await focused(page), "office", "and is taken to the field");
  await page.keyboard.type("kz-cert");
  await page.keyboard.press("Enter");
  await says(page, "#list", /No drill is here/, "no drill yet");
  ok(!await page.isVisible("#banner"), "and no banner");
  await page.setInputFiles("#file", bad);
  await says(page, "#trouble", /EXERCISE/, "a plan that does not say EXERCISE throughout is refused");
  ok(!await page.$("#start"), "there is nothing to start");
  await page.setInputFiles("#file", plan);
  await says(page, "#plan", /EXERCISE autumn <b>drill<\/b>.*Türkiye/s, "what a plan in order says, as text");
  same(await focused(page), "plan-title", "the focus goes to it");
  ok(!(await at(given.url, "/v1/drills")).drills.length, "a look announces nothing");
  ok(await tabTo(page, "start"), "to the button by the keyboard");
  await page.keyboard.press("Enter");
  await says(page, "#done", /Announced/, "signed and announced");
  same(await focused(page), "what", "the focus goes to the drill");
  ok(await page.isVisible("#banner") && /EXERCISE EXERCISE EXERCISE/.test(await text(page, "#banner")), "from now on the page says that an exercise runs");
  await says(page, "#plan-lines", /i1.*phishing.*seen – within 10 min.*i2.*seen – within 10 min/s, "the plan, line by line");
  await page.click("#signed summary");
  await says(page, "#note", /"kind":"drill"[^]*\n— .+ .+/, "the record with its signature");
  same((await text(page, "#one")).match(/[0-9a-f]{64}/)?.[0], (await at(given.url, "/v1/drills")).drills[0].digest, "and the digest of the plan");
  await clean(page, "a drill");
  await shot(page, "drill");

  const there = await until(async () => (await theirs("/v1/drills")).drills[0]?.injects[0], "the inject is at the participant");
  await theirs("/v1/drills/answer", { office: "tr-cert", said: there.id, answer: "seen", text: "SPECIMEN <i>here</i>" });
  await until(async () => (await at(given.url, "/v1/drills")).drills[0].injects[0]?.answers.length, "the answer arrives");
  await page.focus("#office"); // not in the drill: it is drawn anew by itself
  await says(page, "#injects", /Türkiye.*seen.*SPECIMEN <i>here<\/i>/s, "an answer appears by itself, as text");
  await says(page, "#report", /EXERCISE EXERCISE EXERCISE.*in time/s, "and counts in the report");
  ok(!/SPECIMEN/.test(await text(page, "#report")), "where nothing stands that a person wrote");
  await page.click(".say-now");
  await says(page, "#done", /It is said/, "an inject before its time");
  await until(async () => (await theirs("/v1/drills")).drills[0].injects.length === 2, "arrives");
  ok(await page.$$eval("#injects > li, #list > li", x => x.length && x.every(e => /EXERCISE/.test(e.querySelector(".badge").textContent))), "each part says EXERCISE");
  await inLanguages(page, "drills");
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#csv")]);
  const table = readFileSync(await download.path(), "utf8").trim().split("\r\n");
  ok(/^EXERCISE-/.test(download.suggestedFilename()) && table.length > 2 && table.slice(1).every(r => r.startsWith("EXERCISE,")) && /in-time/.test(table.join()), "the table says EXERCISE in its name and each row", table.join(" / "));
  await page.emulateMedia({ media: "print" });
  ok(await page.isVisible("#report") && !await page.isVisible("#injects") && !await page.isVisible("#contacts"), "on paper the report alone");
  ok(/EXERCISE/.test(await page.$eval("#report", e => e.innerText)), "with its banner");
  await page.emulateMedia({ media: "screen" });
  await page.fill("#stop-reason", "SPECIMEN: enough");
  await page.click("#stop");
  await says(page, "#one", /stopped.*SPECIMEN: enough/s, "stopped, with the reason");
  await until(async () => (await theirs("/v1/drills")).drills[0].state === "stopped", "at the participant too");
  ok(!await page.isVisible("#banner") && !await page.$(".say-now") && !await page.$("#stop"), "nothing more can be said");
  same(refusals(page), "", "no error: drills");
  await page.context().close();
}

/** A drill of the other member: what we are asked is answered from the page. */
async function participant(browser) {
  const now = Date.now(), stamp = s => `${new Date(now + s * 1000).toISOString().slice(0, 19)}Z`;
  const started = await theirs("/v1/drills/start", { office: "tr-cert", plan: JSON.stringify({ title: "EXERCISE of TR", from: stamp(-60), until: stamp(3600), participants: ["KZ"],
    injects: [{ id: "q1", after: 0, to: ["KZ"], what: "question", title: "EXERCISE who", content: "EXERCISE <script>alert(1)</script>", expect: [] }] }) });
  await until(async () => (await at(given.url, "/v1/drills")).drills.find(d => d.id === started.id)?.injects.length, "their inject is here");
  const page = await desk(browser);
  await page.click("#list .name >> text=EXERCISE of TR");
  await says(page, "#injects", /EXERCISE <script>/, "what it says, as text");
  ok(!await page.$("#stop") && !await page.$("#report") && !await page.$("#plan-lines"), "plan, report and stop are its organiser's");
  await page.fill("#answer-q1", "duty");
  await page.click(".answer");
  await says(page, "#done", /Answered/, "answered");
  await says(page, "#injects", /Kazakhstan.*duty/s, "and listed");
  await page.fill("#answer-q1", "duty");
  await page.click(".answer");
  await page.waitForFunction(() => document.getElementById("trouble").textContent);
  same((await at(given.url, "/v1/drills")).drills.find(d => d.id === started.id).injects[0].answers.length, 1, "once");
  await theirs("/v1/drills/stop", { office: "tr-cert", drill: started.id });
  await until(async () => (await at(given.url, "/v1/drills")).drills.find(d => d.id === started.id).state === "stopped", "their stop is here");
  await look(page);
  await page.click("#list .name >> text=EXERCISE of TR");
  await says(page, "#injects", /is not shown/, "after the stop what it said is not shown");
  ok(!/script/.test(await text(page, "#injects")) && !await page.$(".answer"), "nor answered");
  same(refusals(page), "", "no error: participant");
  await page.context().close();
}

async function contacts(browser) {
  const page = await desk(browser);
  await says(page, "#contacts", /Türkiye.*duty.*\+000 SPECIMEN.*never tested/s, "who answers at the other member, and that nobody tried");
  ok(await tabTo(page, "test-which"), "the test by the keyboard");
  await page.selectOption("#test-channel", "phone");
  ok(await tabTo(page, "test"), "to its button");
  await page.keyboard.press("Enter");
  await says(page, "#done", /Say this code/, "over the telephone a code is said");
  const code = await text(page, "#code");
  same(code.length, 16, "shown once");
  await says(page, "#contacts", /asked, no answer yet/, "asked");
  const test = await until(async () => (await theirs("/v1/contacts")).tests[0], "the test is there");
  ok(!JSON.stringify(test).includes(code), "without the code");
  await theirs("/v1/contacts/acknowledge", { office: "tr-cert", test: test.id, code });
  await until(async () => (await at(given.url, "/v1/contacts")).results[0].acknowledged, "the answer is here");
  await look(page);
  await says(page, "#contacts", /answered after \d+ s.*telephone.*Who answers.*Türkiye/s, "tested when, over what, how fast");
  await clean(page, "contacts");
  await shot(page, "contacts");
  await inLanguages(page, "contacts");

  await page.click("#set summary");
  await page.fill("#set-mail", "specimen.person@member.example");
  await page.fill("#set-fingerprint", "0".repeat(40));
  await page.click("#set-preview");
  await page.waitForFunction(() => document.getElementById("trouble").textContent || document.getElementById("set-say"));
  if (await page.$("#set-say"))
    await page.click("#set-say");
  await says(page, "#trouble", /person|function|office/i, "an address of a person is refused");
  await page.fill("#set-mail", "");
  await page.fill("#set-fingerprint", "");
  await page.fill("#set-phone", "+001 SPECIMEN");
  await page.click("#set-preview");
  await page.waitForSelector("#set-who");
  ok(/Türkiye/.test(await text(page, ".who-gets")) && !(await at(given.url, "/v1/contacts")).contacts.some(c => c.member === "KZ"), "who would get our own; nothing is said by looking");
  await page.fill("#set-hours", "SPECIMEN 9-18");
  ok(!await page.$("#set-say"), "another content: it has to be looked at again");
  await page.click("#set-preview");
  await page.click("#set-say");
  await says(page, "#done", /Listed/, "listed");
  await until(async () => (await theirs("/v1/contacts")).contacts.find(c => c.member === "KZ"), "at the other member");
  await theirs("/v1/contacts/test", { office: "tr-cert", tlp: "amber", to: ["KZ"], tested: "KZ", role: "duty", channel: "desk", within: 3600 });
  await until(async () => (await at(given.url, "/v1/contacts")).tests.some(x => x.tested === "KZ"), "a test of us");
  await look(page);
  await says(page, "#asked", /EXERCISE.*Türkiye.*duty.*at the desk/s, "a test of us waits, marked");
  await page.click(".acknowledge");
  await says(page, "#done", /Acknowledged/, "acknowledged");
  ok(!await page.$("#asked"), "and gone from what waits");
  await page.click(".withdraw");
  await says(page, "#done", /Withdrawn/, "withdrawn");
  await until(async () => !(await theirs("/v1/contacts")).contacts.some(c => c.member === "KZ"), "everywhere");
  same(refusals(page), "", "no error: contacts");
  await page.context().close();
}

/** A rule is looked at before it is laid down, and confirmed and suspended on the same page. */
async function rules(browser) {
  const page = await open(browser, "cyber-release.html");
  await page.fill("#officer", "o-1");
  await look(page);
  await says(page, "#rules", /No rule releases/, "no rule yet");
  await page.click("#new-rule summary");
  await page.click("#rule-preview");
  await says(page, "#trouble", /whom|to/i, "a rule says to whom");
  await page.check("#rule-form input[value=TR]");
  await page.check("#rule-form input[value=indicator]");
  await page.fill("#rule-article", "999");
  await page.click("#rule-preview");
  await says(page, "#trouble", /names the article/, "and names the agreement's article");
  await page.fill("#rule-article", given.desks.article);
  ok(await tabTo(page, "rule-preview"), "the look ahead by the keyboard");
  await page.keyboard.press("Enter");
  await says(page, "#rule-look", /last 30 days/, "what it would have released");
  same(await focused(page), "rule-would", "the focus goes to it");
  ok(!(await at(given.url, "/v1/cyber/rules")).rules.length, "nothing is laid down by looking");
  await clean(page, "a rule looked at");
  await shot(page, "rule");
  await page.selectOption("#rule-most", "amber");
  ok(!await page.$("#rule-lay"), "another rule: it has to be looked at again");
  await page.selectOption("#rule-most", "green");
  await page.click("#rule-preview");
  await page.click("#rule-lay");
  await says(page, "#done", /Laid down/, "laid down");
  const [rule] = (await at(given.url, "/v1/cyber/rules")).rules;
  ok(rule.officer === "o-1" && rule.rule.most === "green" && rule.rule.to.join() === "TR" && rule.rule.types.join() === "indicator", "as it was looked at", JSON.stringify(rule));
  same(rule.state, "waiting", "it waits for a second officer");
  await page.click("#rules >> text=Confirm");
  await says(page, "#trouble", /second officer/, "who laid it down does not confirm it");
  same((await at(given.url, "/v1/cyber/rules")).rules[0].state, "waiting", "it still waits");
  await page.fill("#officer", "o-2");
  await page.click("#rules >> text=Confirm");
  await says(page, "#rules", /active.*o-1.*o-2/s, "a second officer confirms it");
  await page.click("#rules >> text=/^Suspend$/");
  await says(page, "#rules", /suspended/, "suspended at once");
  same((await at(given.url, "/v1/cyber/rules")).rules[0].state, "suspended", "at the node too");
  for (const language of ["fa", "ru", "tr", "en"]) {
    await page.selectOption("#language", language);
    await page.waitForFunction(l => document.documentElement.lang === l, language);
    ok(!/\bcyber\.[a-z]/.test(await text(page, "main")), `rules: every text in ${language}`);
  }
  same(refusals(page), "", "no error: rules");
  await page.context().close();
}

async function phone(browser) {
  for (const path of ["cyber-drills.html", "cyber-release.html"]) {
    const page = await open(browser, path, { viewport: { width: 390, height: 844 }, colorScheme: "dark" });
    await page.fill("#office, #officer", "o-1");
    await look(page);
    if (path === "cyber-drills.html") {
      await page.click("#list .name");
      await page.waitForSelector("#what");
    } else {
      await page.waitForSelector("#rules li");
      await page.click("#new-rule summary");
      await page.waitForSelector("#rule-preview");
    }
    await clean(page, `${path} on a phone, dark`);
    ok(await fits(page), `${path} fits a phone`);
    await shot(page, `phone-${path.slice(6, -5)}`);
    same(refusals(page), "", `no error: ${path} on a phone`);
    await page.context().close();
  }
}

await run(begin, participant, contacts, rules, phone);
