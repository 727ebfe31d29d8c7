// Playbooks, offers and requests, advisories, and the picture of an indicator at the Cyber desk: two members. TAP on stdout.

import { clean, fits, focused, given, idle, ok, open, run, same, says, tabTo, text } from "./browser.mjs";

const { peer, files } = given.desks;
const BEACON = "indicator--00000000-0000-4000-8000-000000000001";
const quiet = (page, what) => same(page.errors.join(), "", `no error: ${what}`);
const shot = (page, name) => given.pictures ? page.screenshot({ path: `${given.pictures}/${name}.png`, fullPage: true }) : null;
const own = async (path, body) => (await fetch(peer.replace(/\/$/, "") + path, body ? { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) } : {})).json();

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

/** The page for an office, looked at. */
async function desk(browser, path, options) {
  const page = await open(browser, path, options);
  await page.fill("#office", "kz-cert");
  if (path.includes("advisories"))
    await page.fill("#purpose", "SPECIMEN");
  await page.click("#filter button[type=submit]");
  await page.waitForSelector(".items .name");
  return page;
}

async function inLanguages(page, name) {
  for (const language of ["fa", "ru", "tr", "en"]) {
    await page.selectOption("#language", language);
    await page.waitForFunction(l => document.documentElement.lang === l, language);
    await idle(page);
    const said = await text(page, "main");
    ok(!/(cyber|playbook|capability|advisory|coop)\.[a-z]/.test(said), `${name}: every text in ${language}`, said.match(/(cyber|playbook|capability|advisory|coop)\.[a-z.-]+/)?.[0]);
    if (language === "fa") {
      await clean(page, `${name}, right to left`);
      await shot(page, `${name}-fa`);
    }
  }
}

async function playbooks(browser) {
  const page = await open(browser, "cyber-playbooks.html");
  await page.click("#filter button[type=submit]");
  await says(page, "#trouble", /Enter your office/, "nobody looks without saying for which office");
  same(await focused(page), "office", "and is taken to the field");
  await page.fill("#office", "kz-cert");
  await page.keyboard.press("Enter");
  await says(page, "#list", /SPECIMEN phishing.*versions: 2.*no use told/s, "what another member shares");
  await page.fill("#words", "ransomware");
  await page.click("#filter button[type=submit]");
  await says(page, "#list", /No playbook here matches/, "not found by other words");
  await page.fill("#words", "PHISHING");
  await page.selectOption("#whose", "own");
  await page.click("#filter button[type=submit]");
  await says(page, "#list", /No playbook here matches/, "not among our own");
  await page.selectOption("#whose", "");
  await page.click("#filter button[type=submit]");
  await page.click("#list .name");
  await says(page, "#one", /SPECIMEN: call the bank/, "its steps as text");
  same(await focused(page), "what", "the focus goes to it");
  const said = await text(page, "#one");
  ok(/Nothing speaks against it/.test(said) && /yes.*tell the bank/s.test(said) && /no.*tell the sector/s.test(said), "findings, and both ways of the condition", said);
  ok(/<b>now<\/b>/.test(said) && !await page.$("#one pre b"), "what stands in a command is text");
  ok(await page.$eval(".drawing img", i => i.decode().then(() => i.naturalWidth > 100)), "the flow is drawn");
  ok(/7 steps|6 steps|5 steps/.test(await page.getAttribute(".drawing img", "alt")), "and says how many steps", await page.getAttribute(".drawing img", "alt"));
  await page.click("#compare");
  await says(page, "#differ", /differ: 1$/, "two versions side by side: what differs");
  same(await page.$$eval(".sides .changed strong", x => x.map(e => e.textContent).join()), "SPECIMEN: tell the bank,SPECIMEN: tell the bank", "marked in both");
  await clean(page, "a playbook with two versions");
  await shot(page, "playbook");
  await page.selectOption("#outcome", "worked");
  await page.fill("#minutes", "40");
  await page.click("#tell");
  await says(page, "#done", /on record/, "our use is told");
  await says(page, "#one .cases", /Kazakhstan.*40/s, "and listed with its outcome");
  ok((await until(async () => (await own("/v1/playbooks")).playbooks.find(b => b.used_by.length), "the use arrives")).used_by[0].outcomes.worked === 1, "its owner hears of it");
  ok(!await page.$("#withdraw"), "only its owner withdraws it");
  await inLanguages(page, "playbooks");
  quiet(page, "playbooks");
  await page.context().close();
}

