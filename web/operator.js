// Operator: what needs doing at this node and how, its parts, queues, keys and settings.

import * as api from "./api.js";
import * as chart from "./chart.js";
import * as csv from "./csv.js";
import * as live from "./live.js";
import * as page from "./page.js";
import * as words from "./language.js";
import { SIGN, at, code, el } from "./dom.js";

const { t } = words;
const AGAIN = 60_000;
const WEIGHT = { fault: "bad", care: "warn", note: "none" };
const ORDER = ["fault", "care", "note"];
const SOON = 30 * 86_400_000;
let all = null;

const tag = (grade, text) => el("span", { className: `tag ${grade}` }, el("b", { "aria-hidden": "true" }, SIGN[grade]), " ", text);
const moment = when => when ? words.moment(when) : t("op.never");
const UNITS = [["terabyte", 1e12], ["gigabyte", 1e9], ["megabyte", 1e6]];

function bytes(n) {
  if (n === null)
    return SIGN.none;
  const [unit, size] = UNITS.find(([, s]) => n >= s) ?? UNITS.at(-1);
  return new Intl.NumberFormat(words.locale(), { style: "unit", unit, maximumFractionDigits: 1 }).format(n / size);
}
const english = text => el("bdi", { lang: "en" }, text);

function figures() {
  const pair = (key, value) => el("div", {}, el("dt", {}, t(key)), el("dd", {}, value));
  const n = w => all.findings.filter(f => f.weight === w).length;
  at("figures").replaceChildren(pair("op.weight.fault", n("fault") ? tag("bad", words.number(n("fault"))) : tag("good", words.number(0))), pair("op.weight.care", n("care") ? tag("warn", words.number(n("care"))) : tag("good", words.number(0))),
    pair("op.backup", moment(all.backed_up)), pair("op.bytes", bytes(all.store.bytes)), pair("op.room", bytes(all.store.room)), pair("op.version", code(all.version)), pair("op.started", moment(all.started)),
    ...(all.maintenance ? [pair("fed.state", tag("warn", t("link.maintained")))] : []));
}

function drawFindings() {
  const list = [...all.findings].sort((a, b) => ORDER.indexOf(a.weight) - ORDER.indexOf(b.weight));
  at("findings").replaceChildren(...list.map(f => el("li", { className: f.weight }, el("p", {}, tag(WEIGHT[f.weight], t(`op.weight.${f.weight}`)), " · ", code(f.word)), el("p", {}, english(f.seen)), el("p", { className: "note" }, words.or(`doctor.${f.word}`, f.means)),
    el("p", {}, el("strong", {}, `${t("op.remedy")}: `), words.or(`doctor.${f.word}.do`, f.remedy)))), ...(list.length ? [] : [el("li", {}, all.looked ? tag("good", t("op.findings.none")) : tag("none", t("op.findings.not")))]));
  if (!at("findings-tools").childNodes.length)
    at("findings-tools").append(csv.tools("findings", () => all && ({ heads: ["weight", "word", "seen", "means", "remedy"], rows: all.findings.map(f => [f.weight, f.word, f.seen, f.means, f.remedy]) })));
}

function ends(k) {
  if (k.trouble)
    return tag("bad", english(k.trouble));
  if (!k.ends)
    return tag("good", t("op.no-end"));
  const left = Date.parse(k.ends) - Date.parse(all.at);
  return tag(left < 0 ? "bad" : left < SOON ? "warn" : "good", `${words.moment(k.ends)} (${words.ago(k.ends)})`);
}

function draw() {
  if (!all)
    return;
  figures();
  drawFindings();
  const store = [t("op.store"), all.store.up ? tag("good", t("fed.fine")) : tag("bad", t("op.not-well")), all.store.up ? words.moment(all.at) : SIGN.none, all.store.detail ? english(all.store.detail) : SIGN.none];
  at("parts").replaceChildren(chart.table(["op.part", "fed.state", "op.last-well", "fed.reason"].map(h => t(h)), [store, ...all.parts.map(p => [el("span", { "data-part": p.name }, words.or(`op.part.${p.name}`, p.name)), p.well ? tag("good", t("fed.fine")) : tag("bad", t("op.not-well")), p.last_well ? words.moment(p.last_well) : SIGN.none,
    p.detail ? english(p.detail) : SIGN.none])], t("op.parts")));
  const most = Math.max(1, ...all.queues.map(q => q.waiting));
  at("queues").replaceChildren(chart.table([t("op.queue"), t("op.waiting")], all.queues.map(q => [t(`op.queue.${q.name}`), [words.number(q.waiting), " ", el("meter", { min: 0, max: most, value: q.waiting, "aria-hidden": "true" })]]), t("op.queues")),
    csv.tools("queues", () => ({ heads: ["queue", "waiting"], rows: all.queues.map(q => [q.name, q.waiting]) })));
  at("keys").replaceChildren(chart.table(["op.key", "op.place", "op.ends"].map(h => t(h)), all.keys.map(k => [code(k.name), k.place ? t(`op.place.${k.place}`) : SIGN.none, ends(k)]), t("op.keys")),
    csv.tools("keys", () => ({ heads: ["key", "place", "ends"], rows: all.keys.map(k => [k.name, k.place, k.ends]) })));
  at("config").replaceChildren(chart.table([t("op.setting"), t("op.value")], all.config.map(c => [code(c.name), code(c.value)]), t("op.config")));
}

async function look() {
  try {
    all = await api.operator();
    at("trouble").textContent = "";
  } catch (e) {
    at("trouble").textContent = t(e.reason === "not-for-you" ? "op.denied" : "op.trouble");
    return;
  }
  draw();
}

const overTime = () => import("./statistics.js").then(m => m.queues(at("over-time")), () => {});
await page.start({ speak: () => { draw(); overTime(); }, back: look });
await look();
setInterval(look, AGAIN);
live.follow(["lane", "trust", "federation"], () => live.busy(document.querySelector("main")) || look());
await page.keepWatch();
