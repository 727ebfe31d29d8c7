// What is decided of a licence: one large word, then what to do, whose it is, what the issuing state says, and each category.

import * as words from "./language.js";
import { SIGN, at, code, el } from "./dom.js";
import { pictogram, vehicle } from "./roadside-pictograms.js";

const { t } = words;

const STATE = { recognised: "recognised", "recognised with restrictions": "restricted", refer: "refer", "not recognised": "not" };
const OF_OUTCOME = { recognised: "good", restricted: "good", refer: "warn", not: "bad" };
const SHAPE = { recognised: "#i-recognised", restricted: "#i-restricted", refer: "#i-refer", not: "#i-not", trouble: "#i-trouble", idle: "#i-ready", busy: "#i-ready" };
const RANK = ["recognised", "restricted", "refer", "not"];
const OF_RESULT = { genuine: "good", "well-formed": "none", valid: "good", forged: "bad", revoked: "bad", malformed: "bad", expired: "bad" };
const GOOD_WORDS = ["valid", "handed-over"]; // the second: in the holder's hands
const GENERAL = ["recognised", "restricted", "missing-fact"]; // said by the outcome, the codes and the controls

const panel = at("verdict");
let shownUrl = null; // of the portrait

export const stateOf = outcome => STATE[outcome] ?? "refer";

function show(state, word, line, ...parts) {
  panel.dataset.state = state;
  at("verdict-shape").setAttribute("href", SHAPE[state]);
  at("verdict-word").textContent = word;
  at("verdict-line").textContent = line;
  at("detail").replaceChildren(...parts.flat().filter(Boolean));
}

/** Lets go of the picture that was shown. */
export function forget() {
  if (shownUrl)
    URL.revokeObjectURL(shownUrl);
  shownUrl = null;
}

export function idle() {
  forget();
  show("idle", t("road.idle"), t("road.idle.line"));
}

export function busy() {
  forget();
  show("busy", t("busy.word"), "");
}

export function trouble(problem) {
  forget();
  const known = words.has(`road.trouble.${problem.reason}`) ? `road.trouble.${problem.reason}` : `trouble.${problem.reason}`;
  show("trouble", t("trouble.word"), words.or(known, problem.detail), el("p", {}, t("trouble.kept")));
}

const badge = (grade, ...text) => el("span", { className: `standing ${grade}` }, el("b", { "aria-hidden": "true" }, SIGN[grade]), " ", text);
const note = (...children) => el("p", { className: "note" }, children);
const part = (key, id, ...children) => el("section", { "aria-labelledby": id }, el("h3", { id }, t(key)), children);
const when = text => /T/.test(text) ? words.moment(text) : words.day(text);

/* Who answered, and how old what it rests on is. */

function answered(s) {
  const byPhone = s.by === "phone";
  const lines = [byPhone ? t(s.waiting ? "by.phone.waiting" : "by.phone") : t("by.node")];
  const pack = byPhone && s.pack ? t("by.pack", { ago: words.ago(s.pack.at), at: words.moment(s.pack.at) }) : null;
  const anchors = s.answer.trust?.as_of ? t("facts.anchors", { ago: words.ago(s.answer.trust.as_of), at: words.moment(s.answer.trust.as_of) }) : null;
  const unchecked = s.answer.not_checked ?? [];
  return el("div", { className: `by ${byPhone ? "warn" : "good"}`, id: "answered" },
    el("p", {}, badge(byPhone ? "warn" : "good", lines[0])),
    pack || anchors ? note(pack ?? anchors) : null,
    unchecked.length ? el("p", { className: "unchecked" }, el("b", {}, t("by.unchecked")), " ", unchecked.map(w => words.word("unchecked", w)).join(" · ")) : null);
}

const STRENGTH = { signed: "good", "signed, device not proved": "warn", card: "warn", typed: "warn" };

function strength(word) {
  const grade = STRENGTH[word] ?? "warn";
  const key = `strength.${word.replace(/[, ]+/g, "-")}`;
  return el("p", { className: `strength ${grade}` }, badge(grade, words.or(key, word)));
}

/* The licence, for the officer's eyes. */

