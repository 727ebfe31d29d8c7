// One object: what it says, who may see it, its versions, what stands one step from it, when it was seen; withdrawing one's own.

import * as page from "./page.js";
import * as words from "./language.js";
import * as api from "./api.js";
import { at, code, el, SIGN } from "./dom.js";
import { audience, badge, doing, flags, kind, member, officer, rememberOfficer, tlp, where, withdrawn } from "./cyber-words.js";
import { bars, graph, MOST, neighbours } from "./cyber-graph.js";

const { t } = words;
let open = null, register = null, acted = [];

const table = (heads, rows) => el("div", { className: "scroll", tabIndex: 0, role: "region", "aria-label": heads.join(", ") }, el("table", { className: "cases" },
  el("thead", {}, el("tr", {}, heads.map(h => el("th", { scope: "col" }, h)))), el("tbody", {}, rows.map(r => el("tr", {}, r.map(c => el("td", {}, c)))))));

const section = (title, ...content) => el("section", {}, el("h2", {}, title), ...content);

function standing() {
  const o = open.object, until = o.valid_until;
  if (open.revoked)
    return withdrawn(open);
  if (open.type !== "indicator")
    return null;
  const over = until && Date.parse(until) <= Date.parse(open.at);
  return el("strong", { className: over ? "late" : "" }, over ? `${SIGN.warn} ${t("cyber.expired")}` : `${SIGN.good} ${t("cyber.valid")}`);
}

function facts() {
  const o = open.object, rows = [[t("cyber.id"), code(open.id)], [t("cyber.owner"), member(open.label.owner)], [t("cyber.for.whom"), audience(open.label.to)],
    open.label.group && [t("cyber.group"), code(open.label.group)],
    o.pattern && [t("cyber.pattern"), code(o.pattern)], o.value && [t("cyber.value"), code(o.value)],
    "confidence" in o && [t("cyber.confidence"), `${words.number(o.confidence)} / 100`],
    o.valid_from && [t("cyber.valid-from"), words.moment(o.valid_from)], o.valid_until && [t("cyber.valid-until"), words.moment(o.valid_until)],
    [t("cyber.version"), open.versioned ? words.moment(open.version) : t("cyber.unversioned")], [t("cyber.added"), `${words.moment(open.added)} (${words.ago(open.added)})`]];
  return el("dl", { className: "known" }, rows.filter(Boolean).flatMap(([k, v]) => [el("dt", {}, k), el("dd", {}, v)]));
}

/** What the register of indicators makes of it: only of an object that may be seen, and nothing that others' objects say. */
function known() {
  if (!register)
    return null;
  const bad = ["warning-list", "expired", "withdrawn"].includes(register.state);
  return section(t("cyber.register"), el("p", {}, el("strong", { className: bad ? "late" : "" }, `${bad ? SIGN.warn : SIGN.good} ${t(`cyber.register.state.${register.state}`)}`)),
    el("ul", { className: "things" }, register.values.map(v => el("li", {}, code(v.value), v.until ? ` – ${t("cyber.register.until")} ${words.moment(v.until)}` : null,
      v.warning_lists.length ? el("p", { className: "state warn" }, `${SIGN.warn} ${t("cyber.register.lists", { lists: words.list(v.warning_lists) })}`) : null))));
}

const past = () => acted.length ? section(t("cyber.history"), table([t("cyber.when"), t("cyber.history.act"), t("cyber.for.whom"), t("cyber.reason")],
  acted.map(a => [words.moment(a.at), t(`cyber.act.${a.act}`), audience(a.audience), a.record.reason ? el("bdi", {}, a.record.reason) : SIGN.none]))) : null;

function markings() {
  const say = m => m.tlp ? tlp(m.tlp) : m.statement ? el("bdi", {}, m.statement) : el("span", {}, `${SIGN.warn} ${t("cyber.marking.unknown")} `, code(m.id));
  const list = [...open.markings.map(m => el("li", {}, say(m))), ...open.parts.map(p => el("li", {}, p.marking.map(say), " ", t("cyber.marking.part"), " ", code(p.selectors.join(", "))))];
  return section(t("cyber.markings"), list.length ? el("ul", { className: "things" }, list) : el("p", {}, t("cyber.marking.none")));
}

const versions = () => section(t("cyber.versions"), table([t("cyber.version"), t("cyber.added"), t("cyber.from"), t("cyber.for.whom"), t("cyber.marking")],
  open.versions.map(v => [[words.moment(v.version), v.revoked ? ` ${SIGN.bad} ${t("cyber.withdrawn")}` : null], words.moment(v.added), v.from ? words.state(v.from) : t("cyber.here"), audience(v.label.to), badge(v.label)])));

