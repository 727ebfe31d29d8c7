// The inbox of the Cyber desk: alerts of our detectors, taken and closed; what is new for the person, read up to here or one by one.

import * as live from "./live.js";
import * as page from "./page.js";
import * as words from "./language.js";
import * as api from "./api.js";
import * as csv from "./csv.js";
import { later } from "./act.js";
import { at, code, el, SIGN, empty } from "./dom.js";
import { badge, choices, doing, flags, kind, member, officer, rememberOfficer, sayTrouble, where, withdrawn } from "./cyber-words.js";

const { t } = words;
const KINDS = ["advisory", "recall", "request", "offer", "playbook", "sighting", "opinion", "exercise", "object"];
const OUTCOMES = ["true", "false-positive", "benign", "duplicate"];
const AGAIN = 5000;
let news = null;
let alerts = null;
let drawn = "";
const held = new Set(); // done or closed here, and not sent yet: it can be undone

const button = (text, act, name) => el("button", { type: "button", onclick: () => doing(act), "aria-label": `${text} ${name}` }, text);
const select = (label, values, text) => {
  const box = el("select", {}, values.map(value => el("option", { value }, text(value))));
  return [box, el("label", {}, el("span", {}, label), box)];
};

/** Leaves the lists at once; act() is done unless it is undone, then after() with what it gave. */
function hold(ids, title, act, after = () => {}) {
  const back = () => { ids.forEach(i => held.delete(i)); draw(); };
  let got = null;
  ids.forEach(i => held.add(i));
  draw();
  at(title).focus();
  later(t("act.closing"), async () => { got = await act(); }, back).then(async sent => {
    if (!sent)
      return;
    await load();
    back();
    after(got);
  }).catch(sayTrouble);
}

// ---- alerts ----

async function step(what, request) {
  const got = await api.cyberAlert(what, { officer: officer(), ...request });
  await load();
  at("alerts-title").focus();
  return got;
}

/** Offered after a false positive; wording it sends nothing. */
function offer(alert) {
  const [opinion, label] = select(t("inbox.opinion"), alert.offer.opinions, o => words.word("cyber.opinion", o));
  return el("div", { id: "offer" }, el("p", { className: "state good" }, `${SIGN.good} ${t("inbox.closed")} ${t("inbox.offer")}`), el("div", { className: "fields" }, label,
    el("div", { className: "tools" }, button(t("inbox.word"), async () => {
      const said = await api.cyberAlert("opinion", { officer: officer(), alert: alert.id, opinion: opinion.value });
      at("done").replaceChildren(el("p", {}, el("a", { id: "send", href: `/cyber-release.html?${new URLSearchParams({ id: said.object })}` }, t("inbox.send"))));
      at("send").focus();
    }, alert.name ?? ""))));
}

function closing(alert) {
  const [outcome, label] = select(t("inbox.outcome"), OUTCOMES, o => t(`inbox.outcome.${o}`));
  const reason = el("input", { maxLength: 300, dir: "auto" });
  return el("div", { className: "fields" }, label, el("label", {}, el("span", {}, t("inbox.why")), reason), el("div", { className: "tools" }, button(t("inbox.close"), async () => {
    if (!reason.value.trim())
      throw { reason: "why" };
    const request = { officer: officer(), alert: alert.id, outcome: outcome.value, reason: reason.value.trim() };
    hold([alert.id], "alerts-title", () => api.cyberAlert("close", request),
      got => at("done").replaceChildren(got.offer ? offer(got) : el("p", { className: "state good" }, `${SIGN.good} ${t("inbox.closed")}`)));
  }, alert.name ?? "")));
}

function one(alert) {
  const name = alert.name || alert.indicator, mine = alert.state === "taken" && alert.officer === officer();
  return el("li", {}, el("div", { className: "head" }, alert.label ? badge(alert.label) : null, el("strong", {}, t(`inbox.state.${alert.state}`)),
    alert.officer ? el("span", {}, t("inbox.by", { who: alert.officer })) : null, withdrawn(alert)),
    el("a", { href: where(alert.indicator), className: "name" }, el("bdi", {}, name)),
    el("p", { className: "note" }, code(`${alert.detector} / ${alert.log}`), ` · ${t("inbox.seen", { n: words.number(alert.count), at: words.moment(alert.last_seen) })}`),
    mine ? closing(alert) : el("div", { className: "tools" }, button(t("inbox.take"), () => step("take", { alert: alert.id }), name)));
}

