// Persons of this node: added, changed, given a link that works once, a token for a program; what they sign in with; what happened.

import * as page from "./page.js";
import * as words from "./language.js";
import * as api from "./api.js";
import { at, code, el, empty } from "./dom.js";
import { problem } from "./problem.js";

const { t } = words;
const ROLES = ["lane", "roadside", "travel", "notices", "complaints", "cert", "operator", "auditor"];

let persons = null;
let open = null; // the id of the one that is being changed; "": a new one
let told = null; // a link or token, shown once

const button = (label, act, props = {}) => el("button", { type: "button", className: "small", onclick: act, ...props }, t(label));

async function attempt(act, done) {
  at("trouble").textContent = "";
  try {
    const got = await act();
    at("say").textContent = done ? t(done) : "";
    return got;
  } catch (e) {
    at("trouble").replaceChildren(...problem(e, "sign.why"));
    return null;
  }
}

async function fetchAll() {
  if (!page.required)
    return void at("persons").replaceChildren(empty(t("sign.off"), "sign-in = required"));
  persons = (await attempt(api.persons))?.persons ?? persons;
  draw();
}

async function drop(p, w) {
  if (await attempt(() => api.person("drop", { id: p.id, kind: w.kind, credential: w.credential }), "persons.dropped"))
    await fetchAll();
}

const way = (p, w) => el("li", {}, el("span", {}, t(`sign.way.${w.kind}`)), w.label ? [" · ", el("bdi", {}, w.label)] : null, " · ",
  w.over ? t("persons.over") : w.used ? t("persons.used", { moment: words.moment(w.used) }) : t("persons.unused"), w.ends && !w.over ? [" · ", t("sign.until", { moment: words.moment(w.ends) })] : null, " ",
  button("persons.drop", () => drop(p, w), { "aria-label": `${t("persons.drop")}: ${t(`sign.way.${w.kind}`)} ${w.label || w.credential.slice(0, 8)}` }));

async function link(p) {
  const got = await attempt(() => api.person("link", { id: p.id }));
  if (got)
    told = { id: p.id, text: `${location.origin}/signin.html#${got.link}`, key: "persons.link.told" };
  await fetchAll();
  at("told")?.focus();
}

async function remove(p) {
  if (await attempt(() => api.person("remove", { id: p.id }), "persons.removed"))
    await fetchAll();
}

function askRemove(p) {
  const box = el("dialog", { id: "ask-remove", "aria-labelledby": "ask-title", onclose: () => box.remove(), onkeydown: e => e.stopPropagation() },
    el("h2", { id: "ask-title" }, t("persons.remove.ask", { id: p.id })), el("p", {}, t("persons.remove.text")),
    el("div", { className: "tools" }, el("button", { type: "button", className: "strong", onclick: () => { box.close(); remove(p); } }, t("persons.remove")),
      el("button", { type: "button", autofocus: true, onclick: () => box.close() }, t("page.close"))));
  document.body.append(box);
  box.showModal();
}

const row = p => el("tr", {},
  el("th", { scope: "row" }, code(p.id)), el("td", {}, el("bdi", {}, p.name)), el("td", {}, p.roles.split(/[ ,]+/).map(r => t(`sign.role.${r}`)).join(" · ")),
  el("td", {}, p.office ? code(p.office) : "–"),
  el("td", {}, p.ways.length ? el("ul", { className: "ways-of" }, p.ways.map(w => way(p, w))) : t("persons.no-way")),
  el("td", {}, el("div", { className: "tools" }, button("persons.link", () => link(p)), button("persons.change", () => { open = p.id; draw(); at("person-name").focus(); }), button("persons.remove", () => askRemove(p)))));

const field = (key, id, value, props = {}) => el("label", {}, el("span", {}, t(key)), el("input", { id, value: value ?? "", spellcheck: false, maxLength: 64, autocomplete: "off", ...props }));

async function save(own) {
  const roles = ROLES.filter(r => at(`role-${r}`).checked);
  const request = { id: own?.id ?? at("person-id").value.trim(), name: at("person-name").value.trim(), roles: roles.join(" "), office: at("person-office").value.trim(), purposes: own?.purposes ?? "" };
  if (!request.id || !request.name || !roles.length) {
    at("trouble").textContent = t("persons.wanted");
    return void (!request.id ? at("person-id") : !request.name ? at("person-name") : at("role-lane")).focus();
  }
  if (await attempt(() => api.person("", request), "persons.saved")) {
    open = null;
    await fetchAll();
  }
}

function form() {
  if (open === null)
    return el("div", { className: "tools" }, el("button", { type: "button", id: "person-new", className: "strong", onclick: () => { open = ""; draw(); at("person-id").focus(); } }, t("persons.new")));
  const own = persons?.find(p => p.id === open);
  const has = own?.roles.split(/[ ,]+/) ?? [];
  return el("form", { className: "person", onsubmit: e => { e.preventDefault(); save(own); } },
    el("h2", {}, own ? t("persons.change.of", { id: own.id }) : t("persons.new")),
    el("div", { className: "fields" }, own ? null : field("persons.id", "person-id", "", { dir: "ltr" }), field("persons.name", "person-name", own?.name, { maxLength: 100 }), field("persons.office", "person-office", own?.office, { dir: "ltr" })),
    el("fieldset", {}, el("legend", {}, t("persons.roles")), ROLES.map(r => el("label", { className: "tick" }, el("input", { type: "checkbox", id: `role-${r}`, checked: has.includes(r) }), " ", t(`sign.role.${r}`)))),
    el("p", { className: "note" }, t("persons.note")),
    el("div", { className: "tools" }, el("button", { className: "strong", id: "person-save" }, t("persons.save")), button("page.close", () => { open = null; draw(); })));
}

function draw() {
  if (!page.required)
    return void fetchAll();
  const head = ["persons.id", "persons.name", "persons.roles", "persons.office", "persons.ways"];
  at("persons").replaceChildren(!persons ? "" : !persons.length ? empty(t("persons.none"), "serai person put --node FOLDER --name NAME --roles lane ID")
    : el("div", { className: "scroll", tabIndex: 0, role: "region", "aria-label": t("persons.title") }, el("table", { className: "persons" },
      el("thead", {}, el("tr", {}, head.map(k => el("th", { scope: "col" }, t(k))), el("td", {}))), el("tbody", {}, persons.map(row)))));
  if (told)
    at("persons").append(el("div", { className: "told", id: "told", tabIndex: -1 }, el("p", {}, t(told.key, { id: told.id })), code(told.text)));
  at("edit").replaceChildren(form());
}

async function drawLog() {
  if (!at("log-box").open || !page.required)
    return;
  const first = await attempt(() => api.personsLog(0));
  if (!first)
    return;
  const got = first.count > first.events.length ? await attempt(() => api.personsLog(first.count - 200)) ?? first : first;
  at("log").replaceChildren(el("p", { className: got.holds ? "state good" : "state bad" }, t(got.holds ? "persons.log.holds" : "persons.log.broken", { n: got.count })),
    el("ol", { className: "log", reversed: true }, [...got.events].reverse().map(e => el("li", {}, words.moment(e.at), " · ", e.person ? code(e.person) : t("persons.log.nobody"), " · ", t(`persons.event.${e.event}`), e.how ? [" · ", t(`sign.way.${e.how}`)] : null))));
}

at("log-box").addEventListener("toggle", drawLog);

await page.start({ speak: async () => { draw(); await drawLog(); } });
await fetchAll();
page.keepWatch();
