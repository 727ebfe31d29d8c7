// Agreement: each article's wording beside its rule; who is bound on a day; what another version would change.

import * as api from "./api.js";
import * as chart from "./chart.js";
import * as csv from "./csv.js";
import * as page from "./page.js";
import * as trial from "./agreement-what-if.js";
import * as words from "./language.js";
import { block, parts } from "./agreement-rule.js";
import { SIGN, at, code, el } from "./dom.js";

const { t } = words;
const GRADE = { bound: "good", reserved: "warn", suspended: "warn", "not-accepted": "none", "not-a-member": "none", "no-consent": "none", "not-in-force": "none", "article-not-in-force": "none" };
let agreement = null;
let language = "";
let text = [];
let bound = null;

const grade = why => GRADE[why] ?? "bad";
const why = word => words.or(`pact.why.${word}`, word);

function drawArticle(a, end) {
  const { rule, examples } = parts(text, a.line, end), id = `article-${a.article}`;
  return el("article", { className: "pact", id },
    el("h3", { id: `${id}-title`, tabIndex: -1 }, el("a", { href: `#${id}` }, t("law.article").replace("%1", a.article)), a.title ? `: ${a.title}` : ""),
    el("div", { className: "two" }, el("p", { className: "wording", dir: "auto", lang: a.language ?? "" }, a.text ?? SIGN.none),
      el("div", {}, rule.length ? block(rule) : el("p", { className: "note" }, t("pact.no-rule")), examples.length ? el("details", {}, el("summary", {}, t("pact.examples")), block(examples)) : "")));
}

function drawArticles() {
  const list = agreement.articles;
  at("version").replaceChildren(t("pact.version", { n: agreement.agreement.version }), " · ", el("bdi", {}, agreement.agreement.title), " · ", el("code", { className: "digest" }, code(agreement.agreement.sha256)));
  at("articles").replaceChildren(list.length ? el("details", {}, el("summary", {}, t("pact.header")), block(text.slice(0, list[0].line - 1))) : "",
    ...list.map((a, i) => drawArticle(a, list[i + 1]?.line ?? text.length + 1)));
}

const own = () => bound?.versions.find(v => v.sha256 === agreement?.agreement.sha256) ?? bound?.versions.at(-1);

function cell(x) {
  const g = grade(x.why), long = [why(x.why), x.since ? t("pact.since", { day: words.day(x.since) }) : "", x.until ? t("pact.until", { day: words.day(x.until) }) : ""].filter(Boolean).join(", ");
  return el("span", { className: `tag ${g}`, title: long }, el("b", { "aria-hidden": "true" }, SIGN[g]), el("span", { className: "hidden" }, long));
}

function drawBound() {
  const v = own();
  if (!v) {
    at("matrix").replaceChildren();
    return;
  }
  const title = n => agreement.articles.find(a => a.article === n)?.title ?? "";
  const heads = [t("pact.article"), ...v.members.map(m => m.member)];
  const rows = [[t("pact.whole"), ...v.members.map(cell)], ...v.members[0].articles.map((a, i) => [el("a", { href: `#article-${a.article}` }, `${a.article} ${title(a.article)}`), ...v.members.map(m => cell(m.articles[i]))])];
  const seen = [...new Set(v.members.flatMap(m => [m.why, ...m.articles.map(a => a.why)]))];
  at("matrix").replaceChildren(v.ruled ? "" : el("p", { className: "note" }, t("pact.by-text")), chart.table(heads, rows, t("pact.bound")),
    el("p", { className: "key" }, seen.map(w => el("span", { className: `tag ${grade(w)}` }, el("b", { "aria-hidden": "true" }, SIGN[grade(w)]), " ", why(w)))));
  const reserved = v.reservations.map(r => [words.state(r.member), r.article, r.condition ? el("bdi", { lang: "en" }, r.condition) : t("pact.reason.not-bound"), r.towards.filter(x => x.standing !== "accepted").map(x => `${words.state(x.member)}: ${words.or(`pact.standing.${x.standing}`, x.standing)}`).join(", ") || SIGN.none]);
  const declared = bound.instruments.map(i => [words.state(i.member), words.or(`pact.instrument.${i.kind}`, i.kind), i.article ?? SIGN.none, words.moment(i.at), i.from ? words.day(i.from) : SIGN.none, i.reason ? words.or(`pact.reason.${i.reason}`, i.reason) : words.or(`pact.effect.${i.effect}`, i.effect)]);
  at("instruments").replaceChildren(
    ...reserved.length ? [el("h3", {}, t("pact.reservations")), chart.table(["fed.member", "pact.article", "pact.condition", "pact.objections"].map(h => t(h)), reserved, t("pact.reservations"))] : [],
    ...declared.length ? [el("h3", {}, t("pact.instruments")), chart.table(["fed.member", "pact.instrument", "pact.article", "pact.declared", "pact.from", "fed.state"].map(h => t(h)), declared, t("pact.instruments"))] : []);
  if (!at("bound-tools").childNodes.length)
    at("bound-tools").append(csv.tools("bound", () => {
      const now = own();
      return now && { heads: ["article", ...now.members.map(m => m.member)], rows: [["", ...now.members.map(m => m.why)], ...now.members[0].articles.map((a, i) => [a.article, ...now.members.map(m => m.articles[i].why)])] };
    }));
}

function draw() {
  if (!agreement)
    return;
  drawArticles();
  drawBound();
  trial.form(own()?.members.map(m => m.member) ?? [], agreement.articles);
  trial.draw();
}

/** To the place that the address names, once it is there. */
function go() {
  const id = decodeURIComponent(location.hash.slice(1)), place = id && at(id);
  if (!place)
    return;
  place.scrollIntoView();
  (at(`${id}-title`) ?? place).focus({ preventScroll: true });
}

async function look() {
  at("trouble").textContent = "";
  try {
    if (language !== words.current() || !agreement) {
      agreement = await api.agreement(words.current());
      language = words.current();
    }
    if (!text.length)
      text = (await api.agreementText()).split("\n");
    bound = await api.bound(at("on").value);
    at("on").value ||= bound.on;
  } catch (e) {
    at("trouble").textContent = t(e.reason === "not-ready" ? "pact.trouble.none" : "pact.trouble.unreachable");
    return;
  }
  draw();
}

at("day").addEventListener("submit", async e => {
  e.preventDefault();
  history.replaceState(null, "", `?on=${at("on").value}#bound`);
  await look();
});
at("trial").addEventListener("submit", e => {
  e.preventDefault();
  trial.submit();
});
at("print").addEventListener("click", () => print());
addEventListener("hashchange", go);
const wanted = new URLSearchParams(location.search).get("on");
at("on").value = /^\d{4}-\d\d-\d\d$/.test(wanted ?? "") ? wanted : "";
await page.start({ speak: look, back: look });
if (!agreement)
  await look();
go();
await page.keepWatch();
