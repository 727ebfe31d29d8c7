// What the pages share: the tables of services and pages, the node's state in the header, its name, the language of the reader.

import * as api from "./api.js";
import * as header from "./header.js";
import * as live from "./live.js";
import * as words from "./language.js";
import { at, el } from "./dom.js";

const { t } = words;

/** What the node says of itself, null until it did; and the words and languages it offers. */
export let self = null;
export let offered = { purposes: [], modes: [], posts: [], states: [], languages: ["en", "fa", "ru", "tr"] };

/** Services, in the order of the menu: the letter after g, and the roles whose they are; null: of whoever signed in; open: nobody needs to. A service without a
    room is not shown. */
export const services = [
  { name: "border", key: "b", roles: ["lane"] },
  { name: "roadside", key: "r", roles: ["roadside"] },
  { name: "travel", key: "v", roles: ["travel", "complaints"] },
  { name: "notices", key: "n", roles: ["notices"] },
  { name: "cyber", key: "c", roles: ["cert"] },
  { name: "trust", key: "t", roles: null },
  { name: "agreement", key: "a", roles: null },
  { name: "federation", key: "f", roles: null },
  { name: "operator", key: "o", roles: ["operator", "auditor"] },
  { name: "traveller", key: "y", roles: null, open: true },
];

/** Pages: address, key of the name, service; the first of a service is where the menu leads. inner: reached from another page, named only while there. roles:
    where they are others than the service's. */
export const rooms = [
  { path: "/", title: "page.title", service: "border" },
  { path: "/barrier.html", title: "barrier.title", service: "border" },
  { path: "/manifest.html", title: "manifest.title", service: "border", roles: ["lane", "travel"] },
  { path: "/roadside.html", title: "road.title", service: "roadside" },
  { path: "/desk.html", title: "desk.title", service: "travel", roles: ["travel"] },
  { path: "/complaint-office.html", title: "complaint.title", service: "travel", roles: ["complaints"] },
  { path: "/notices.html", title: "notice.title", service: "notices" },
  { path: "/hits.html", title: "hit.title", service: "notices" },
  { path: "/screen.html", title: "screen.title", service: "notices" },
  { path: "/cyber-inbox.html", title: "inbox.title", service: "cyber" },
  { path: "/cyber.html", title: "cyber.title", service: "cyber" },
  { path: "/cyber-object.html", title: "cyber.one", service: "cyber", inner: true },
  { path: "/cyber-release.html", title: "cyber.release", service: "cyber" },
  { path: "/cyber-playbooks.html", title: "playbook.title", service: "cyber" },
  { path: "/cyber-capabilities.html", title: "capability.title", service: "cyber" },
  { path: "/cyber-advisories.html", title: "advisory.title", service: "cyber" },
  { path: "/cyber-exposure.html", title: "exposure.title", service: "cyber" },
  { path: "/cyber-maturity.html", title: "maturity.title", service: "cyber" },
  { path: "/cyber-drills.html", title: "drill.title", service: "cyber" },
  { path: "/trust.html", title: "trust.title", service: "trust" },
  { path: "/agreement.html", title: "pact.title", service: "agreement" },
  { path: "/federation.html", title: "fed.title", service: "federation" },
  { path: "/operator.html", title: "op.title", service: "operator" },
  { path: "/persons.html", title: "persons.title", service: "operator" },
  { path: "/need.html", title: "need.title", service: "traveller" },
  { path: "/apply.html", title: "apply.title", service: "traveller" },
  { path: "/waiting.html", title: "waiting.title", service: "traveller" },
  { path: "/slot.html", title: "slot.title", service: "traveller" },
  { path: "/complaints.html", title: "complaint.title", service: "traveller" },
  { path: "/receipt.html", title: "receipt.lane", service: "traveller", inner: true },
];

let link = "unknown";
let hooks = {};

/** Who signed in; null: nobody needs to, or nobody did. */
export let who = null;
const OPEN = ["/signin.html", "/start.html"]; // beside the services that are open

/** unknown, ready, partly, maintained or gone */
export const state = () => link;

export function setLink(state) {
  const away = s => s === "gone" || s === "maintained";
  const back = away(link) && !away(state);
  link = state;
  at("link").dataset.state = state;
  const said = t(`link.${state}`);
  if (at("link-text").textContent !== said)
    at("link-text").textContent = said; // spoken when it changes, and then only
  if (back)
    hooks.back?.();
}

function showSelf() {
  if (self)
    at("node-name").textContent = `${words.state(self.member)} · ${self.name}`;
}