/** The first version is signed; one letter of it changed is a forgery. */
async function signatures() {
  const at = path => given.url.replace(/\/$/, "") + path;
  const book = (await (await fetch(at("/v1/playbooks"))).json()).playbooks.find(b => b.owner === "TR");
  const { playbook } = await (await fetch(at(`/v1/playbooks/text?${new URLSearchParams({ owner: "TR", playbook_id: book.playbook_id, version: "2026-01-01T00:00:00.000Z" })}`))).json();
  const look = async text => (await (await fetch(at("/v1/playbooks/look"), { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ playbook: text }) })).json()).signatures.map(s => `${s.result} ${s.signee}`).join();
  same(await look(playbook), "genuine SPECIMEN CERT", "the signature is genuine");
  same(await look(playbook.replace("block the sender", "block the server")), "forged SPECIMEN CERT", "over an altered step it is forged");
}

async function importing(browser) {
  const page = await desk(browser, "cyber-playbooks.html");
  await page.setInputFiles("#file", files.none);
  await says(page, "#trouble", /no playbook/, "a file that is no playbook");
  await page.setInputFiles("#file", files.secret);
  await says(page, "#imported", /holds a secret.*cannot be shared/s, "one with a secret is not shared");
  ok(!await page.$("#share-preview"), "there is no way to share it");
  await page.setInputFiles("#file", files.loop);
  await says(page, "#imported", /person has to look.*cycle/s, "one with a loop names it");
  await page.click("#share-preview");
  await says(page, "#trouble", /confirm with an office/, "and does not go unless an office confirms");
  await page.setInputFiles("#file", files.good);
  await says(page, "#imported", /SPECIMEN own plan.*Nothing speaks/s, "a good one");
  await page.selectOption("#share-tlp", "amber");
  await page.click("#share-preview");
  await says(page, "#trouble", /does not allow this audience/, "amber goes to nobody by no name");
  await page.selectOption("#share-tlp", "green");
  await page.click("#share-preview");
  await page.waitForSelector("#share-who");
  const who = await page.$$eval(".who-gets li", x => x.map(e => e.textContent).sort().join());
  ok(/Iran,.*Türkiye/.test(who) && !/Kazakhstan/.test(who), "who would get it: all that the article binds but ourselves", who);
  same(await focused(page), "share-who", "the focus goes to them");
  ok(!(await own("/v1/playbooks")).playbooks.some(b => b.owner === "KZ"), "a look ahead tells nobody");
  await page.check("input[value=TR]");
  ok(!await page.$("#share-say"), "another choice: it has to be looked at again");
  await page.click("#share-preview");
  await page.waitForSelector("#share-who");
  same(await page.$$eval(".who-gets li", x => x.map(e => e.textContent).join()), "Türkiye", "the one that is named");
  await clean(page, "who would get it");
  await shot(page, "playbook-share");
  await page.click("#share-say");
  await says(page, "#done", /It is shared/, "shared");
  await says(page, "#list", /SPECIMEN own plan/, "in the library");
  const there = await until(async () => (await own("/v1/playbooks")).playbooks.find(b => b.owner === "KZ"), "it arrives");
  same(there.to?.join(), "TR", "at the member it is for");
  await page.click("#list .name >> text=SPECIMEN own plan");
  await page.waitForSelector("#withdraw");
  await page.fill("#withdraw-reason", "SPECIMEN: superseded");
  await page.click("#withdraw");
  await says(page, "#done", /withdrawn/, "withdrawn by its owner");
  await page.selectOption("#state", "withdrawn");
  await page.click("#filter button[type=submit]");
  await says(page, "#list", /SPECIMEN own plan.*superseded/s, "and listed among the withdrawn, with the reason");
  ok(page.errors.every(e => /status of 4\d\d/.test(e)), "no error but the refusals", page.errors.join());
  await page.context().close();
}