function portrait(picture, proved) {
  if (!picture)
    return null;
  if (picture.format !== "jpeg")
    return note(t("portrait.format"));
  shownUrl = URL.createObjectURL(new Blob([Uint8Array.from(atob(picture.base64), c => c.charCodeAt(0))], { type: "image/jpeg" }));
  const image = el("img", { src: shownUrl, alt: t("portrait.licence") });
  const figure = el("figure", { className: "portrait" }, image, el("figcaption", {}, t(proved ? "portrait.signed" : "portrait.unsigned")));
  image.addEventListener("error", () => figure.replaceChildren(note(t("portrait.unread"))));
  return figure;
}

function licence(l, a) {
  if (!l)
    return null;
  const pair = (key, value) => value ? el("div", {}, el("dt", {}, t(key)), el("dd", {}, value)) : null;
  const over = l.expiry && l.expiry < a.at.slice(0, 10);
  const proved = a.evidence.some(e => e.result === "genuine");
  const name = [l.family_name, l.given_name].filter(Boolean).join(", ");
  return part("licence.title", "licence-title", el("div", { className: "bearer" }, portrait(l.portrait, proved),
    el("div", { className: "holder" }, name ? el("strong", {}, el("bdi", {}, name)) : null,
      el("dl", { className: "pairs" }, pair("typed.issuer", l.issuer ? [words.state(l.issuer), " ", el("span", { className: "note" }, code(l.issuer))] : null),
        pair("typed.number", l.number ? code(l.number) : null), pair("typed.birth", l.birth ? words.day(l.birth) : null),
        pair("typed.issued", l.issued ? words.day(l.issued) : null),
        pair("typed.expiry", l.expiry ? [over ? el("b", { className: "standing bad" }, `${SIGN.bad} `) : null, words.day(l.expiry)] : null),
        pair("licence.authority", l.authority ? el("bdi", {}, l.authority) : null)))), strength(a.strength));
}

/* What the issuing state says. */

export const statusGrade = s => s.state === "answered" ? GOOD_WORDS.includes(s.word) ? "good" : "bad" : "warn";

function status(s, ask) {
  const answered = s.state === "answered", grade = statusGrade(s);
  const word = answered ? words.word("status", s.word) : t(`state.${s.state.replace(/ /g, "-")}`);
  const again = el("button", { type: "button", className: "small" }, t(s.state === "not asked" ? "state.ask" : "state.again"));
  again.addEventListener("click", ask);
  return part("status.title", "status-title", el("div", { className: `home ${grade}` },
    el("p", { className: "loud" }, badge(grade, word)),
    s.reason ? el("p", {}, words.word("status-reason", s.reason)) : null,
    s.since || s.until ? el("p", {}, s.since ? t("status.since", { at: when(s.since) }) : "", s.since && s.until ? " · " : "", s.until ? t("status.until", { at: when(s.until) }) : "") : null,
    (s.categories ?? []).filter(c => c.entitled === false).map(c => el("p", { className: "standing bad" }, `${SIGN.bad} `, t("status.category", { category: c.category }))),
    s.from || s.as_of ? note(s.from ? t(answered ? "status.from" : "status.asked", { who: /^[A-Z]{2}$/.test(s.from) ? words.state(s.from) : s.from }) : "",
      s.from && s.as_of ? " · " : "", s.as_of ? t("status.as-of", { at: when(s.as_of) }) : "") : null,
    s.reference ? note(`${t("status.reference")} `, code(s.reference)) : null,
    answered || !ask ? null : again));
}

/* Each category. */

/** A restriction in words: its own, else that of the group it belongs to, else that nobody here knows it. */
function restriction(c) {
  const own = `code.${c.code}`, group = `code.${c.code.split(".")[0]}`;
  const value = c.value ? ` ${{ "<=": "≤", ">=": "≥" }[c.sign] ?? c.sign ?? ""} ${c.value}` : "";
  const text = c.known === false ? t("code.unknown") : words.or(own, c.meaning ? c.meaning : words.or(group, t("code.unnamed")));
  return el("li", { className: c.known === false ? "warn" : "" }, el("span", { className: "badge" }, code(c.code)), text, value ? code(value) : null);
}

const reasonText = r => words.or(`reason.${r.code}`, r.said ?? r.text);

/** Reasons that all categories share are said once. */
function shared(list) {
  const of = c => c.reasons.filter(r => !GENERAL.includes(r.code)).map(r => r.code);
  return list.length < 2 ? [] : [...new Set(of(list[0]))].filter(r => list.every(c => of(c).includes(r)));
}

