// Lists of travellers, checked before they arrive. Persons are fetched only when a named office opens a list, and the look leaves an entry.

import * as page from "./page.js";
import * as words from "./language.js";
import * as api from "./api.js";
import * as csv from "./csv.js";
import { during } from "./act.js";
import { at, code, el, SIGN, empty } from "./dom.js";
import { problem } from "./problem.js";

const { t } = words;
const PAGE = 100;
const LOOK_MS = 500;
const ONLY = ["", "refer", "admit", "mend", "duplicate", "look-alike", "noted"];

let kept = [];
let one = null;     // what is known of the list that is open
let persons = [];
let next = null;
let from = [1];     // first persons of the pages gone through
let only = "";
let looking = false;

const office = () => at("office").value.trim();
const done = () => one?.state === "done";

function trouble(e) {
  at("trouble").replaceChildren(...e ? problem(e, "manifest.trouble", "trouble") : []);
}

const figure = (key, n) => el("div", {}, el("dt", {}, t(`manifest.count.${key}`)), el("dd", {}, words.number(n)));
const noted = c => words.or(`manifest.note.${c}`, words.or(`reason.${c}`, c));

function summary() {
  const s = one.summary;
  if (!s)
    return el("progress", { max: one.parts, value: one.done, "aria-label": t("manifest.progress") });
  const counts = [...Object.entries(s.reasons).map(([k, n]) => [noted(k), n]),
    ...Object.entries(s.missing).map(([k, n]) => [t("manifest.missing", { what: words.word("fact", k) }), n])].sort((a, b) => b[1] - a[1]);
  return [el("dl", { className: "figures-row" }, ["persons", "admit", "refer", "mend", "duplicates", "look_alikes"].map(k => figure(k, s[k]))),
    counts.length ? el("ul", { className: "counts" }, counts.map(([what, n]) => el("li", {}, `${what} · ${words.number(n)}`))) : null,
    el("p", { className: "small-print" }, t(s.screened ? "manifest.screened" : "manifest.unscreened"))];
}

function remarks() {
  const list = one.list?.remarks ?? [];
  return list.length ? el("ul", { className: "things" }, list.map(r => el("li", {}, t("manifest.remark", { at: r.at, what: words.has(`manifest.remark.${r.code}`)
    ? t(`manifest.remark.${r.code}`) : r.code }), " ", el("bdi", {}, r.text)))) : null;
}

const items = list => list.length ? el("ul", {}, list.map(x => el("li", {}, x))) : "";

function said(p) {
  return [...p.notes.map(n => noted(n.code)),
    ...p.reasons.filter(r => r.for === "referral" || r.code === "duty").map(r => [r.article ? `${t("reason.article", { article: r.article })}: ` : "",
      words.has(`reason.${r.code}`) && words.current() !== "en" ? t(`reason.${r.code}`) : el("bdi", { lang: "en" }, r.text)]),
    ...p.missing.map(f => t("manifest.missing", { what: words.word("fact", f) }))];
}

const mend = p => p.mend.map(m => `${t(`manifest.column.${m.column}`)}: ${t(`manifest.fault.${m.fault}`)}`);
const alike = p => p.alike.map(a => t(`manifest.like.${a.why}`, { other: a.n }));

function row(p) {
  return el("tr", {}, el("td", { className: "n" }, words.number(p.n)),
    el("td", {}, el("bdi", {}, [p.family_name, p.given_names].filter(Boolean).join(", ") || "–"), el("br"), code([p.document_state, p.document_number].filter(Boolean).join(" "))),
    el("td", {}, p.birth ? words.day(p.birth) : "–"),
    el("td", {}, el("strong", {}, `${p.outcome === "admit" ? SIGN.good : SIGN.warn} ${t(`manifest.outcome.${p.outcome}`)}`),
      p.stay?.last_day ? [el("br"), t("manifest.until", { day: words.day(p.stay.last_day) })] : null),
    el("td", {}, items(said(p))), el("td", {}, items(mend(p))), el("td", {}, items(alike(p))));
}

function table() {
  const heads = ["n", "person", "birth", "outcome", "reasons", "mend", "alike"];
  return el("div", { className: "scroll", role: "region", tabIndex: 0, "aria-label": t("manifest.persons") }, el("table", { className: "cases persons" },
    el("thead", {}, el("tr", {}, heads.map(h => el("th", { scope: "col" }, t(`manifest.head.${h}`))))),
    el("tbody", { id: "persons" }, persons.map(row), persons.length ? [] : el("tr", {}, el("td", { colSpan: heads.length }, t("manifest.none"))))));
}

function tools() {
  const choice = el("select", { id: "only", onchange: () => { only = at("only").value; from = [1]; load(); } }, ONLY.map(o => el("option", { value: o }, t(`manifest.only.${o || "all"}`))));
  choice.value = only;
  const button = (id, key, act, off = false) => el("button", { type: "button", id, className: "small", disabled: off, onclick: act }, t(key));
  return el("div", { className: "page-tools no-print" }, el("label", {}, el("span", {}, t("manifest.only")), choice),
    button("before", "manifest.before", () => { from.pop(); load(); }, from.length < 2),
    button("after", "manifest.after", () => { from.push(next); load(); }, !next),
    button("save", "manifest.save", () => save("officer")), button("save-organiser", "manifest.save.organiser", () => save("organiser")),
    button("print", "manifest.print", () => print()), button("erase", "manifest.erase", erase));
}

