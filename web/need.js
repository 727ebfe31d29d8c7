// "What do I need?": a journey, asked of this node alone. What is said stands in the address, so that it can be kept and sent; nothing else keeps it.

import * as page from "./page.js";
import * as words from "./language.js";
import * as api from "./api.js";
import { during } from "./act.js";
import { save } from "./csv.js";
import { at, el } from "./dom.js";
import { problem } from "./problem.js";

const { t } = words;
const LEGS = 12, VEHICLES = ["car", "motorcycle", "moped", "lorry", "bus", "trailer"];
const FIELDS = ["nationality", "residence", "purpose", "document", "age"];
const DOCUMENTS = ["passport", "identity card", "service passport", "diplomatic passport", "official passport", "emergency document", "refugee travel document",
  "stateless travel document", "laissez-passer", "crew certificate", "seafarer document", "other"];

let legs = [{}];
let answer = null;
let trouble = null;

// ---- the form ----

function options(select, list, none, name) {
  const kept = select.value;
  select.replaceChildren(...(none === null ? [] : [el("option", { value: "" }, none)]), ...list.map(v => el("option", { value: v }, name(v))));
  select.value = list.includes(kept) ? kept : none === null ? list[0] ?? "" : "";
}

/** States by their names in the language, parties first. */
const states = () => {
  const all = [...new Set([...page.offered.states, ...legs.map(l => l.entering), at("nationality").value, at("residence").value].filter(Boolean))];
  return all.sort((a, b) => words.state(a).localeCompare(words.state(b), words.locale()));
};

function set(select, value) {
  if (value && ![...select.options].some(o => o.value === value))
    select.append(el("option", { value }, value));
  select.value = value ?? "";
}

function legForm(leg, i) {
  const id = n => `leg-${i}-${n}`;
  const field = (name, control) => {
    control.id = id(name);
    control.addEventListener("change", () => { leg[name] = control.value; });
    return el("label", {}, el("span", {}, t(`need.${name}`)), control);
  };
  const choice = (name, list, none, word) => {
    const s = el("select", {});
    s.append(el("option", { value: "" }, none), ...list.map(v => el("option", { value: v }, word(v))));
    set(s, leg[name]);
    return field(name, s);
  };
  const date = name => {
    const d = el("input", { type: "date", value: leg[name] ?? "" });
    return field(name, d);
  };
  return el("li", {},
    el("div", { className: "head" }, el("h2", {}, t("need.leg.n", { n: i + 1 })),
      legs.length > 1 ? el("button", { type: "button", className: "small", onclick: () => { legs.splice(i, 1); drawLegs(); at("add").focus(); } }, t("need.remove")) : null),
    el("div", { className: "fields" },
      choice("entering", page.offered.states, t("need.unsaid.choice"), words.state), date("first"), date("last"),
      choice("mode", page.offered.modes, t("need.unsaid.choice"), v => words.word("mode", v)),
      choice("post", page.offered.posts, t("need.unsaid.choice"), v => v)));
}

function drawLegs() {
  at("legs").replaceChildren(...legs.map(legForm));
  at("add").hidden = legs.length >= LEGS;
}

function drawForm() {
  const unsaid = t("need.unsaid.choice");
  options(at("nationality"), states(), unsaid, words.state);
  options(at("residence"), states(), unsaid, words.state);
  options(at("issuer"), states(), unsaid, words.state);
  options(at("purpose"), page.offered.purposes, unsaid, v => words.word("purpose", v));
  options(at("document"), DOCUMENTS, t("need.any"), v => words.word("document", v));
  options(at("vehicle"), VEHICLES, t("need.vehicle.none"), v => t(`need.vehicle.${v}`));
  const said = at("stays-said").value;
  at("stays-said").replaceChildren(el("option", { value: "" }, unsaid), el("option", { value: "none" }, t("need.stays.none")), el("option", { value: "some" }, t("need.stays.some")));
  at("stays-said").value = said;
  drawLegs();
  shown();
}

function shown() {
  at("stays-part").hidden = at("stays-said").value !== "some";
  for (const e of document.querySelectorAll(".drives"))
    e.hidden = !at("vehicle").value && !at("issuer").value;
}

// ---- the address ----

const trimmed = list => {
  const l = list.map(v => v ?? "");
  while (l.length && !l.at(-1))
    l.pop();
  return l.join(",");
};

