// Federation: the members on a map and in a table that says the same; the age of what is here of each; own logs and their witnesses.

import * as api from "./api.js";
import * as chart from "./chart.js";
import * as csv from "./csv.js";
import * as live from "./live.js";
import * as page from "./page.js";
import * as words from "./language.js";
import { draw as drawMap } from "./federation-map.js";
import { SIGN, at, code, el } from "./dom.js";

const { t } = words;
const AGAIN = 30_000;
const HOUR = 3_600_000;
let all = null;
let map = null;
let posts = [];
let queues = [];

const chosen = () => all?.members.find(m => `#${m.member}` === location.hash)?.member ?? null;
const tag = (grade, text) => el("span", { className: `tag ${grade}` }, el("b", { "aria-hidden": "true" }, SIGN[grade]), " ", text);
const moment = when => when ? words.moment(when) : SIGN.none;
const hours = when => when ? Math.max(0, (Date.parse(all.at) - Date.parse(when)) / HOUR) : null;
const age = when => when ? words.ago(when) : SIGN.none;
const oldest = m => m.logs.length && m.logs.every(l => l.looked) ? m.logs.map(l => l.looked).sort()[0] : null;
const contact = m => [m.link?.answered, m.link?.heard].filter(Boolean).sort().at(-1) ?? null;
const because = reason => words.or(`link.reason.${reason}`, reason);
const forked = m => m.logs.some(l => l.two_histories);

/** The worst that is known of a member decides its sign. */
function link(m) {
  if (forked(m) || ["suspended", "withdrawn", "compromised"].includes(m.standing))
    return ["bad", forked(m) ? t("fed.histories") : t(`fed.standing.${m.standing}`)];
  if (m.own)
    return ["good", t("fed.link.own")];
  if (!m.link || (!m.link.answered && !m.link.heard && !m.link.reason))
    return ["none", t("fed.link.none")];
  if (!m.reached)
    return ["bad", t("fed.link.down")];
  return m.stale ? ["warn", t("fed.link.stale")] : ["good", t("fed.link.up")];
}

function figures() {
  const pair = (key, value) => el("div", {}, el("dt", {}, t(key)), el("dd", {}, value));
  const others = all.members.filter(m => !m.own);
  at("figures").replaceChildren(pair("fed.members", words.number(all.members.length)),
    pair("fed.links", t("fed.of", { n: others.filter(m => m.reached).length, of: others.length })),
    pair("fed.witnesses", all.needed ? t("fed.of", { n: all.reached, of: all.needed }) : SIGN.none), pair("fed.forks", words.number(all.forks)));
  at("trouble").textContent = all.takes_part ? "" : t("fed.alone");
}

/** Posts with a place, each with its name and whom it faces. */
const located = () => posts.filter(p => p.at).map(p => {
  const name = p.names[words.current()] ?? p.names.en ?? p.post;
  return { at: p.at, says: p.neighbour ? t("fed.post.faces", { post: name, member: words.state(p.neighbour.member) }) : t("fed.post.named", { post: name }) };
});

function drawWorld() {
  const members = all.members.map(m => {
    const [grade, says] = link(m);
    return { state: m.member, name: words.state(m.member), grade, says, own: m.own };
  });
  const focused = document.activeElement?.dataset?.state;
  const picture = map?.arcs ? drawMap(map, members, located(), chosen(), t("fed.map")) : null;
  at("map").replaceChildren(...picture ? [picture, el("p", { className: "key" }, ["good", "warn", "bad", "none"].map(g => tag(g, t(`fed.grade.${g}`)))), el("p", { className: "note" }, t("fed.map.ties"), posts.some(p => p.at) ? ` ${t("fed.map.posts")}` : "")] : []);
  at("map-note").textContent = t(picture ? "fed.map.note" : "fed.map.none");
  at("map").querySelector(`a[data-state="${focused}"]`)?.focus();
}

