// One verdict, loud; what it rests on, quiet underneath.

import * as words from "./language.js";
import { SIGN, code, el } from "./dom.js";
import { chip, forget, portrait } from "./chip.js";
import { decided } from "./decided.js";

const { t } = words;
const SHAPE = { admit: "#i-admit", refer: "#i-refer", trouble: "#i-trouble", idle: "#i-ready", busy: "#i-ready" };

const KEPT = "requirement-kept";

const panel = document.getElementById("verdict");
const detail = document.getElementById("detail");

function show(state, word, line, ...parts) {
  if (state !== "admit" && state !== "refer")
    forget();
  panel.dataset.state = state;
  document.getElementById("verdict-shape").setAttribute("href", SHAPE[state]);
  document.getElementById("verdict-word").textContent = word;
  document.getElementById("verdict-line").textContent = line;
  detail.replaceChildren(...parts.filter(Boolean));
}

export const idle = () => show("idle", t("idle.word"), t("idle.line"));
export const busy = () => show("busy", t("busy.word"), "");

/**
 * kept: what became of the check: "kept" on this device, "full", "unsafe", or null when the node refused it; pass: called when the officer
 * lets the traveller pass without an answer, null when that is not offered; passed: that was done, and kept like the check.
 */
export function trouble(problem, { kept = null, pass = null, passed = null } = {}) {
  const known = words.has(`trouble.${problem.reason}`);
  const button = pass && el("button", { type: "button", id: "officer-pass" }, t("late.pass"));
  button?.addEventListener("click", pass);
  const said = { kept: "late.kept", full: "late.full", unsafe: "late.unsafe" };
  show("trouble", t("trouble.word"), known ? t(`trouble.${problem.reason}`) : problem.detail,
    !known && problem.hint ? el("p", {}, el("bdi", { lang: "en" }, problem.hint)) : null,
    kept ? el("p", { id: "late-verifies" }, t("late.unverified")) : null,
    el("p", { id: "late-said" }, t(passed === "kept" ? "late.passed" : said[passed] ?? said[kept] ?? "trouble.kept")),
    kept && !passed ? el("p", {}, t("trouble.kept")) : null,
    button ? el("div", { className: "officer" }, el("span", {}, t("officer.label")), button) : null);
}

function who(traveller, picture) {
  if (!traveller?.name)
    return picture;
  const part = (key, value) => value ? el("span", {}, `${t(key)} `, code(value)) : null;
  return el("div", { className: "bearer" }, picture, el("div", { className: "who" }, el("strong", {}, el("bdi", { dir: "ltr" }, traveller.name)),
    part("who.nationality", traveller.nationality), part("who.number", traveller.number), part("who.birth", traveller.birth),
    part("who.sex", traveller.sex), part("who.expiry", traveller.expiry)));
}

function figures(stay) {
  if (!stay)
    return null;
  const pair = (key, value) => el("div", {}, el("dt", {}, t(key)), el("dd", {}, value));
  return el("dl", { className: "figures" }, pair("stay.left", words.number(stay.left)),
    stay.last_day ? pair("stay.last", words.day(stay.last_day)) : null, pair("stay.used", words.number(stay.used)));
}

/** What a reason turned on, in the reader's words. */
function turned(list) {
  const names = [...new Set(list.map(f => words.word("fact", f)))];
  return el("p", { className: "note" }, `${t("reason.turned")} ${names.join(" · ")}`);
}

/** The English sentence with the words of facts instead of their names in the agreement. */
const inWords = r => [...r.facts].sort((a, b) => b.length - a.length).reduce((said, f) =>
  words.current() === "en" && words.has(`fact.${f}`) ? said.replaceAll(f, `“${words.word("fact", f)}”`) : said, r.text ?? "");

/** The English sentence says most; readers of other languages get theirs, and wording of the article for all. */
function reason(r, articles) {
  const own = words.has(`reason.${r.code}`) && (words.current() !== "en" || !r.article);
  const wording = articles.get(r.article);
  return el("li", { className: r.for },
    el("p", { className: "text" },
      r.article ? el("span", { className: "badge" }, t("reason.article", { article: r.article })) : null,
      r.evidence !== null ? el("span", { className: "badge" }, t("reason.evidence", { n: r.evidence + 1 })) : null,
      own ? t(`reason.${r.code}`) : el("bdi", { lang: "en" }, inWords(r))),
    !own ? null : words.current() !== "en" && r.facts.length ? turned(r.facts)
      : el("p", { className: "note" }, el("bdi", { lang: "en" }, r.text)),
    /[\s\d]/.test(r.clause ?? "") ? el("p", { className: "note" }, code(r.clause)) : null,
    ((r.text ?? "").match(/\bH-[A-Z2-9]{16}\b/g) ?? []).map(id => el("p", { className: "note" }, el("a", { href: `/hits.html#${id}`, target: "_blank" }, t("hit.title"), " ", code(id)))),
    wording?.text ? el("blockquote", {}, wording.title ? el("b", {}, el("bdi", { lang: wording.language }, wording.title), " · ") : null, el("bdi", { lang: wording.language }, wording.text)) : null);
}

