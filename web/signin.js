// Signing in: a link that works once, a certificate, and whatever else the node offers.

import * as page from "./page.js";
import * as words from "./language.js";
import * as api from "./api.js";
import { ways } from "./signin-passkey.js";
import { at, el } from "./dom.js";
import { problem } from "./problem.js";

const { t } = words;
const asked = new URLSearchParams(location.search);
let link = "";
let offered = null;

/** It works once; the address bar and the history need not keep it. */
function takeLink() {
  link = location.hash.slice(1) || link;
  if (location.hash)
    history.replaceState(null, "", location.pathname + location.search);
}
takeLink();
addEventListener("hashchange", () => { takeLink(); draw(); }); // pasted where this page is open already

/** Where one wanted to go: a path of this very node, else the start. */
function next() {
  const path = asked.get("next") ?? "";
  try {
    const to = new URL(path, location.origin);
    return path.startsWith("/") && to.origin === location.origin && to.pathname !== "/signin.html" ? to.pathname + to.search : "/start.html";
  } catch {
    return "/start.html";
  }
}

const beside = () => asked.get("beside") === "1";

/** Signed in: back to what one was doing. */
export function enter() {
  if (beside()) {
    at("ways").replaceChildren(el("p", {}, t("sign.beside.done")));
    window.close();
  } else
    location.replace(next());
}

/** Does it, and says what goes wrong. */
export async function attempt(act) {
  at("trouble").textContent = "";
  try {
    await act();
    enter();
  } catch (e) {
    at("trouble").replaceChildren(...problem(e, "sign.why"));
  }
}

const way = (id, title, text, label, act, strong) => el("section", { className: "way", "aria-labelledby": `${id}-title` },
  el("h2", { id: `${id}-title` }, t(title)), el("p", {}, t(text)),
  el("button", { type: "button", id, ...(strong && { className: "strong" }), onclick: () => attempt(act) }, t(label)));

function draw() {
  const reason = asked.get("why");
  at("why").textContent = page.who ? t("sign.as", { name: page.who.name }) : reason ? words.or(`sign.why.${reason}`, "") : "";
  if (!offered?.required)
    return void at("ways").replaceChildren(el("p", {}, t("sign.off")));
  const use = async () => { const own = link; link = ""; await api.signInLink(own); };
  at("ways").replaceChildren(...[
    link ? way("use-link", "sign.link", "sign.link.text", "sign.in", use, true) : null,
    ...ways(offered, way, beside() ? "/signin.html?beside=1" : next(), !link),
    offered.ways.includes("certificate") ? way("use-certificate", "sign.certificate", "sign.certificate.text", "sign.certificate.use", api.signInCertificate, !link && offered.ways.length === 2) : null,
    link ? null : el("section", { className: "way" }, el("h2", {}, t("sign.no-link")), el("p", {}, t("sign.no-link.text")), el("code", { dir: "ltr" }, "serai person link --node FOLDER ID")),
    page.who ? el("p", {}, el("a", { href: next() }, t("sign.go-on"))) : null].filter(Boolean));
}

await page.start({ speak: draw });
try {
  offered = await api.signIn();
} catch {
  at("trouble").textContent = t("sign.unreachable");
}
draw();
page.keepWatch();