function drawOne() {
  at("one").hidden = !one;
  if (!one)
    return;
  at("one").replaceChildren(...[el("h2", { id: "one-title", tabIndex: -1 }, one.list?.name ? el("bdi", {}, one.list.name) : code(one.id), ` · ${t(`manifest.state.${one.state}`)}`),
    el("p", { className: "small-print" }, t("manifest.condition")), summary(), remarks(), done() ? tools() : null, done() ? table() : null].flat().filter(Boolean));
}

function drawKept() {
  at("kept").replaceChildren(...kept.map(m => el("tr", {}, el("td", {}, code(m.id)), el("td", {}, t(`manifest.state.${m.state}`)),
    el("td", {}, words.number(m.persons)), el("td", {}, words.moment(m.at)), el("td", {}, words.day(m.ends.slice(0, 10))),
    el("td", {}, m.state === "erased" ? "" : el("button", { type: "button", className: "small", "aria-label": `${t("manifest.open")} ${m.id}`, onclick: () => open(m.id) }, t("manifest.open"))))),
  ...(kept.length ? [] : [el("tr", {}, el("td", { colSpan: 6 }, empty(t("manifest.none"), "serai manifest check --help")))]));
}

function options(id, list, kind) {
  const chosen = at(id).value;
  at(id).replaceChildren(el("option", { value: "" }, "–"), ...list.map(v => el("option", { value: v }, words.word(kind, v))));
  at(id).value = chosen;
}

function draw() {
  options("purpose", page.offered.purposes, "purpose");
  options("mode", page.offered.modes, "mode");
  options("post", page.offered.posts, "post");
  drawKept();
  drawOne();
}

async function guarded(work) {
  trouble(null);
  try {
    await work();
  } catch (e) {
    trouble(e);
  }
}

const loadKept = async () => { kept = (await api.manifests()).manifests; drawKept(); };

const load = () => guarded(async () => {
  const answer = await api.manifestResults(one.id, { office: office(), from: from.at(-1), most: PAGE, only });
  ({ results: persons, next } = answer);
  const focus = document.activeElement?.id;
  drawOne();
  if (focus)
    at(focus)?.focus();
});

async function follow() {
  if (looking)
    return;
  looking = true;
  try {
    for (;;) {
      one = await api.manifest(one.id);
      drawOne();
      if (one.state !== "waiting" && one.state !== "arriving")
        break;
      await new Promise(ready => setTimeout(ready, LOOK_MS));
    }
  } finally {
    looking = false;
  }
  at("say").textContent = t(`manifest.state.${one.state}`);
  await loadKept();
  if (done())
    await load();
}

const open = id => guarded(async () => {
  if (!office())
    throw new api.Trouble("office", "", "");
  one = { ...kept.find(m => m.id === id), id };
  persons = []; next = null; from = [1]; only = "";
  await follow();
  at("one-title").focus();
});

async function send(file) {
  if (!office())
    throw new api.Trouble("office", "", "");
  if (!file)
    throw new api.Trouble("file", "", "");
  const query = new URLSearchParams(["office", "name", "purpose", "mode", "post", "entry"].map(k => [k, at(k).value.trim()]).filter(([, v]) => v));
  const taken = await during(t("act.working"), () => api.manifestTake(query, file));
  one = taken;
  persons = []; next = null; from = [1]; only = "";
  drawOne();
  await follow();
  at("one-title").focus();
}

async function save(view) {
  await guarded(async () => {
    const lines = [];
    let more = 1;
    while (more) {
      const part = await api.manifestResults(one.id, { office: office(), from: more, most: 1000, view, rows: "csv", only: view === "organiser" && ["admit", "refer", "noted"].includes(only) ? "" : only });
      lines.push(...part.results);
      more = part.next;
    }
    const head = view === "officer" ? "n,at,family_name,given_names,birth,sex,nationality,document_state,document_number,expiry,group,outcome,article,days_left,last_day,reasons,missing,mend,alike"
      : "n,at,family_name,given_names,birth,sex,nationality,document_state,document_number,expiry,group,reasons,missing,mend,alike";
    csv.save(`${one.id}-${view}.csv`, [csv.mark(), head, "\r\n", ...lines].join(""));
  });
}

const erase = () => guarded(async () => {
  if (!confirm(t("manifest.erase.sure")))
    return;
  await api.manifestErase(one.id, office());
  one = null;
  drawOne();
  await loadKept();
  at("kept-title").focus?.();
});

at("send").addEventListener("submit", e => {
  e.preventDefault();
  guarded(() => send(at("file").files[0]));
});
for (const name of ["dragenter", "dragover"])
  at("drop").addEventListener(name, e => { e.preventDefault(); at("drop").classList.add("over"); });
at("drop").addEventListener("dragleave", () => at("drop").classList.remove("over"));
at("drop").addEventListener("drop", e => {
  e.preventDefault();
  at("drop").classList.remove("over");
  if (e.dataTransfer.files.length)
    at("file").files = e.dataTransfer.files;
});
await page.start({ speak: draw, met: draw, back: () => guarded(loadKept) });
draw();
await guarded(loadKept);
await page.keepWatch();