function category(c, common) {
  const state = stateOf(c.outcome), grade = OF_OUTCOME[state];
  const letters = c.vienna ?? c.category, name = vehicle(letters);
  const reasons = [...new Map(c.reasons.filter(r => !GENERAL.includes(r.code) && !common.includes(r.code)).map(r => [r.code, r])).values()];
  return el("li", { className: `category ${state}` }, pictogram(letters),
    el("div", { className: "what" },
      el("p", { className: "letters" }, el("b", {}, code(c.category)), c.vienna && c.vienna !== c.category ? [" ", el("span", { className: "note" }, t("category.stands", { letters: c.vienna }))] : null,
        el("span", { className: "note" }, name ? ` ${t(name)}` : ` ${t("vehicle.unknown")}`)),
      el("p", {}, badge(grade, t(`outcome.${state}`)), c.until ? ` ${t("category.until", { at: words.day(c.until) })}` : ""),
      c.codes?.length ? el("ul", { className: "codes" }, c.codes.map(restriction)) : null,
      reasons.map(r => el("p", { className: "why" }, reasonText(r))),
      (c.findings ?? []).filter(f => words.has(`licence.${f}`)).map(f => note(t(`licence.${f}`))),
      c.article ? note(t("reason.article", { article: c.article }), c.title ? [" · ", el("bdi", {}, c.title)] : null) : null));
}

function categories(list, articles) {
  if (!list.length)
    return null;
  const sorted = [...list].sort((a, b) => RANK.indexOf(stateOf(a.outcome)) - RANK.indexOf(stateOf(b.outcome)));
  const common = shared(list);
  const wording = [...new Set(list.map(c => c.article).filter(Boolean))].map(n => articles.get(n)).filter(w => w?.text);
  return part("category.title", "category-title", common.map(r => el("p", { className: "why" }, reasonText(list[0].reasons.find(x => x.code === r)))),
    el("ul", { className: "categories" }, sorted.map(c => category(c, common))),
    wording.map(w => el("details", {}, el("summary", {}, t("category.wording", { article: w.article })), el("blockquote", {}, el("bdi", { lang: w.language }, w.text)))));
}

/* The evidence. */

function evidence(list) {
  if (!list.length)
    return null;
  return part("evidence.label", "evidence-title", el("ul", { className: "chips" }, list.map(e => {
    const grade = OF_RESULT[e.result] ?? "warn";
    return el("li", { className: grade }, `${words.word("kind", e.kind)}: `, el("b", {}, `${SIGN[grade]} ${words.word("result", e.result)}`),
      e.reason && e.reason !== e.result ? el("span", { className: "note" }, " ", words.or(`reason.${e.reason}`, code(e.reason))) : null);
  })));
}

function findings(list) {
  const known = (list ?? []).map(f => typeof f === "string" ? { reason: f } : f);
  if (!known.length)
    return null;
  return el("details", {}, el("summary", {}, t("chip.noticed", { n: known.length })), el("ul", { className: "noticed" }, known.map(f =>
    el("li", {}, words.or(`licence.${f.reason}`, words.or(`finding.${f.reason}`, f.said ?? el("bdi", { lang: "en" }, f.detail ?? f.reason))),
      words.has(`licence.do.${f.reason}`) || f.do ? el("p", { className: "note" }, words.or(`licence.do.${f.reason}`, f.do)) : null))));
}

/* What to do next. */

const missingOf = a => [...new Set(a.categories.flatMap(c => c.missing))];

/** Words on what is wrong, each with what to do about it. */
function advice(s) {
  const a = s.answer, said = [];
  const results = a.evidence.map(e => e.result);
  if (results.includes("forged"))
    said.push("todo.forged");
  if (results.includes("revoked") || a.token?.answer === "revoked")
    said.push("todo.revoked");
  if (results.includes("no-anchor"))
    said.push("todo.no-anchor");
  if (results.includes("malformed"))
    said.push("todo.malformed");
  if (a.status.state === "answered" && !GOOD_WORDS.includes(a.status.word))
    said.push("todo.status");
  if (["open", "late", "unreachable"].includes(a.status.state))
    said.push("todo.late");
  if (a.status.state === "unknown")
    said.push("todo.unknown");
  if (a.strength === "signed, device not proved")
    said.push("todo.device");
  if (a.strength === "card" || a.strength === "typed")
    said.push("todo.weak");
  if (a.categories.some(c => (c.codes ?? []).some(x => x.known === false)))
    said.push("todo.code");
  if (a.categories.some(c => c.reasons.some(r => r.code === "residence-term")))
    said.push("todo.exchange");
  return said;
}

