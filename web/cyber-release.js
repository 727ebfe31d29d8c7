// Releasing: choose objects, look who would see what and what is refused, release exactly that; what was done so far; recall.

import * as page from "./page.js";
import * as words from "./language.js";
import * as api from "./api.js";
import { at, code, el, SIGN, empty } from "./dom.js";
import { drawRuleForm } from "./cyber-rule.js";
import { asked, audience, choices, doing, drawFilter, item, officer, rememberOfficer, tlp, where } from "./cyber-words.js";

const { t } = words;
let got = null;     // the last answer of the store
let objects = [];
let preview = null; // { request, answer }: only what was looked at is released
let acts = null;
let rules = null;
const chosen = new Set(new URLSearchParams(location.search).getAll("id"));
const to = new Set();

// ---- choosing ----

function box(o) {
  const b = el("input", { type: "checkbox", checked: chosen.has(o.id), "aria-label": `${t("cyber.choose.one")} ${o.name || o.id}`, disabled: o.revoked });
  b.addEventListener("change", () => {
    b.checked ? chosen.add(o.id) : chosen.delete(o.id);
    changed();
  });
  return b;
}

function changed() {
  preview = null;
  drawPreview();
  at("chosen").textContent = t("cyber.chosen", { n: chosen.size });
}

function drawMembers() {
  const one = (value, text) => {
    const b = el("input", { type: "checkbox", checked: to.has(value), disabled: value !== "all" && to.has("all"), value });
    b.addEventListener("change", () => {
      b.checked ? to.add(value) : to.delete(value);
      drawMembers();
      changed();
      document.querySelector(`#members input[value=${value}]`).focus();
    });
    return el("label", {}, b, el("span", {}, text));
  };
  at("members").setAttribute("aria-label", t("cyber.members"));
  at("members").replaceChildren(...(got ? [one("all", t("cyber.to.all")), ...got.members.map(m => one(m, words.state(m)))] : [empty(t("cyber.begin"))]));
  choices("group", ["", ...(got?.groups ?? []).map(g => g.name)], v => v ? `${v} (${words.list(got.groups.find(g => g.name === v).members.map(words.state))})` : t("cyber.group.none"));
}

function draw() {
  drawFilter();
  at("list").replaceChildren(...(!got ? [empty(t("cyber.begin"))] : objects.length ? [el("ul", { className: "items" }, objects.map(o => item(o, box(o))))]
    : [el("p", { className: "note" }, t("cyber.none"))]));
  at("more").hidden = !got?.next;
  at("chosen").textContent = t("cyber.chosen", { n: chosen.size });
  drawMembers();
  drawPreview();
  drawRules();
  drawActs();
}

const wouldGo = a => [el("p", { className: "days" }, t("cyber.goes", { n: a.goes, of: words.number(a.objects) })), whoSees(a), ...refusals(a)];

async function laid(rule) {
  rules = (await api.cyberRules()).rules;
  at("new-rule").open = false;
  drawRules();
  at("done").replaceChildren(el("p", { className: "state good" }, `${SIGN.good} ${t("cyber.rule.laid")} `, code(rule.id)));
  document.querySelector(`#${rule.id} button`).focus();
}

/** Drawn when it is opened: what is written in it stays until then. */
function drawRule() {
  if (at("new-rule").open)
    drawRuleForm(at("rule-form"), got?.members ?? [], got?.groups ?? [], wouldGo, laid);
}

async function look(on) {
  await doing(async () => {
    const answer = await api.cyberObjects(asked(on && got?.next));
    const known = new Set(on ? objects.map(o => o.id) : []);
    objects = [...(on ? objects : []), ...answer.objects.filter(o => !known.has(o.id))];
    got = answer;
    acts = (await api.cyberReleases()).acts;
    rules = (await api.cyberRules()).rules;
    draw();
  });
}

// ---- looking ahead ----

function request() {
  const embargo = at("embargo").value;
  return { officer: officer(), ids: [...chosen], ...(to.has("all") ? { to: "all" } : to.size ? { to: [...to] } : {}), ...(at("group").value && { group: at("group").value }),
    ...(at("reason").value.trim() && { reason: at("reason").value.trim() }), ...(at("exercise").checked && { exercise: true }),
    ...(embargo && { embargo: new Date(embargo).toISOString().replace(/\.\d+Z$/, "Z") }) };
}