function query() {
  const q = new URLSearchParams();
  const put = (k, v) => v && q.set(k, v);
  for (const f of FIELDS)
    put(f, at(f).value.trim());
  put("route", legs.filter(l => l.entering).map(l => trimmed([l.entering, l.first, l.last, l.mode, l.post])).join(";"));
  const some = at("stays").value.split(/\n/).map(s => s.replace(/\s+/g, "")).filter(Boolean).join(";");
  put("stays", at("stays-said").value === "some" ? some : at("stays-said").value);
  put("vehicle", at("vehicle").value);
  if (at("issuer").value && at("vehicle").value)
    put("licence", trimmed([at("issuer").value, at("categories").value.trim().replace(/[\s,]+/g, "+")]));
  return q;
}

function fill(q) {
  const route = q.get("route") ?? "", stays = q.get("stays") ?? "", licence = (q.get("licence") ?? "").split(",");
  legs = route.split(";").filter(Boolean).map(p => {
    const [entering, first, last, mode, post] = p.split(",");
    return { entering, first, last, mode, post };
  });
  legs = legs.length ? legs : [{}];
  drawForm();
  for (const f of FIELDS)
    f === "age" ? (at(f).value = q.get(f) ?? "") : set(at(f), q.get(f));
  at("stays-said").value = stays === "" || stays === "none" ? stays : "some";
  at("stays").value = at("stays-said").value === "some" ? stays.split(";").join("\n") : "";
  set(at("vehicle"), q.get("vehicle"));
  set(at("issuer"), licence[0]);
  at("categories").value = licence[1] ?? "";
  shown();
}

// ---- the answer ----

const cite = list => list.length
  ? el("span", { className: "cite" }, " ", list.map((a, i) => [i ? ", " : null, el("a", { href: `#article-${a}` }, t("reason.article", { article: a }))]))
  : null;

const KIND = { "document.kind": "document", "permission.kind": "permission", "permission.purpose": "purpose", "travel.mode": "mode" };
const STATES = new Set(["document.issuer", "permission.issuer"]);

function value(thing, v) {
  if (typeof v === "number")
    return words.number(v);
  if (typeof v !== "string")
    return "";
  if (STATES.has(thing.fact))
    return words.state(v);
  if (thing.fact === "insurance.currency")
    return v.toUpperCase();
  return KIND[thing.fact] ? words.word(KIND[thing.fact], v) : words.day(v);
}

function thing(x) {
  const key = x.fact === "permission.kind" && x.value === "none" ? "need.thing.permission.none" : `need.thing.${x.fact}`;
  const all = [x.value, ...x.other].map(v => value(x, v));
  const text = words.has(key) || words.current() === "en" ? t(key, { value: new Intl.ListFormat(words.locale(), { type: "disjunction" }).format(all) }) : x.fact;
  return el("li", {}, text, cite(x.articles));
}

function things(list, by, heading) {
  const mine = list.filter(x => x.by === by);
  return mine.length ? [el("p", {}, t(heading)), el("ul", { className: "things" }, mine.map(thing))] : [];
}

const duty = d => el("li", {}, d.within_days
  ? t("need.duty.within", { what: d.wording ?? d.what, days: words.number(d.within_days) })
  : t("need.duty", { what: d.wording ?? d.what }), cite([d.article]));

const duties = list => list.length ? [el("p", {}, t("need.duties")), el("ul", { className: "things" }, list.map(duty))] : [];

function days(w) {
  const lines = [];
  if (w.permission_says)
    lines.push(el("p", {}, t("need.days.permission")));
  if (w.days !== null)
    lines.push(el("p", { className: "days" }, t("need.days", { n: words.number(w.days), day: words.day(w.last_day) })));
  else if (!w.permission_says)
    lines.push(el("p", {}, t("need.days.none")));
  if (w.enough !== null)
    lines.push(el("p", { className: w.enough ? "" : "late" }, t(w.enough ? "need.days.enough" : "need.days.short")));
  return lines;
}

// ---- what a permission asks for ----

const list = items => new Intl.ListFormat(words.locale(), { type: "unit" }).format(items);
const money = f => ({ amount: words.amount(f.amount), currency: f.currency ?? "" });
const items = all => list(all.map(i => i.optional ? `${i.title} (${t("apply.optional")})` : i.title));

function fee(f) {
  if (f.missing.length)
    return t("need.apply.fee.unsaid", { facts: list(f.missing.map(x => words.word("fact", x))) });
  return f.currency ? t("need.apply.fee", money(f)) : t("need.apply.fee.free");
}

