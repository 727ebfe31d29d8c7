// Maturity: the own assessment by year, what is missing, reviews; publishing; reviewing what others gave us.

import * as page from "./page.js";
import * as words from "./language.js";
import * as api from "./api.js";
import { at, code, el, SIGN } from "./dom.js";
import { member, sayTrouble } from "./cyber-words.js";

const { t } = words;
const KEPT = "serai.office";
const QUADRANTS = ["o", "h", "t", "p"];
const PROFILES = ["basic", "intermediate", "advanced"];
const LEVELS = [0, 1, 2, 3, 4];
let got = null;
let asked = 0; // an answer to an earlier question is not shown over that to a later one

const office = () => at("office").value.trim();
const mean = n => words.amount((n / 100).toFixed(2));
const level = n => n === null ? SIGN.none : words.number(n);
const profile = word => t(`maturity.profile.${word}`);
const heads = (...names) => el("tr", {}, names.map(n => el("th", { scope: "col" }, n)));
const titled = p => t(`sim3.${p.id}`);
const named = p => [code(p.id), ` ${titled(p)}`];

/** Bars of the quadrants; the table of years says the same in numbers. */
function picture() {
  const svg = (name, props, ...more) => {
    const e = document.createElementNS("http://www.w3.org/2000/svg", name);
    Object.entries(props).forEach(([k, v]) => e.setAttribute(k, v));
    e.append(...more);
    return e;
  };
  return svg("svg", { class: "bars", viewBox: "0 0 400 130", role: "img", "aria-label": t("maturity.picture", { means: words.list(QUADRANTS.map(q => `${t(`maturity.${q}`)} ${mean(got[q])}`)) }) },
    ...QUADRANTS.flatMap((q, i) => [svg("text", { x: 20, y: 24 + i * 30 }, q.toUpperCase()), svg("rect", { x: 40, y: 8 + i * 30, width: Math.max(1, got[q] * 0.8), height: 22 })]));
}

function reviews(p) {
  return p.reviews.map(r => el("p", { className: r.verdict === "disputed" ? "late" : "" }, `${r.verdict === "confirmed" ? SIGN.good : SIGN.warn} ${member(r.member)}: ${t(`maturity.${r.verdict}`)}. `, el("bdi", {}, r.reason)));
}

function gaps(p) {
  const missing = PROFILES.filter(name => got.gaps[name].includes(p.id));
  return missing.length ? `${SIGN.warn} ${words.list(missing.map(profile))}` : `${SIGN.good}`;
}

function row(p, ...more) {
  return el("tr", {}, el("td", {}, ...named(p)), el("td", {}, level(p.level)), el("td", {}, el("bdi", {}, p.evidence ?? ""), p.digest ? [" ", code(`SHA-256 ${p.digest.slice(0, 16)}…`)] : null,
    p.office ? el("p", { className: "note" }, code(p.office), ` · ${words.day(p.date)}`) : null), ...more);
}

function drawOwn() {
  at("sum").textContent = t("maturity.sum.text", { profile: profile(got.profile), n: words.number(got.assessed), overall: mean(got.overall) });
  at("picture").replaceChildren(picture());
  const columns = [t("maturity.year"), t("maturity.profile"), t("maturity.overall"), ...QUADRANTS.map(q => t(`maturity.${q}`))];
  at("years-head").replaceChildren(heads(...columns));
  at("years").replaceChildren(...got.years.map(y => el("tr", {}, [String(y.year), profile(y.profile), mean(y.overall), ...QUADRANTS.map(q => mean(y[q]))].map(x => el("td", {}, x)))));
  at("list-head").replaceChildren(heads(t("maturity.parameter"), t("maturity.level"), t("maturity.evidence"), t("maturity.gaps"), t("maturity.reviews")));
  at("list").replaceChildren(...got.parameters.map(p => row(p, el("td", {}, gaps(p)), el("td", {}, ...reviews(p)))));
  const chosen = at("parameter").value;
  at("parameter").replaceChildren(...got.parameters.map(p => el("option", { value: p.id }, `${p.id} ${titled(p)}`)));
  at("parameter").value = chosen || "O-1";
  at("published").textContent = got.published.filter(p => p.year === got.year && p.newest).map(p => t("maturity.published", { who: words.list(p.reviewers.map(words.state)), at: words.moment(p.at), n: words.number(p.reviews) })).join(" ");
  at("members-head").replaceChildren(heads(t("maturity.member"), ...columns));
  at("members").replaceChildren(...got.members.map(m => el("tr", {}, [member(m.member), String(m.year), profile(m.profile), mean(m.overall), ...QUADRANTS.map(q => mean(m[q]))].map(x => el("td", {}, x)))),
    ...(got.members.length ? [] : [el("tr", {}, el("td", { colSpan: 8 }, t("maturity.members.none")))]));
}