async function ask(e) {
  e.preventDefault();
  await doing(async () => {
    changed();
    at("done").replaceChildren();
    if (!chosen.size)
      throw { reason: "chosen" };
    const r = request();
    if (!r.to && !r.group)
      throw { reason: "to" };
    preview = { request: r, answer: await api.cyberAct("preview", r) };
    drawPreview();
    at("preview-title").focus();
  });
}

const readerName = r => words.word("cyber.reader", r.replaceAll(" ", "-"));
const why = r => words.or(`cyber.not.${r.reason}`, r.say);
const nameOf = id => objects.find(o => o.id === id)?.name || id;

function whoSees(a) {
  const readers = Object.keys(a.members[0]?.readers ?? {});
  return el("div", { className: "scroll", tabIndex: 0, role: "region", "aria-label": t("cyber.preview") }, el("table", { className: "cases" },
    el("thead", {}, el("tr", {}, [t("cyber.member"), t("cyber.gets"), ...readers.map(readerName), t("cyber.refuses")].map(h => el("th", { scope: "col" }, h)))),
    el("tbody", {}, a.members.map(m => el("tr", {}, el("th", { scope: "row" }, words.state(m.member)), el("td", {}, words.number(m.sees)),
      readers.map(r => el("td", {}, words.number(m.readers[r]))), el("td", { className: m.refused ? "late" : "" }, words.number(m.refused)))))));
}

/** Members that were ticked and are not of the trust group: they get nothing. */
function outside(a) {
  const left = (Array.isArray(preview.request.to) ? preview.request.to : []).filter(m => !a.members.some(x => x.member === m));
  return left.length ? [el("p", { className: "state warn" }, `${SIGN.warn} ${t("cyber.outside", { who: words.list(left.map(words.state)) })}`)] : [];
}

const refusals = a => a.refusals.length ? [el("h3", {}, t("cyber.refusals")), el("ul", { className: "things" }, a.refusals.map(r =>
  el("li", {}, el("a", { href: where(r.object) }, el("bdi", {}, nameOf(r.object))), r.member ? ` → ${words.state(r.member)}` : "", `: ${why(r)} `, t("cyber.by-article", { article: r.article ?? a.article }))))] : [];

const doubtWhy = r => words.word("cyber.doubt", r);

/** What speaks against giving an indicator to others: it goes when a person confirms each by name. */
function doubts(a) {
  if (!a.doubts?.length)
    return [];
  return [el("fieldset", {}, el("legend", {}, t("cyber.doubts")), el("p", { className: "note" }, t("cyber.doubts.lead")), a.doubts.map(d =>
    el("label", {}, el("input", { type: "checkbox", className: "confirm", value: d.object }),
      el("span", {}, el("bdi", {}, nameOf(d.object)), `: ${words.list(d.doubts.map(doubtWhy))}`))))];
}

const confirmed = () => [...document.querySelectorAll("#preview .confirm:checked")].map(b => b.value);

function drawPreview() {
  at("preview").hidden = !preview;
  if (!preview)
    return at("preview").replaceChildren();
  const a = preview.answer;
  at("preview").replaceChildren(el("h2", { id: "preview-title", tabIndex: -1 }, t("cyber.preview.title")),
    el("p", { className: "days" }, t("cyber.goes", { n: a.goes, of: words.number(a.objects) })),
    el("p", { className: "tools" }, Object.entries(a.markings).filter(([, n]) => n).map(([m, n]) => el("span", {}, tlp(m.replace("amber-strict", "amber+strict")), ` × ${words.number(n)}`))),
    a.granular ? el("p", { className: "state warn" }, `${SIGN.warn} ${t("cyber.granular", { n: a.granular })}`) : "",
    whoSees(a), ...outside(a), ...refusals(a), el("p", { className: "note" }, t("cyber.under", { article: a.article, date: words.day(a.date), version: words.number(a.version) })),
    ...doubts(a), el("div", { className: "tools" }, el("button", { type: "button", id: "release", className: "strong", disabled: !a.goes, onclick: release }, t("cyber.release.now", { n: a.goes }))));
}

async function release() {
  await doing(async () => {
    const named = confirmed();
    const done = await api.cyberAct("release", { ...preview.request, ...(named.length && { confirm: named }) });
    chosen.clear();
    acts = (await api.cyberReleases()).acts;
    preview = null;
    draw();
    at("done").replaceChildren(el("p", { className: "state good", id: "released", tabIndex: -1 }, `${SIGN.good} ${t("cyber.released", { n: done.released })} `, code(done.id)),
      ...(done.complete ? [] : [el("p", { className: "state bad" }, `${SIGN.bad} ${t("cyber.incomplete")}`)]));
    at("released").focus();
  });
}