function application(x) {
  if (!x)
    return [];
  const lines = [
    x.fee && fee(x.fee),
    x.asks.length && t("need.apply.asks", { items: items(x.asks) }),
    x.files.length && t("need.apply.files", { items: items(x.files) }),
    x.consulted_days && t("need.apply.consulted", { days: words.number(x.consulted_days), members: list(x.consulted.map(c => words.state(c.member))) }),
    x.officers && t("need.apply.officers", { n: words.number(x.officers) }),
  ].filter(Boolean);
  return [el("p", {}, t("need.apply"), cite(x.article ? [x.article] : [])), el("ul", { className: "things" }, lines.map(l => el("li", {}, l))),
    x.page ? el("p", {}, el("a", { className: "apply", href: x.page }, t("need.apply.page"), x.title ? `: ${x.title}` : "")) : null];
}

const way = w => el("div", { className: w.enough === false ? "way short" : "way" },
  el("h3", {}, w.permission ? t("need.with", { permission: words.word("permission", w.permission) }) : t("need.without"), cite(w.article ? [w.article] : [])),
  days(w), things(w.things, "traveller", "need.bring"), things(w.things, "office", "need.office"), things(w.things, "assumed", "need.assumed"), application(w.application), duties(w.duties));

function why(of) {
  if (of.missing.length)
    return el("ul", { className: "things" }, of.missing.map(f => el("li", {}, words.word("fact", f))));
  return el("ul", { className: "things" }, of.reasons.map(r =>
    el("li", {}, words.or(`reason.${r.code}`, r.text), cite(r.article ? [r.article] : []))));
}

const licence = l => el("div", { className: l.outcome === "recognised" ? "way" : "way none" },
  el("h3", {}, t("need.licence", { category: l.category })), el("p", {}, t(`need.licence.${l.outcome}`)),
  l.ways.flatMap((w, i) => [i ? el("p", {}, t("need.or")) : null,
    things(w.things, "traveller", "need.bring"), things(w.things, "office", "need.office"), things(w.things, "assumed", "need.assumed"), duties(w.duties)]),
  l.ways.length ? null : why(l));

const leg = l => el("section", { className: "leg" },
  el("div", {}, el("h2", {}, t("need.leg", { state: words.state(l.entering) })),
    el("p", { className: "note" }, l.to ? `${words.day(l.from)} – ${words.day(l.to)}` : words.day(l.from))),
  l.outcome === "way" ? null : el("div", { className: "way none" }, el("p", {}, t(l.outcome === "unsaid" ? "need.unsaid" : "need.officer")), why(l)),
  l.ways.map(way), l.licence.map(licence));

const article = a => el("div", { id: `article-${a.number}` }, el("h3", {}, `${t("reason.article", { article: a.number })} · ${a.title ?? ""}`),
  a.wording ? el("blockquote", { lang: a.language, dir: "auto" }, a.wording) : null);

function draw() {
  at("trouble").replaceChildren(...trouble ? problem(trouble) : []);
  at("answer").hidden = !answer;
  if (!answer)
    return;
  at("result").replaceChildren(...answer.legs.map(leg),
    el("section", { className: "articles" }, el("h2", {}, t("need.articles")), answer.articles.map(article)),
    el("p", { className: "small-print" }, t("need.note")),
    el("p", { className: "small-print" }, answer.agreement.title, " · ", answer.agreement.note ?? ""));
}

async function ask(q, focus) {
  answer = trouble = null;
  q.set("language", words.current());
  try {
    answer = await during(t("act.working"), () => api.need(q));
  } catch (e) {
    trouble = e;
  }
  draw();
  if (answer && focus)
    at("answer-title").focus();
}

// ---- the page ----

at("journey").addEventListener("submit", async e => {
  e.preventDefault();
  const q = query();
  history.replaceState(null, "", `?${q}`);
  await ask(q, true);
});
at("journey").addEventListener("change", shown);
at("add").addEventListener("click", () => {
  legs.push({ first: legs.at(-1)?.last });
  drawLegs();
  at(`leg-${legs.length - 1}-entering`).focus();
});
at("print").addEventListener("click", () => print());
at("paper").addEventListener("click", async () => {
  const q = query();
  q.delete("language");
  try {
    save("serai.pdf", await during(t("act.working"), () => api.paper(`/v1/need?${q}`, words.current())), "application/pdf");
  } catch (e) {
    trouble = e;
    draw();
  }
});
at("copy").addEventListener("click", async () => {
  await navigator.clipboard?.writeText(location.href).catch(() => {});
  at("say").textContent = t("need.copied");
  at("copy").textContent = t("need.copied");
});

let first = true;
await page.start({
  speak: async () => {
    const q = first ? new URLSearchParams(location.search) : query();
    first = false;
    fill(q);
    if (q.get("route") && (answer || location.search.length > 1))
      await ask(q, false);
    else
      draw();
  },
  met: drawForm,
});
await page.keepWatch();