const HEADS = ["fed.member", "fed.standing", "fed.link", "fed.contact", "fed.age", "fed.held", "fed.witnessed", "fed.histories", "fed.posts"];
const sum = (list, of) => list.reduce((n, l) => n + l[of], 0);
const facing = m => m.own ? posts.length : posts.filter(p => p.neighbour?.member === m.member).length;

function drawMembers() {
  const rows = all.members.map(m => [el("a", { href: `#${m.member}` }, words.state(m.member)), m.standing ? t(`fed.standing.${m.standing}`) : SIGN.none, tag(...link(m)), moment(contact(m)), age(oldest(m)),
    m.own || !m.logs.length ? SIGN.none : t("fed.of", { n: sum(m.logs, "held"), of: sum(m.logs, "size") }), m.logs.length ? words.number(sum(m.logs, "witnessed")) : SIGN.none, t(forked(m) ? "law.yes" : "law.no"), words.number(facing(m))]);
  const table = chart.table(HEADS.map(h => t(h)), rows, t("fed.members"));
  table.querySelectorAll("tbody tr").forEach((row, i) => row.classList.toggle("chosen", all.members[i].member === chosen()));
  at("members").replaceChildren(table);
  if (!at("members-tools").childNodes.length)
    at("members-tools").append(csv.tools("federation", () => all && ({ heads: HEADS.map(h => t(h)),
      rows: all.members.map(m => [m.member, m.standing, link(m)[1], contact(m), oldest(m), sum(m.logs, "held"), sum(m.logs, "witnessed"), forked(m) ? "yes" : "no", facing(m)]) })));
}

const logRow = l => [code(l.stream || l.origin), code(l.audience), t("fed.of", { n: l.held, of: l.size }), words.number(l.witnessed), age(l.looked), age(l.grown),
  l.two_histories ? tag("bad", t("fed.histories")) : l.reason ? tag("warn", because(l.reason)) : tag("good", t("fed.fine"))];

function drawOne() {
  const m = all.members.find(x => x.member === chosen());
  if (!m) {
    at("one").replaceChildren(el("p", { className: "note" }, t("fed.select")));
    return;
  }
  const facts = [["fed.standing", m.standing ? t(`fed.standing.${m.standing}`) : SIGN.none], ["fed.link", tag(...link(m))], ["fed.contact", moment(contact(m))],
    ["fed.clock", m.clock === null ? SIGN.none : t("fed.clock.ahead", { n: m.clock })], ["fed.text", m.other_text ? tag("warn", t("fed.text.other")) : t("fed.text.same")], ["fed.posts", words.number(facing(m))],
    ...(m.link?.reason ? [["fed.reason", because(m.link.reason)]] : [])];
  at("one").replaceChildren(el("h2", { id: "one-title", tabIndex: -1 }, words.state(m.member), " ", code(m.member)),
    el("dl", { className: "known" }, facts.flatMap(([k, v]) => [el("dt", {}, t(k)), el("dd", {}, v)])),
    m.own ? "" : m.logs.length ? chart.table(["fed.stream", "fed.audience", "fed.held", "fed.witnessed", "fed.looked", "fed.grown", "fed.state"].map(h => t(h)), m.logs.map(logRow), t("fed.logs"))
      : el("p", { className: "note" }, t("fed.logs.none")));
}