async function capabilities(browser) {
  const page = await desk(browser, "cyber-capabilities.html");
  await says(page, "#offers", /Forensic examination – Türkiye/, "what another member offers");
  await page.focus("#office"); // from here on the keyboard alone
  ok(await tabTo(page, "new-request"), "a new request by the keyboard");
  await page.keyboard.press("Enter");
  same(await focused(page), "given-kind", "the form is there, with the focus in it");
  ok(await tabTo(page, "given-contact"), "to the contact");
  await page.keyboard.type("kz-cert");
  await page.keyboard.press("Tab");
  await page.keyboard.type("SPECIMEN: two disks");
  ok(await tabTo(page, "given-preview"), "to the look ahead");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#given-who");
  await clean(page, "a new request");
  await shot(page, "capability-new");
  ok(await tabTo(page, "given-say"), "to the button that says it");
  await page.keyboard.press("Enter");
  await says(page, "#done", /request is made/, "asked, by keyboard alone");
  await page.click("#requests .name");
  await says(page, "#matches", /100|\d\d \/ 100.*Türkiye/s, "the offer that fits, with its reasons");
  ok(/days.*language.*hours apart.*free/s.test(await text(page, "#matches")), "days, language, hours, places", await text(page, "#matches"));
  ok(!await page.$("#reply"), "nobody answers an own request");
  const there = await until(async () => (await own("/v1/capabilities")).requests[0], "the request arrives");
  await own("/v1/capabilities/reply", { office: "tr-cert", request: there.id, answer: "yes", contact: "tr-cert" });
  await until(async () => {
    await page.click("#filter button[type=submit]");
    return /answered/.test(await text(page, "#requests"));
  }, "the answer arrives");
  await page.click("#requests .name");
  await says(page, "#one .cases", /Türkiye.*can help/s, "who can help");
  await page.click(".accept");
  await says(page, "#one", /agreed.*accepted/s, "accepted");
  await until(async () => (await own("/v1/capabilities")).requests[0].state === "agreed", "agreed at both");
  await page.selectOption("#one #outcome", "helped");
  await page.selectOption("#evaluation", "4");
  await clean(page, "a request that is agreed");
  await shot(page, "capability");
  await page.click("#close");
  await says(page, "#one", /closed.*helped \(4 \/ 5\)/s, "closed with the outcome");
  same((await until(async () => (await own("/v1/capabilities")).requests.find(r => r.state === "closed"), "closed at both")).closed.evaluation, 4, "the other member sees the evaluation");

  await own("/v1/capabilities/request", { office: "tr-cert", tlp: "amber", to: ["KZ"], capability: "training", languages: ["tr"], from: there.from, until: there.until, urgency: "high", answer_by: there.answer_by, zone: 180, contact: "tr-cert", text: "SPECIMEN: a course" });
  await until(async () => {
    await page.click("#filter button[type=submit]");
    return /Training/.test(await text(page, "#requests"));
  }, "their request arrives");
  await page.click("#requests .name >> text=Training");
  await page.waitForSelector("#reply");
  await page.selectOption("#answer", "declined");
  await page.fill("#reply-contact", "kz-cert");
  await page.click("#reply");
  await says(page, "#trouble", /reason/, "who declines says why");
  await page.fill("#reply-reason", "SPECIMEN: no trainer free");
  await page.click("#reply");
  await says(page, "#one", /declines.*no trainer free/s, "declined, with the reason");
  await inLanguages(page, "capabilities");
  ok(page.errors.every(e => /status of 4\d\d/.test(e)), "no error but the refusal", page.errors.join());
  await page.context().close();
}

async function advisories(browser) {
  const page = await open(browser, "cyber-advisories.html");
  await page.fill("#office", "kz-cert");
  await page.click("#filter button[type=submit]");
  await says(page, "#trouble", /what you look for/, "nobody looks without a purpose");
  await page.fill("#purpose", "SPECIMEN");
  await page.keyboard.press("Enter");
  await says(page, "#list", /Acme Pump.*CVSS|CVSS 9\.8 – critical.*Acme Pump/s, "what is kept, with its worst score");
  ok(/Valve/.test(await text(page, "#list")), "of any age");
  await page.selectOption("#age", "30");
  await page.waitForFunction(() => document.querySelectorAll("#list .name").length === 1);
  ok(!/Valve/.test(await text(page, "#list")), "of the last days alone");
  await page.selectOption("#age", "");
  await page.fill("#product", "VALVE");
  await page.click("#filter button[type=submit]");
  await page.waitForFunction(() => document.querySelectorAll("#list .name").length === 1);
  ok(/Other Valve/.test(await text(page, "#list")), "by product");
  await page.fill("#product", "");
  await page.click("#filter button[type=submit]");
  await page.waitForFunction(() => document.querySelectorAll("#list .name").length === 2);
  await page.click("#list .name >> text=Pump");
  await says(page, "#one", /close the port/, "what to do");
  const said = await text(page, "#one");
  ok(/Acme Pump 1\.0/.test(said) && /vendor Acme.*product Pump.*version 1\.0.*P-1.*cpe:2\.3/s.test(said) && /CVSS:3\.1\/AV:N/.test(said) && /affected/.test(said), "product tree, score, status", said);
  ok(/<img src=x>/.test(said) && !await page.$("#one img"), "what stands in it is text");
  ok(/cyber-exposure\.html\?id=CVE-2026-0001/.test(await page.$eval("#one section a[href*=exposure]", a => a.href)), "a way to who is exposed");
  same(await focused(page), "what", "the focus goes to it");
  await clean(page, "an advisory");
  await shot(page, "advisory");
  await page.setInputFiles("#file", files.broken);
  await says(page, "#imported", /Not valid.*6\.1\.\d+/s, "a file with faults names the tests");
  ok(!/Broken/.test(await text(page, "#list")), "and is not kept by being looked at");
  await page.setInputFiles("#file", files.none);
  await page.waitForFunction(() => document.getElementById("trouble").textContent);
  ok(!await page.isVisible("#imported"), "what is no advisory is not shown");
  await page.setInputFiles("#file", files.advisory);
  await says(page, "#imported", /Turbine/, "a good one is shown");
  await page.click("#take");
  await says(page, "#list", /Acme Turbine/, "and kept when a person says so");
  await page.click("#list .name >> text=Turbine");
  await page.waitForSelector("#what");
  await inLanguages(page, "advisories");
  ok(page.errors.every(e => /status of 4\d\d/.test(e)), "no error but the refusal", page.errors.join());
  await page.context().close();
}