// ---- what goes by itself ----

async function stepRule(step, which) {
  await doing(async () => {
    rules = (await api.cyberAct("rule", { officer: officer(), step, ...which })).rules;
    acts = (await api.cyberReleases()).acts;
    draw();
  });
}

function ruleItem(r) {
  const w = r.rule, steps = [...(["waiting", "suspended"].includes(r.state) ? ["confirm"] : []), ...(r.state === "suspended" ? [] : ["suspend"]), "remove"];
  return el("li", { id: r.id }, el("p", {}, t("cyber.rule.line", { to: w.group ?? (w.to === "all" ? t("cyber.to.all") : words.list(w.to.map(words.state))),
    what: words.list([...(w.types ?? []), ...(w.labels ?? [])]), most: w.most, until: r.until ? words.day(r.until.slice(0, 10)) : SIGN.none, article: w.article })),
    el("p", { className: r.state === "active" ? "state good" : "state warn" }, t(`cyber.rule.${r.state}`), r.dry ? `, ${t("cyber.rule.dry")} ` : " ", code(r.officer), r.confirmed_by ? code(r.confirmed_by) : ""),
    r.review ? el("p", { className: r.review_due ? "state warn" : "note" }, t("cyber.rule.review", { date: words.day(r.review.slice(0, 10)) })) : "",
    el("div", { className: "tools" }, steps.map(s => el("button", { type: "button", className: "small", onclick: () => stepRule(s, { id: r.id }) }, t(`cyber.rule.${s}`)))));
}

function drawRules() {
  at("rules").replaceChildren(...(!rules?.length ? [empty(t(rules ? "cyber.rules.none" : "cyber.begin"), rules ? "serai cyber rule --help" : null)] : [el("ul", { className: "things" }, rules.map(ruleItem)),
    ...(rules.some(r => r.state !== "suspended") ? [el("button", { type: "button", onclick: () => stepRule("suspend", { all: true }) }, t("cyber.rule.all"))] : [])]));
}

// ---- what was done ----

function recallOf(a) {
  const ids = a.record.ids ?? [];
  if (a.act !== "release" || !ids.length || ids.length !== a.record.released)
    return null;
  const reason = el("input", { maxLength: 300, dir: "auto", "aria-label": t("cyber.recall.reason") });
  return el("details", {}, el("summary", {}, t("cyber.recall")), el("label", {}, el("span", {}, t("cyber.recall.reason")), reason),
    el("button", { type: "button", className: "small", onclick: () => recall(ids, reason.value.trim()) }, t("cyber.recall.all", { n: ids.length })));
}

async function recall(ids, reason) {
  await doing(async () => {
    if (!reason)
      throw { reason: "why" };
    const done = await api.cyberAct("recall", { officer: officer(), reason, ids });
    at("done").replaceChildren(el("p", { className: "state good" }, `${SIGN.good} ${t("cyber.recalled", { n: done.recalled })}`));
    await look(false);
  });
}

function actRow(a) {
  const n = a.record.released ?? a.record.recalled ?? a.record.ids?.length ?? null;
  return el("tr", {}, el("td", {}, words.moment(a.at)), el("td", {}, t(`cyber.act.${a.act}`), a.record.reason ? el("p", { className: "note" }, el("bdi", {}, a.record.reason)) : null), el("td", {}, code(a.who)),
    el("td", {}, audience(a.audience)), el("td", {}, n === null ? SIGN.none : words.number(n)), el("td", {}, code(a.article)), el("td", {}, recallOf(a)));
}

function drawActs() {
  at("acts").replaceChildren(...(acts?.length ? acts.map(actRow) : [el("tr", {}, el("td", { colSpan: 7 }, t(acts ? "cyber.acts.none" : "cyber.begin")))]));
}

at("filter").addEventListener("submit", e => {
  e.preventDefault();
  look(false);
});
at("more").addEventListener("click", () => look(true));
at("none").addEventListener("click", () => {
  chosen.clear();
  draw();
  changed();
});
at("to").addEventListener("submit", ask);
at("new-rule").addEventListener("toggle", drawRule);
for (const id of ["group", "embargo", "exercise", "reason"])
  at(id).addEventListener("change", changed);
rememberOfficer();
await page.start({ speak: () => {
  draw();
  drawRule();
} });
draw();
if (officer())
  await look(false);
await page.keepWatch();
