// Passkeys in a browser, by an authenticator that Chromium plays: added after a link, signed in with, renamed by none, taken away; and the ministry's account. TAP on stdout.

import { clean, fits, given, ok, run, same, says } from "./browser.mjs";

async function fresh(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-GB", reducedMotion: "reduce", ...options });
  context.setDefaultTimeout(60000);
  const page = await context.newPage();
  page.errors = [];
  page.on("pageerror", e => page.errors.push(e.message));
  page.on("console", m => m.type() === "error" && !(/status of/.test(m.text()) && m.location().url.includes("/v1/")) && page.errors.push(m.text()));
  page.on("request", r => r.url().startsWith(given.url) || r.url().startsWith(given.provider) || page.errors.push(`request to ${r.url()}`));
  return page;
}

/** An authenticator with a PIN, which its holder knows, or does not. */
async function authenticator(page, known = true) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", { options: { protocol: "ctap2", transport: "internal",
    hasResidentKey: true, hasUserVerification: true, isUserVerified: known, automaticPresenceSimulation: true } });
  return { cdp, authenticatorId };
}

const who = page => page.evaluate(async () => (await (await fetch("/v1/sign-in")).json()).who?.id ?? "");

async function passkeys(browser) {
  const page = await fresh(browser);
  const { cdp, authenticatorId } = await authenticator(page);
  await page.goto(`${given.url}account.html`);
  await page.waitForURL(/signin\.html/);
  await page.waitForSelector("#use-passkey");
  await clean(page, "sign in, with all ways");
  await page.click("#use-passkey");
  await says(page, "#trouble", /no passkey for this node/, "a device without a passkey is said to have none");
  await page.goto(`${given.url}signin.html?next=/account.html#${given.link}`);
  await page.click("#use-link");
  await page.waitForURL(/account\.html/);
  await says(page, "#passkeys", /no passkey yet/, "after the link there is no passkey");
  await clean(page, "my passkeys, none");
  await page.fill("#label", "Key of SPECIMEN");
  await page.press("#label", "Enter");
  await says(page, "#passkeys", /Key of SPECIMEN.*never used/, "a passkey is added, with a name");
  const { credentials } = await cdp.send("WebAuthn.getCredentials", { authenticatorId });
  ok(credentials.length === 1 && credentials[0].rpId === "localhost" && credentials[0].isResidentCredential, "the device keeps it for this place");
  ok(!Buffer.from(credentials[0].userHandle, "base64").toString().includes("officer"), "and no id of a person with it");
  await clean(page, "my passkeys, one");
  if (given.pictures)
    await page.screenshot({ path: `${given.pictures}/account.png`, fullPage: true });
  await page.click("#add-passkey");
  await says(page, "#trouble", /device stopped/, "a device has one passkey of a person, not two");
  await page.click("#who-open");
  ok(await page.$('#who-panel a[href="/account.html"]'), "the header leads to it");
  await page.click("#sign-out");
  await page.waitForURL(/signin\.html/);
  same(await who(page), "", "signed out");

  await page.goto(`${given.url}signin.html?next=//evil.example`);
  await page.click("#use-passkey");
  await page.waitForURL(/start\.html/);
  same(await who(page), "officer-17", "one signs in by the passkey, without a name, and is led nowhere else");
  await page.goto(`${given.url}account.html`);
  await says(page, "#passkeys", /last used/, "it is shown when it was used");

  await cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
  await page.click("#everywhere");
  await page.waitForURL(/signin\.html/);
  await page.waitForSelector("#use-passkey");
  await page.click("#use-passkey");
  await says(page, "#trouble", /device stopped/, "without the PIN nobody is let in");
  same(await who(page), "", "nobody is signed in");
  await cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: true });
  await page.click("#use-passkey");
  await page.waitForURL(/start\.html/);

  // A copy of the key that was used elsewhere: the device of this person is behind.
  const [own] = (await cdp.send("WebAuthn.getCredentials", { authenticatorId })).credentials;
  await cdp.send("WebAuthn.removeCredential", { authenticatorId, credentialId: own.credentialId });
  await cdp.send("WebAuthn.addCredential", { authenticatorId, credential: { ...own, signCount: 0 } });
  await page.goto(`${given.url}account.html`);
  await page.click("#everywhere");
  await page.waitForURL(/signin\.html/);
  await page.waitForSelector("#use-passkey");
  await page.click("#use-passkey");
  await says(page, "#trouble", /have a copy/, "a passkey whose counter went back is refused, in words");
  await cdp.send("WebAuthn.removeCredential", { authenticatorId, credentialId: own.credentialId });
  await cdp.send("WebAuthn.addCredential", { authenticatorId, credential: { ...own, signCount: own.signCount + 5 } });
  await page.click("#use-passkey");
  await page.waitForURL(/start\.html/);

  await page.goto(`${given.url}account.html`);
  await page.click("#passkeys button");
  await says(page, "#ask-remove", /only lasting way/, "before the last way is taken away one is asked");
  await clean(page, "taking a passkey away");
  await page.click("#remove-passkey");
  await says(page, "#passkeys", /no passkey yet/, "it is taken away");
  same(await who(page), "officer-17", "and this session goes on");
  same(page.errors.join("; "), "", "no script failed, nothing was asked of others");
  await page.context().close();
}

async function address(browser) {
  const page = await fresh(browser);
  page.removeAllListeners("request");
  await page.goto(`${given.address}signin.html`);
  await page.waitForSelector("#use-provider");
  ok(!await page.$("#use-passkey"), "under an address that is none of the place no passkey is offered");
  await page.context().close();
}

async function ministry(browser) {
  const page = await fresh(browser, { viewport: { width: 390, height: 844 } });
  await page.goto(`${given.url}trust.html`);
  await page.waitForURL(/signin\.html/);
  await page.waitForSelector("#use-provider");
  ok(await fits(page), "the ways fit a phone");
  await page.goto(`${given.url}signin.html?next=/trust.html`);
  await page.click("#use-provider");
  await page.waitForURL(/trust\.html/);
  same(await who(page), "officer-18", "one signs in with the ministry's account, and goes where one wanted to");
  await page.waitForSelector("#who-open");
  await page.goto(`${given.url}v1/sign-in/provider/back?state=AAAA&code=x`);
  await says(page, "#why", /signed in as/, "a way back that was never begun changes nothing");
  same(await who(page), "officer-18", "for who is signed in");
  await page.context().clearCookies();
  await page.goto(`${given.url}v1/sign-in/provider/back?state=AAAA&code=x`);
  await says(page, "#why", /attempt is over/, "and says what it is to who is not");
  same(page.errors.join("; "), "", "no script failed, nothing was asked of others");
  await page.context().close();
}

await run(passkeys, address, ministry);