/** An indicator with what stands around it; what is for others leaves no trace. */
async function picture(browser) {
  const asked = (id, officer) => fetch(`${given.url}v1/cyber/indicator?${new URLSearchParams({ id, ...(officer && { officer }) })}`).then(r => r.status);
  await until(async () => await asked(BEACON, "o-1") === 200, "the register has the indicator");
  const secret = BEACON.replace(/1$/, "3");
  same(await asked(secret, "o-1"), 404, "a person who is not cleared for red gets no register of it");
  same(await asked(secret, "o-red"), 200, "who is cleared gets it");
  await fetch(`${given.url}v1/cyber/release`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ officer: "o-1", ids: [BEACON], to: "all", confirm: [BEACON], reason: "SPECIMEN campaign" }) });
  const page = await open(browser, `cyber-object.html?id=${BEACON}`);
  await page.fill("#officer", "o-1");
  await page.keyboard.press("Enter");
  await says(page, "#one", /register of indicators.*active.*beacon\.example/s, "what the register makes of it");
  await says(page, "#one", /done with it here.*SPECIMEN campaign/s, "its release, with the reason");
  ok(!/secret/.test(await text(page, "#one")), "a neighbour that may not be seen has no name");
  same(await page.$$eval(".graph a", x => x.map(a => a.textContent).join()), "SPECIMEN worm", "who may be seen is a link in the picture");
  same(await page.$$eval(".bars rect", x => x.length), 2, "a bar for each day it was seen");
  ok((await page.$$("#one .cases tbody tr")).length >= 2, "and the table that says the same");
  await clean(page, "an indicator with its picture");
  await shot(page, "object");
  await page.focus("#id");
  for (let i = 0; i < 12 && await page.evaluate(() => document.activeElement.tagName) !== "a"; i++)
    await page.keyboard.press("Tab");
  same(await page.evaluate(() => document.activeElement.tagName), "a", "the picture is reached by the keyboard");
  await page.keyboard.press("Enter");
  await says(page, "#what", /SPECIMEN worm/, "and leads to the neighbour");
  ok(await page.$$eval(".graph a", x => x.length) >= 1, "from there on again");
  await page.focus(".graph a");
  await page.keyboard.press("ArrowRight");
  same(await page.evaluate(() => document.activeElement.tagName), "a", "arrows stay in the picture");
  await page.selectOption("#language", "fa");
  await page.waitForFunction(() => document.documentElement.dir === "rtl");
  await clean(page, "an indicator, right to left");
  quiet(page, "an indicator");
  await page.context().close();
}

async function phone(browser) {
  for (const path of ["cyber-playbooks.html", "cyber-capabilities.html", "cyber-advisories.html"]) {
    const page = await desk(browser, path, { viewport: { width: 390, height: 844 }, colorScheme: "dark" });
    await page.click("#list .name, #offers .name");
    await page.waitForSelector("#what");
    await clean(page, `${path} on a phone, dark`);
    ok(await fits(page), `${path} fits a phone`);
    await shot(page, `phone-${path.slice(6, -5)}`);
    quiet(page, path);
    await page.context().close();
  }
}

await run(playbooks, signatures, importing, capabilities, advisories, picture, phone);
