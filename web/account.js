// One's own passkeys: added, named, used when, taken away; and the way out of all sessions.

import * as page from "./page.js";
import * as words from "./language.js";
import * as api from "./api.js";
import { add, able } from "./signin-passkey.js";
import { at, el } from "./dom.js";
import { problem } from "./problem.js";

const { t } = words;
let kept = null;

async function attempt(act, done) {
  at("trouble").textContent = "";
  try {
    const got = await act();
    at("say").textContent = done ? t(done) : "";
    return got ?? true;
  } catch (e) {
    at("trouble").replaceChildren(...problem(e, "sign.why"));
    return null;
  }
}

async function fetchAll() {
  kept = await attempt(api.passkeys) ?? kept;
  draw();
}

async function remove(p) {
  if (await attempt(() => api.passkey("passkeys/remove", { credential: p.credential }), "persons.dropped"))
    await fetchAll();
}

function askRemove(p) {
  const box = el("dialog", { id: "ask-remove", "aria-labelledby": "ask-title", onclose: () => box.remove(), onkeydown: e => e.stopPropagation() },
    el("h2", { id: "ask-title" }, t("persons.remove.ask", { id: name(p) })), kept.ways === 1 ? el("p", {}, t("account.last")) : null,
    el("div", { className: "tools" }, el("button", { type: "button", id: "remove-passkey", onclick: () => { box.close(); remove(p); } }, t("persons.remove")),
      el("button", { type: "button", autofocus: true, onclick: () => box.close() }, t("page.close"))));
  document.body.append(box);
  box.showModal();
}

const name = p => p.label || t("sign.way.passkey");

const row = p => el("li", { className: "way" }, el("h2", {}, el("bdi", {}, name(p))),
  el("p", { className: "note" }, words.moment(p.added), " · ", p.used ? t("persons.used", { moment: words.moment(p.used) }) : t("persons.unused")),
  el("button", { type: "button", className: "small", "aria-label": `${t("persons.remove")}: ${name(p)}`, onclick: () => askRemove(p) }, t("persons.remove")));

function draw() {
  if (!page.who)
    return;
  at("add").hidden = !kept || !able();
  at("passkeys").replaceChildren(...!kept ? [] : kept.passkeys.length ? kept.passkeys.map(row) : [el("li", { className: "empty" }, t("account.none"))]);
}

at("add").addEventListener("submit", async e => {
  e.preventDefault();
  if (await attempt(() => add(at("label").value.trim()), "persons.event.made")) {
    at("label").value = "";
    await fetchAll();
  }
});
at("everywhere").addEventListener("click", async () => {
  if (await attempt(() => api.signOut(true)))
    location.assign("/signin.html");
});

await page.start({ speak: draw });
await fetchAll();
page.keepWatch();