function drawAges() {
  const streams = [...new Set(all.members.flatMap(m => m.logs.map(l => l.stream)))].filter(Boolean).sort(), limit = all.stale_after / 3600;
  const pictures = [], rows = [], plain = [];
  for (const stream of streams) {
    const bars = all.members.flatMap(m => m.logs.filter(l => l.stream === stream && l.looked).map(l => ({ m, l, value: hours(l.looked) }))).sort((a, b) => b.value - a.value);
    for (const { m, l, value } of bars) {
      rows.push([words.state(m.member), code(stream), code(l.audience), words.number(Math.round(value * 10) / 10)]);
      plain.push([m.member, stream, l.audience, Math.round(value * 100) / 100]);
    }
    pictures.push({ title: code(stream), picture: chart.bars(bars.map(({ m, value }) => ({ label: m.member, value, grade: value > limit ? "bad" : "good", said: words.number(Math.round(value * 10) / 10) })),
      { most: Math.max(1, limit, ...bars.map(b => b.value)), limit, said: t("fed.ages.said", { stream, n: bars.length }) }) });
  }
  at("ages").replaceChildren(...pictures.length ? chart.multiples(pictures, { name: "ages", caption: t("fed.ages"), numbers: { heads: ["fed.member", "fed.stream", "fed.audience", "fed.hours"].map(h => t(h)), rows, plain } })
    : [el("p", { className: "note" }, t("fed.ages.none"))]);
}

function drawOwn() {
  at("own").replaceChildren(all.own.length ? chart.table(["fed.stream", "fed.audience", "fed.entries", "fed.witnessed", "fed.when", "fed.by", "fed.state"].map(h => t(h)), all.own.map(o => [code(o.stream || o.origin), code(o.audience),
    words.number(o.published), words.number(o.witnessed), moment(o.witnessed_at), words.number(o.by.length), o.reason ? tag("bad", because(o.reason)) : o.waiting_since ? tag("warn", t("fed.waits", { at: words.moment(o.waiting_since) })) : tag("good", t("fed.fine"))]),
  t("fed.own")) : el("p", { className: "note" }, t("fed.own.none")));
}

function drawQueues() {
  const name = g => `${g.post} · ${t(`slot.direction.${g.direction}`)} · ${t(`slot.class.${g.class}`)}`, list = queues.filter(g => g.ahead?.length);
  at("queues-part").hidden = !list.length;
  if (!list.length)
    return;
  const point = f => ({ at: Date.parse(f.at), value: f.minutes, low: f.low, high: f.high });
  at("queues").replaceChildren(...chart.multiples(list.map(g => ({ title: name(g), picture: chart.line(g.ahead.map(point), { said: t("fed.queues.said", { gate: name(g), n: g.ahead.length }) }) })), { name: "queues", caption: t("fed.queues"),
    numbers: { heads: ["fed.post", "waiting.hour", "waiting.expected", "waiting.span"].map(h => t(h)), rows: list.flatMap(g => g.ahead.map(f => [name(g), words.moment(f.at), words.number(f.minutes), `${words.number(f.low)}–${words.number(f.high)}`])),
      plain: list.flatMap(g => g.ahead.map(f => [g.place, f.at, f.minutes, `${f.low}..${f.high}`])) } }));
}

function draw() {
  if (!all)
    return;
  figures();
  drawWorld();
  drawMembers();
  drawOne();
  drawAges();
  drawOwn();
  drawQueues();
}

async function look() {
  try {
    all = await api.federation();
    at("trouble").textContent = "";
  } catch (e) {
    at("trouble").textContent = t("fed.trouble");
    return;
  }
  draw();
}

/** Posts and the hours ahead are of another service: without them the page has the rest. */
async function lookAtPosts() {
  try {
    posts = (await api.posts()).posts;
    queues = (await Promise.all(posts.slice(0, 8).map(p => api.waiting(p.post, 24)))).flatMap(b => b.gates.map(g => ({ ...g, post: b.post })));
    draw();
  } catch {
    posts = [];
  }
}

addEventListener("hashchange", () => {
  if (!all)
    return;
  drawWorld();
  drawMembers();
  drawOne();
  at("one-title")?.focus({ preventScroll: false });
});
const overTime = () => import("./statistics.js").then(m => m.stays(at("stays")), () => {});
await page.start({ speak: () => { draw(); overTime(); }, back: look });
map = await api.outlines();
await look();
await lookAtPosts();
const quietly = () => document.querySelector("details[open]") || look();
setInterval(quietly, AGAIN);
live.follow(["federation", "trust"], quietly);
await page.keepWatch();