function reviewForm(a, p) {
  const reason = el("input", { dir: "auto", maxLength: 500, "aria-label": `${p.id} ${t("maturity.reason")}` });
  const act = verdict => doing(async () => {
    await api.maturityReview({ office: office(), assessment: a.id, parameter: p.id, verdict, reason: reason.value.trim() });
    await look();
  });
  return el("td", {}, reason, el("div", { className: "tools" }, el("button", { type: "button", className: "small", "aria-label": `${t("maturity.confirm")} ${p.id}`, onclick: () => act("confirmed") }, t("maturity.confirm")),
    el("button", { type: "button", className: "small", "aria-label": `${t("maturity.dispute")} ${p.id}`, onclick: () => act("disputed") }, t("maturity.dispute"))));
}

function drawReceived() {
  const ours = a => a.reviewers.includes(page.self?.member);
  at("received").replaceChildren(...got.received.map(a => el("details", {}, el("summary", {}, `${member(a.member)} · ${a.year} · ${words.moment(a.at)}`),
    el("div", { className: "scroll", role: "region", tabIndex: 0, "aria-label": member(a.member) }, el("table", { className: "cases" },
      el("thead", {}, heads(t("maturity.parameter"), t("maturity.level"), t("maturity.evidence"), t("maturity.reviews"), ...(ours(a) ? [t("maturity.review")] : []))),
      el("tbody", {}, a.parameters.filter(p => p.level !== null).map(p => row(p, el("td", {}, ...reviews(p)), ours(a) ? reviewForm(a, p) : null))))))),
    ...(got.received.length ? [] : [el("p", { className: "note" }, t("maturity.received.none"))]));
}

function draw() {
  const chosen = at("level").value;
  at("level").replaceChildren(...LEVELS.map(n => el("option", { value: n }, t(`maturity.level.${n}`))));
  at("level").value = chosen || "0";
  if (got) {
    drawOwn();
    drawReceived();
  }
}

async function doing(fn, named = true) {
  at("trouble").textContent = "";
  if (named && !office()) {
    at("trouble").textContent = t("maturity.trouble.office");
    at("office").focus();
    return;
  }
  try {
    await fn();
  } catch (e) {
    sayTrouble(e);
  }
}

async function look() {
  const mine = ++asked;
  const answer = await api.maturity(at("year").value ? { year: at("year").value } : {});
  if (mine !== asked)
    return;
  got = answer;
  at("year").value = got.year;
  draw();
}

async function digest(file) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  return [...bytes].map(b => b.toString(16).padStart(2, "0")).join("");
}

async function save(format) {
  const x = await api.maturityExport({ year: got.year, format, language: words.current() });
  const url = URL.createObjectURL(new Blob([x.text], { type: `${x.type};charset=utf-8` }));
  const a = el("a", { href: url, download: x.name });
  a.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

at("who").addEventListener("submit", e => {
  e.preventDefault();
  doing(async () => {
    await look();
    at("sum-title").focus();
  }, false);
});
at("assess").addEventListener("submit", e => {
  e.preventDefault();
  doing(async () => {
    const file = at("file").files[0];
    await api.maturityAssess({ office: office(), year: Number(at("year").value), parameter: at("parameter").value, level: Number(at("level").value), evidence: at("evidence").value.trim(),
      ...(file && { digest: await digest(file) }) });
    at("say").textContent = t("maturity.done", { id: at("parameter").value });
    at("evidence").value = at("file").value = "";
    await look();
  });
});
at("publish").addEventListener("submit", e => {
  e.preventDefault();
  doing(async () => {
    await api.maturityPublish({ office: office(), year: got.year, reviewers: at("reviewers").value.toUpperCase().split(/[\s,]+/).filter(Boolean).sort() });
    await look();
  });
});
at("profile").addEventListener("click", () => doing(async () => {
  await api.maturityPublish({ office: office(), year: got.year, scope: "profile", ...(at("consent").checked && { consent: "yes" }) });
  at("consent").checked = false;
  await look();
}));
at("csv").addEventListener("click", () => doing(() => save("csv"), false));
at("html").addEventListener("click", () => doing(() => save("html"), false));
at("office").value = sessionStorage.getItem(KEPT) ?? "";
at("office").addEventListener("change", () => sessionStorage.setItem(KEPT, office()));
await page.start({ speak: async () => {
  draw();
  await doing(look, false);
} });
await page.keepWatch();