/** tools: { controls(facts): elements, again(), ask(), note(), receipt } */
function next(s, tools) {
  const said = advice(s), missing = missingOf(s.answer);
  if (said.includes("todo.weak") && !missing.includes("licence.examined"))
    missing.unshift("licence.examined"); // of a card or what is typed, an officer's examination is what counts
  const own = tools.controls(missing), status = missing.includes("licence.status");
  const rest = missing.filter(f => f !== "licence.status" && !tools.supplied(f));
  const again = el("button", { type: "button", className: "strong", id: "again" }, t("next.again"));
  again.addEventListener("click", tools.again);
  const line = s.by === "phone" && !s.waiting ? el("button", { type: "button", id: "ask-node" }, t("next.node")) : null;
  line?.addEventListener("click", tools.again);
  const offence = el("button", { type: "button", id: "to-offence" }, t("next.offence"));
  offence.addEventListener("click", tools.note);
  const parts = [said.length ? el("ul", { className: "todo" }, said.map(k => el("li", {}, t(k)))) : null,
    status && !said.includes("todo.late") && !said.includes("todo.unknown") ? el("p", {}, t(s.by === "phone" ? "todo.ask-later" : "todo.ask")) : null,
    rest.length ? el("p", {}, `${t("missing.label")}: `, rest.map(f => words.word("fact", f)).join(" · ")) : null,
    own.length ? el("div", { className: "known", id: "supply" }, el("p", {}, t("next.supply")), own, again) : null].filter(Boolean);
  return part("next.title", "next-title", parts.length ? parts : note(t(stateOf(s.answer.outcome) === "not" ? "next.not" : "next.none")),
    el("div", { className: "tools" }, line, offence));
}

function receipt(a) {
  return a.receipt ? el("details", {}, el("summary", {}, t("receipt.label")), el("pre", { tabIndex: 0, translate: false }, a.receipt)) : null;
}

function lineOf(a) {
  const state = stateOf(a.outcome);
  if (a.status.state === "answered" && !GOOD_WORDS.includes(a.status.word))
    return t("road.at-home", { word: words.word("status", a.status.word) });
  return t(`road.line.${state}`);
}

/**
 * s: { answer (schema LicenceAnswer), by: "node" | "phone", waiting: the node may still answer, pack }; articles: number -> wording;
 * tools as for next().
 */
export function answer(s, articles, tools) {
  const a = s.answer;
  forget();
  show(stateOf(a.outcome), t(`road.${stateOf(a.outcome)}`), lineOf(a), answered(s), next(s, tools), licence(a.licence, a),
    a.status ? status(a.status, s.by === "node" ? tools.ask : null) : null, categories(a.categories, articles), evidence(a.evidence), findings(a.findings), receipt(a),
    el("p", { className: "facts" }, a.agreement ? el("span", {}, el("bdi", {}, a.agreement.title), ` · ${t("facts.agreement", { version: a.agreement.version })}`) : null,
      el("span", {}, `${t("offence.reference")} `, code(a.id)), el("span", {}, words.moment(a.at))));
}

/** Neither the node nor this phone can say anything: that is a referral, with the reason and what helps. */
export function unable(s, tools) {
  forget();
  const known = `unable.${s.cannot}`;
  const again = el("button", { type: "button", className: "strong", id: "ask-node" }, t("next.node"));
  again.addEventListener("click", tools.again);
  const offence = el("button", { type: "button", id: "to-offence" }, t("next.offence"));
  offence.addEventListener("click", tools.note);
  show("refer", t("road.refer"), t("road.line.refer"),
    el("div", { className: "by warn", id: "answered" }, el("p", {}, badge("warn", t("by.nobody"))), el("p", {}, words.or(known, t("unable.internal"))),
      s.pack ? note(t("by.pack", { ago: words.ago(s.pack.at), at: words.moment(s.pack.at) })) : null),
    part("next.title", "next-title", el("ul", { className: "todo" }, el("li", {}, t("todo.weak")), el("li", {}, t("todo.ask-later"))),
      el("div", { className: "tools" }, again, offence)));
}

/** What the live region says. */
export function spoken(s) {
  if (!s.answer)
    return `${t("road.refer")}. ${t("by.nobody")}`;
  return `${t(`road.${stateOf(s.answer.outcome)}`)}. ${lineOf(s.answer)} ${t(s.by === "phone" ? "by.phone" : "by.node")}`;
}