/** Whether one signs in at this node. */
export let required = false;

/** Whether a service, or a page of one, is open to who is here: by the roles; where nobody signs in, all are. */
export function opens(what) {
  const service = what.service ? services.find(s => s.name === what.service) : what;
  const roles = what.roles ?? service.roles;
  return !required || Boolean(service.open) || Boolean(who && (!roles || roles.some(r => who.roles.includes(r))));
}

const needsWho = () => !OPEN.includes(location.pathname) && !services.find(s => s.name === rooms.find(r => r.path === location.pathname)?.service)?.open;

/** Fields in which a page asks who works: filled, and no longer asked. */
function fillIn() {
  for (const [id, value, kept] of [["officer", who.id, "serai.officer"], ["office", who.office, "serai.office"]]) {
    const box = document.querySelector(`input#${id}`);
    sessionStorage.setItem(kept, value);
    if (!box || box.value === value && box.readOnly)
      continue;
    box.value = value;
    box.readOnly = true;
    box.dispatchEvent(new Event("change"));
  }
}

const toSignIn = reason => `/signin.html?${new URLSearchParams({ ...(reason && { why: reason }), next: location.pathname + location.search })}`;

/** In the middle of work nothing is left behind: one signs in beside it and goes on. */
function askAgain(reason, atWork = Boolean(who)) {
  if (document.querySelector("#signed-out") || OPEN.includes(location.pathname))
    return;
  if (!atWork)
    return void location.replace(toSignIn(reason));
  const box = el("dialog", { id: "signed-out", "aria-labelledby": "signed-out-title", onclose: () => box.remove(), onkeydown: e => e.stopPropagation() },
    el("h2", { id: "signed-out-title" }, t(words.has(`sign.why.${reason}`) ? `sign.why.${reason}` : "sign.why.session")),
    el("p", {}, t("sign.beside")),
    el("div", { className: "tools" },
      el("a", { className: "button strong", href: "/signin.html?beside=1", target: "_blank", rel: "noopener" }, t("sign.in")),
      el("button", { type: "button", onclick: () => box.close() }, t("sign.go-on"))));
  document.body.append(box);
  box.showModal();
}

/** False: the browser is on its way to another page. atWork: the page was open before the node was there. */
async function meet(atWork) {
  ({ required, who } = await api.signIn());
  if (required && !who && needsWho()) {
    askAgain(atWork ? "session" : "", atWork);
    if (!atWork)
      return false;
  }
  header.allow(opens);
  header.who(who, { required, out: async () => { await api.signOut(); location.assign("/signin.html"); } });
  if (who)
    fillIn();
  return true;
}

async function greet() {
  const [node, list] = await Promise.all([api.node(), api.words()]);
  self = node;
  offered = { ...offered, ...list };
  showSelf();
}

export async function watch() {
  try {
    const { ready, maintenance } = await api.ready();
    setLink(maintenance ? "maintained" : ready ? "ready" : "partly");
    if (!self && !maintenance) {
      await Promise.all([meet(true).catch(() => true), greet()]);
      hooks.met?.();
    }
  } catch {
    setLink("gone");
  }
}

async function speak(language, byHand) {
  await words.use(language, byHand);
  showSelf();
  header.who(who);
  setLink(link);
  await hooks.speak?.();
}

header.draw(services, rooms, () => speak(words.current(), false));

/** speak: the words have changed, draw again. met: the node answered for the first time, later than the start. back: it is there again.
    keys: what the page's own keys do (header.js). */
export async function start(given) {
  hooks = given;
  header.tell(hooks.keys ?? (() => []));
  at("language").addEventListener("change", () => speak(at("language").value, true));
  addEventListener("online", watch);
  addEventListener("offline", watch);
  api.whenSignedOut(reason => askAgain(reason));
  try {
    const [there] = await Promise.all([meet(false).catch(() => true), greet()]); // what is kept for the time without a node is known without it
    if (!there)
      return new Promise(() => {}); // the page is being left
  } catch (e) {
    setLink(e.reason === "maintenance" ? "maintained" : "gone");
  }
  const language = words.preferred(offered.languages);
  at("language").replaceChildren(...offered.languages.map(l => el("option", { value: l, lang: l }, words.language(l))));
  at("language").value = language;
  await speak(language, false);
}

/** From here on the header keeps itself up to date. */
export async function keepWatch() {
  await watch();
  setInterval(watch, 10_000);
  live.follow(["lane", "trust", "line"], watch);
}