// ---- what is new ----

const mark = (request, items) => {
  const all = { officer: officer(), ...request };
  return hold(items, "new-title", () => api.cyberInboxMark(all));
};

const entry = i => el("li", {}, el("div", { className: "head" }, badge(i.label), el("span", {}, kind(i.type)), withdrawn(i), ...flags(i.label)),
  i.version ? el("a", { href: where(i.id), className: "name" }, el("bdi", {}, i.name || i.id)) : el("span", { className: "name" }, el("bdi", {}, i.name || i.id)),
  el("p", { className: "note" }, `${member(i.label.owner)} · ${words.moment(i.added)}`),
  el("div", { className: "tools" }, button(t("inbox.done"), () => mark({ item: i.item }, [i.item]), i.name || i.id)));

const groups = () => KINDS.map(k => [k, news.items.filter(i => i.kind === k && !held.has(i.item))]).filter(([, list]) => list.length)
  .flatMap(([k, list]) => [el("h3", {}, `${t(`inbox.kind.${k}`)}`), el("ul", { className: "items" }, list.map(entry))]);

function draw() {
  choices("kind", ["", ...KINDS], k => t(`inbox.kind.${k || "all"}`));
  const begin = () => empty(t("cyber.begin"));
  at("alerts").replaceChildren(!alerts ? begin() : alerts.length ? el("ul", { className: "items" }, alerts.filter(a => !held.has(a.id)).map(one)) : empty(t("inbox.alerts.none"), "serai cyber match --help"));
  at("list").replaceChildren(...(!news ? [begin()] : news.items.length ? groups() : [empty(t("inbox.new.none"))]));
  at("counts").textContent = !news ? "" : [...KINDS.filter(k => news.counts[k]).map(k => t("inbox.counted", { n: words.number(news.counts[k]), kind: t(`inbox.kind.${k}`) })),
    ...(news.whole ? [] : [t("inbox.part")])].join(" · ");
  at("read").hidden = !news?.upto || !news.items.length;
}

/** Drawn again only when something changed, and never under the hands of somebody who writes. */
async function load(quietly) {
  const asked = { officer: officer(), ...(at("kind").value && { kind: at("kind").value }), ...(at("words").value.trim() && { words: at("words").value.trim() }) };
  const [inbox, fresh, taken] = await Promise.all([api.cyberInbox(asked), api.cyberAlerts({ officer: officer(), state: "new" }), api.cyberAlerts({ officer: officer(), state: "taken" })]);
  const all = [...fresh.alerts, ...taken.alerts], now = JSON.stringify([inbox.items.map(i => [i.id, i.version]), inbox.counts, all]);
  if (quietly && (now === drawn || at("alerts").contains(document.activeElement) || at("list").contains(document.activeElement)))
    return;
  [news, alerts, drawn] = [inbox, all, now];
  draw();
}

async function look() {
  at("done").replaceChildren();
  await doing(async () => {
    await load();
    at("alerts-title").focus();
  });
}

at("filter").addEventListener("submit", e => {
  e.preventDefault();
  look();
});
at("read").addEventListener("click", () => doing(() => mark({ upto: news.upto }, news.items.map(i => i.item))));
rememberOfficer();
at("new-title").after(csv.tools("inbox", () => news && csv.flat(news.items)));
at("alerts-title").after(csv.tools("alerts", () => alerts && csv.flat(alerts)));
await page.start({ speak: draw, back: () => news && look(), keys: () => [["Ctrl+Z", "act.undo"]] });
draw();
if (officer())
  await look();
const quietly = () => news && officer() && !document.hidden && load(true).catch(() => {});
setInterval(quietly, AGAIN);
live.follow(["cyber"], quietly);
await page.keepWatch();