function near() {
  const list = neighbours(open);
  if (!list.length)
    return section(t("cyber.near"), el("p", { className: "note" }, t("cyber.near.none")));
  return section(t("cyber.near"), open.whole ? null : el("p", { className: "state warn" }, `${SIGN.warn} ${t("cyber.near.part")}`),
    el("div", { className: "near" }, el("div", {}, graph(open.name || kind(open.type), list, t("cyber.near.picture", { n: list.length })), list.length > MOST ? el("p", { className: "note" }, t("cyber.graph.more", { n: list.length - MOST })) : null),
      el("ul", { className: "things" }, list.map(n => el("li", {}, code(n.by), " → ", n.seen ? [el("a", { href: where(n.id) }, el("bdi", {}, n.name)), " ", badge(n.label)] : [el("bdi", {}, code(n.id)), ` (${t("cyber.not-here")})`])))));
}

function sightings() {
  const list = open.named_by.filter(n => n.type === "sighting" && n.by === "sighting_of_ref" && !n.revoked);
  if (!list.length)
    return null;
  const by = new Map();
  for (const s of list) {
    const day = (s.last_seen ?? s.version).slice(0, 10);
    by.set(day, (by.get(day) ?? 0) + (s.count ?? 1));
  }
  const rows = [...by].sort();
  return section(t("cyber.sightings"), bars(rows, t("cyber.sightings.picture", { n: rows.reduce((n, r) => n + r[1], 0) })),
    table([t("cyber.when"), t("cyber.times"), t("cyber.from")], list.map(s => [words.moment(s.last_seen ?? s.version), words.number(s.count ?? 1), member(s.label.owner)])));
}

function opinions() {
  const list = open.named_by.filter(n => n.type === "opinion" && !n.revoked);
  return list.length ? section(t("cyber.opinions"), el("ul", { className: "things" }, list.map(n => el("li", {}, `${member(n.label.owner)}: ${words.word("cyber.opinion", n.name)}`)))) : null;
}

function acts() {
  if (!open.own || open.revoked)
    return null;
  const reason = el("input", { id: "reason", maxLength: 300, dir: "auto" });
  const release = el("a", { href: `/cyber-release.html?${new URLSearchParams({ id: open.id })}` }, t("cyber.release.this"));
  return section(t("cyber.acts.own"), el("p", {}, release), open.versioned ? el("div", { className: "fields" }, el("label", {}, el("span", {}, t("cyber.recall.reason")), reason),
    el("div", { className: "tools" }, el("button", { type: "button", id: "recall", onclick: () => recall(reason.value.trim()) }, t("cyber.recall.this")))) : null);
}

async function recall(reason) {
  await doing(async () => {
    if (!reason)
      throw { reason: "why" };
    const got = await api.cyberAct("recall", { officer: officer(), reason, ids: [open.id] });
    await load();
    at("done").replaceChildren(el("p", { className: "state good" }, `${SIGN.good} ${t("cyber.recalled", { n: got.recalled })}`));
  });
}

function draw() {
  at("one").hidden = !open;
  if (!open)
    return;
  at("one").replaceChildren(...[el("div", { className: "tools" }, badge(open.label), el("span", {}, kind(open.type)), standing(), ...flags(open.label)),
    el("p", { className: "what", id: "what", tabIndex: -1 }, el("bdi", {}, open.name || open.id)), open.object.description ? el("p", { className: "said", dir: "auto" }, open.object.description) : null,
    facts(), known(), near(), sightings(), opinions(), markings(), versions(), past(), acts(),
    el("details", {}, el("summary", {}, t("cyber.bytes")), el("pre", { tabIndex: 0 }, JSON.stringify(open.object, null, 1)))].filter(Boolean));
}

async function load() {
  open = register = null;
  draw();
  const asked = { officer: officer(), id: at("id").value.trim() };
  open = await api.cyberObject(asked); // first: what may not be seen has no register and no history either
  const [made, done] = await Promise.allSettled([open.type === "indicator" ? api.cyberIndicator(asked) : null, api.cyberReleases()]);
  register = made.value ?? null;
  acted = (done.value?.acts ?? []).filter(a => a.record.ids?.includes(open.id));
  draw();
}

async function look() {
  at("done").replaceChildren();
  await doing(async () => {
    history.replaceState(null, "", where(at("id").value.trim()));
    await load();
    at("what").focus();
  });
}

at("filter").addEventListener("submit", e => {
  e.preventDefault();
  look();
});
rememberOfficer();
at("id").value = new URLSearchParams(location.search).get("id") ?? "";
await page.start({ speak: draw });
if (officer() && at("id").value)
  await look();
await page.keepWatch();
