// What the pages of playbooks, capabilities and advisories share: which office looks, whom a record is for, who would get it.

import * as api from "./api.js";
import * as page from "./page.js";
import * as words from "./language.js";
import { during } from "./act.js";
import { at, code, el, SIGN } from "./dom.js";
import { problem } from "./problem.js";
import { tlp } from "./cyber-words.js";

const { t } = words;
const KEPT = "serai.office"; // for the tab
export const TLPS = ["clear", "green", "amber", "amber-strict"];

export const office = () => at("office").value.trim();

export function rememberOffice() {
  at("office").value = sessionStorage.getItem(KEPT) ?? "";
  at("office").addEventListener("change", () => sessionStorage.setItem(KEPT, office()));
}

/** Runs fn for a named office; what goes wrong is said in the reader's language where there are words for it. */
export async function doing(fn) {
  at("trouble").textContent = "";
  at("done").replaceChildren();
  if (!office()) {
    at("trouble").textContent = t("coop.trouble.office");
    at("office").focus();
    return;
  }
  try {
    await during(t("act.working"), () => fn());
  } catch (e) {
    const known = words.has(`coop.trouble.${e.reason}`) && e.detail; // what exactly, behind the words for it
    at("trouble").replaceChildren(...problem(e, "coop.trouble"), ...(known ? [" ", el("bdi", { lang: "en" }, [e.detail, e.hint].filter(Boolean).join(" "))] : []));
    at("trouble").scrollIntoView({ block: "nearest" });
  }
}

/** What was done, in whichever language is chosen later. */
export const done = (key, values) => at("done").replaceChildren(el("p", { className: "state good" }, `${SIGN.good} `, values ? t(key, values) : el("span", { "data-t": key }, t(key))));

export const badge = r => tlp(r.tlp.replace("-strict", "+strict"));
export const self = () => page.self?.member;
export const own = r => r.member === self();
/** Whom a record is for; `to` absent: all members. */
export const audience = r => r.to ? words.list(r.to.map(words.state)) : t("cyber.to.all");

export const table = (heads, rows) => el("div", { className: "scroll", tabIndex: 0, role: "region", "aria-label": heads.join(", ") }, el("table", { className: "cases" },
  el("thead", {}, el("tr", {}, heads.map(h => el("th", { scope: "col" }, h)))), el("tbody", {}, rows.map(r => el("tr", {}, r.map(c => el("td", {}, c)))))));
export const section = (title, ...content) => el("section", {}, el("h3", {}, title), ...content);
export const facts = rows => el("dl", { className: "known" }, rows.filter(Boolean).flatMap(([k, v]) => [el("dt", {}, k), el("dd", {}, v)]));
export const said = text => text ? el("p", { className: "said", dir: "auto" }, text) : null;
export const field = (key, input, whole) => el("label", { className: whole ? "whole" : "" }, el("span", {}, t(key)), input);
export const line = (id, props = {}) => el("input", { id, maxLength: 300, dir: "auto", spellcheck: false, ...props });
export const button = (key, onclick, props = {}) => el("button", { type: "button", onclick, ...props }, t(key));
export const select = (id, list, text, props = {}) => el("select", { id, ...props }, list.map(value => el("option", { value }, text(value))));
export const none = key => el("li", { className: "note" }, t(key));

/** From a field of day and time, in the zone of the reader, to the time of a record; empty stays empty. */
export const moment = value => value ? `${new Date(value).toISOString().slice(0, 19)}Z` : "";
export const local = date => new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);

/** The records that count for nothing, and why. */
export function drawRefused(list) {
  at("refused").replaceChildren(...list?.length ? [el("details", {}, el("summary", {}, t("coop.refused", { n: list.length })), table([t("cyber.from"), t("cyber.when"), t("cyber.why")],
    list.map(r => [r.member ? words.state(r.member) : "", r.at ? words.moment(r.at) : "", [r.says ?? "", " ", code(r.why ?? "")]])))] : []);
}

/** Marking and States, and the look ahead at who would get it. record() gives what would be said; say(record) says it. */
export function audienceForm(kind, name, record, say) {
  const level = select(`${name}-tlp`, TLPS, w => `TLP:${w.replace("-strict", "+strict").toUpperCase()}`);
  const states = el("div", { className: "tools" }), who = el("div", { "aria-live": "polite" });
  level.value = "green";
  const given = () => {
    const to = [...states.querySelectorAll("input:checked")].map(b => b.value).sort();
    return { ...record(), tlp: level.value, ...(to.length && { to }) };
  };
  const forget = () => who.replaceChildren(); // another choice has to be looked at again
  api.trust().then(got => states.replaceChildren(...got.members.map(m => m.state).filter(m => m !== self()).map(m =>
    el("label", {}, el("input", { type: "checkbox", value: m, onchange: forget }), words.state(m))))).catch(() => states.replaceChildren(el("p", { className: "note" }, t("coop.members.unknown"))));
  level.addEventListener("change", forget);
  const look = () => doing(async () => {
    const wanted = given();
    forget();
    const got = await api.cooperationPreview({ ...wanted, kind, office: office() });
    const heading = el("h3", { tabIndex: -1, id: `${name}-who` }, t("coop.who"));
    who.replaceChildren(el("div", { className: "who-gets" }, heading, tlp(got.tlp.replace("-strict", "+strict")),
      got.members.length ? el("ul", { className: "things" }, got.members.map(m => el("li", {}, words.state(m)))) : el("p", { className: "state warn" }, `${SIGN.warn} ${t("coop.who.none")}`),
      el("p", { className: "note" }, t("coop.who.article", { article: got.article })),
      el("div", { className: "tools" }, button("coop.say", () => doing(() => say({ ...wanted, office: office() })), { className: "strong", id: `${name}-say` }))));
    heading.focus();
  });
  const form = el("fieldset", {}, el("legend", {}, t("coop.to")), el("div", { className: "fields" }, field("cyber.marking", level)),
    el("div", { role: "group", "aria-label": t("coop.states") }, el("p", { className: "note" }, t("coop.states.note")), states),
    el("div", { className: "tools" }, button("coop.preview", look, { id: `${name}-preview` })), who);
  return { form, forget };
}