/** Requirements that are kept need no reading: one chip each. */
function kept(list, articles) {
  if (!list.length)
    return null;
  return el("div", {}, el("h3", {}, t("kept.label")), el("ul", { className: "chips" }, list.map(r => {
    const title = articles.get(r.article);
    return el("li", { className: "kept" }, `✓ ${t("reason.article", { article: r.article })}`,
      title?.title ? [" · ", el("bdi", { lang: title.language }, title.title)] : null);
  })));
}

function missing(list) {
  if (!list.length)
    return null;
  return el("div", {}, el("h3", {}, t("missing.label")), el("ul", { className: "chips" },
    list.map(f => el("li", { className: "warn" }, el("b", {}, words.word("fact", f))))));
}

const GRADE = { genuine: "good", "well-formed": "good", forged: "bad", revoked: "bad", malformed: "bad" };

function presented(list) {
  if (!list.length)
    return null;
  return el("div", {}, el("h3", {}, t("evidence.label")), el("ul", { className: "chips" }, list.map(e => {
    const grade = GRADE[e.result] ?? "warn";
    return el("li", { className: grade }, `${words.word("kind", e.kind)}: `, el("b", {}, `${SIGN[grade]} ${words.word("result", e.result)}`));
  })));
}

function receipt(text, id) {
  const copied = el("span", { className: "note", role: "status" });
  const copy = el("button", { type: "button", className: "small", id: "receipt-copy" }, t("receipt.copy"));
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text);
      copied.textContent = t("receipt.copied");
    } catch {
      copied.textContent = t("receipt.uncopied");
    }
  });
  const save = el("button", { type: "button", className: "small" }, t("receipt.save"));
  save.addEventListener("click", () => {
    const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
    el("a", { href: url, download: `receipt-${id}.txt` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  });
  return el("details", {}, el("summary", {}, t("receipt.label")), el("pre", { tabIndex: 0, translate: false }, text),
    el("div", { className: "tools" }, copy, save, copied),
    el("p", {}, el("a", { href: `/receipt.html#${encodeURIComponent(text)}`, target: "_blank", rel: "noopener" }, t("receipt.give"))));
}

function facts(a) {
  const ms = a.took_us / 1000;
  const took = ms < 10 ? Math.round(ms * 10) / 10 : Math.round(ms);
  return el("p", { className: "facts" },
    el("span", {}, a.repeated ? t("facts.repeated") : t("facts.recorded")),
    el("span", {}, t("facts.took", { ms: took })),
    el("span", {}, a.age.anchors ? t("facts.anchors", { ago: words.ago(a.age.anchors), at: words.moment(a.age.anchors) }) : t("facts.noanchors")),
    a.age.agreement !== null ? el("span", {}, t("facts.agreement", { version: a.age.agreement })) : null,
    el("span", {}, words.moment(a.at)));
}

/** The officer decides after a referral; a machine never does. */
function decision(a, admit) {
  if (a.verdict !== "refer" || a.officer_admits || !admit)
    return null;
  const button = el("button", { type: "button", id: "officer-admit" }, t("officer.admit"));
  button.addEventListener("click", admit);
  return el("div", { className: "officer" }, el("span", {}, t("officer.label")), button);
}

function headline(a) {
  if (a.verdict === "refer")
    return a.officer_admits ? t("officer.admitted") : t("refer.line");
  return a.stay ? t("admit.days", { n: a.stay.left }) : t("admit.line");
}

/**
 * articles: number -> {title, language, text}; admit: called when the officer admits, null when that is not offered;
 * files: those of the chip as they were sent; vouchers(sha256): who vouches for a certificate, or null.
 */
export function answer(a, articles, admit, files, vouchers) {
  const order = a.verdict === "admit" ? "admission" : "referral";
  const reasons = [...a.reasons].sort((x, y) => (y.for === order) - (x.for === order));
  show(a.verdict, t(`${a.verdict}.word`), headline(a), who(a.traveller, a.chip ? portrait(a.chip, files) : null), figures(a.stay),
    el("ul", { className: "reasons" }, reasons.filter(r => r.code !== KEPT).map(r => reason(r, articles))), missing(a.missing),
    a.chip ? chip(a.chip, vouchers) : null,
    kept(reasons.filter(r => r.code === KEPT), articles), presented(a.evidence),
    decision(a, admit), a.receipt ? receipt(a.receipt, a.id) : null, decided(a), facts(a));
}

/** What the live region says: the verdict, then its first reason. */
export function spoken(a) {
  const first = a.reasons[0];
  const why = first ? words.or(`reason.${first.code}`, first.text) : "";
  return `${t(`${a.verdict}.word`)}. ${a.stay && a.verdict === "admit" ? `${t("admit.days", { n: a.stay.left })} ` : ""}${why}`;
}
