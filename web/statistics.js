// Counts by day as pictures: stays by purpose, and those who wait for the desks. A table beside each has the same numbers.

import * as api from "./api.js";
import * as words from "./language.js";
import { multiples, patterns, svg } from "./chart.js";
import { SIGN, el, empty } from "./dom.js";
import { problem } from "./problem.js";

const { t } = words;
const WINDOWS = [7, 30, 90];
const STORE = "serai.statistics.days";
const W = 320, H = 150, LEFT = 40, RIGHT = W - 8, FOOT = 92, LOW = 126;

let pictures = 0;

/** Points that are there, joined where the days touch; one alone is a dot. */
function lines(list, x, y, kind) {
  const runs = list.reduce((all, v, i) => {
    if (v === null)
      return all;
    if (i && list[i - 1] !== null)
      all.at(-1).push(i);
    else
      all.push([i]);
    return all;
  }, []);
  return runs.map(r => r.length > 1 ? svg("path", { class: kind, d: r.map((i, k) => `${k ? "L" : "M"}${x(i).toFixed(1)} ${y(list[i]).toFixed(1)}`).join(" ") })
    : svg("circle", { class: `${kind} dot`, cx: x(r[0]).toFixed(1), cy: y(list[r[0]]).toFixed(1), r: 2.5 }));
}

/** rows: { day, level, mark, up, down }, null where nothing is told: a line, a broken line, and bars up and down below them. */
function picture(rows, said) {
  const id = `days${++pictures}`, of = key => rows.map(r => r[key] ?? null), most = Math.max(1, ...of("level"), ...of("mark")), tall = Math.max(1, ...of("up"), ...of("down"));
  const step = (RIGHT - LEFT) / rows.length, x = i => LEFT + step * (i + .5), y = v => FOOT - (FOOT - 10) * v / most, wide = Math.max(1, step * .7);
  const bar = (i, v, grade, up) => v ? [svg("rect", { class: `bar ${grade}`, fill: `url(#${id}-${grade})`, x: (x(i) - wide / 2).toFixed(1), width: wide.toFixed(1), y: (up ? LOW - 20 * v / tall : LOW).toFixed(1), height: (20 * v / tall).toFixed(1) })] : [];
  const day = r => new Intl.DateTimeFormat(words.locale(), { day: "numeric", month: "short", timeZone: "UTC" }).format(Date.parse(r.day));
  return svg("svg", { class: "chart", viewBox: `0 0 ${W} ${H + 14}`, role: "img", "aria-label": said }, patterns(id),
    svg("line", { x1: LEFT, x2: RIGHT, y1: FOOT, y2: FOOT }), svg("line", { x1: LEFT, x2: RIGHT, y1: LOW, y2: LOW }),
    ...rows.flatMap((r, i) => [...bar(i, r.up, "good", true), ...bar(i, r.down, "warn", false)]),
    ...lines(of("level"), x, y, "run"), ...lines(of("mark"), x, y, "limit"),
    svg("text", { x: LEFT - 5, y: 16, "text-anchor": "end" }, words.number(most)), svg("text", { x: LEFT - 5, y: FOOT, "text-anchor": "end" }, words.number(0)),
    ...(rows.some(r => r.up || r.down) ? [svg("text", { x: LEFT - 5, y: LOW - 8, "text-anchor": "end" }, words.number(tall))] : []),
    svg("text", { x: LEFT, y: H + 10 }, day(rows[0])), svg("text", { x: RIGHT, y: H + 10, "text-anchor": "end" }, day(rows.at(-1))));
}

const number = n => n === null ? SIGN.none : words.number(n);
const last = (rows, key) => rows.findLast(r => r[key] !== null);

/** What each kind of line and bar stands for, with its sign. */
const key = list => el("p", { className: "key" }, list.map(([sign, word]) => el("span", {}, el("b", { "aria-hidden": "true" }, sign), ` ${t(word)}`)));

function chooser(place, days, again) {
  const choice = el("select", {}, WINDOWS.map(d => el("option", { value: d, selected: d === days }, words.number(d))));
  choice.addEventListener("change", () => {
    localStorage.setItem(STORE, choice.value);
    again(place);
  });
  return el("label", { className: "days no-print" }, el("span", {}, t("stats.days")), " ", choice);
}

/** The days chosen, the pictures, or what is missing; focus stays on the choice. */
async function show(place, ask, parts, again) {
  const held = place.contains(document.activeElement), days = WINDOWS.find(d => String(d) === localStorage.getItem(STORE)) ?? 30;
  let drawn;
  try {
    drawn = parts(await ask(days));
  } catch (e) {
    drawn = [el("p", { className: "note" }, problem(e))];
  }
  place.replaceChildren(chooser(place, days, again), ...drawn);
  if (held)
    place.querySelector("select").focus();
}

function stayParts(got) {
  const purposes = [...new Set(got.stays.map(s => s.purpose))], name = p => p ? words.word("purpose", p) : t("stats.unrecorded");
  const told = purposes.map(p => [p, got.stays.filter(s => s.purpose === p)]).filter(([, rows]) => rows.some(r => [r.inside, r.came, r.left, r.over].some(n => n !== null)));
  if (!told.length)
    return [empty(t("stats.none"), "serai stays count")];
  const say = (p, rows) => {
    const inside = last(rows, "inside"), over = last(rows, "over");
    return [name(p), ...(inside ? [t("stats.said", { what: t("stats.inside"), n: words.number(inside.inside), day: words.day(inside.day) })] : []), ...(over ? [t("stats.said", { what: t("stats.over"), n: words.number(over.over), day: words.day(over.day) })] : [])].join(". ");
  };
  const all = told.flatMap(([, rows]) => rows);
  return [el("p", { className: "note" }, t("stats.note", { least: got.least })), key([["━", "stats.inside"], ["╌", "stats.over"], ["▮", "stats.came"], ["▨", "stats.left"]]),
    ...multiples(told.map(([p, rows]) => ({ title: name(p), picture: picture(rows.map(r => ({ day: r.day, level: r.inside, mark: r.over, up: r.came, down: r.left })), say(p, rows)) })), { name: "stays", caption: t("stats.stays"),
      numbers: { heads: ["slot.day", "screen.purpose", "stats.inside", "stats.came", "stats.left", "stats.over"].map(h => t(h)),
        rows: all.map(r => [words.day(r.day), name(r.purpose), number(r.inside), number(r.came), number(r.left), number(r.over)]), plain: all.map(r => [r.day, r.purpose, r.inside, r.came, r.left, r.over]) } })];
}

function gateParts(posts) {
  const places = [...new Set(posts.map(d => d.place))], of = p => posts.filter(d => d.place === p);
  const name = place => {
    const [post, direction, kind] = place.split("/");
    return `${post} · ${words.word("slot.direction", direction)} · ${words.word("slot.class", kind)}`;
  };
  const say = p => {
    const seen = last(of(p), "longest");
    return [name(p), ...(seen ? [t("stats.said", { what: t("stats.longest"), n: words.number(seen.longest), day: words.day(seen.day) })] : [])].join(". ");
  };
  return places.length ? [key([["━", "stats.longest"], ["▮", "stats.new"], ["▨", "stats.gone"]]),
    ...multiples(places.map(p => ({ title: name(p), picture: picture(of(p).map(d => ({ day: d.day, level: d.longest, up: d.arrived, down: d.gone })), say(p)) })), { name: "posts-by-day", caption: t("stats.queues"),
      numbers: { heads: ["slot.day", "fed.post", "stats.longest", "stats.new", "stats.gone"].map(h => t(h)), rows: posts.map(d => [words.day(d.day), name(d.place), number(d.longest), number(d.arrived), number(d.gone)]),
        plain: posts.map(d => [d.day, d.place, d.longest, d.arrived, d.gone]) } })] : [];
}

function queueParts(got) {
  const list = ["applications", "complaints"].filter(q => got[q].some(d => d.waiting || d.came || d.decided)), gates = gateParts(got.posts);
  if (!list.length)
    return gates.length ? gates : [empty(t("stats.queues.none"), "serai permission apply --help")];
  const name = q => t(q === "complaints" ? "complaint.title" : "desk.inbox"), all = list.flatMap(q => got[q].map(d => [q, d])), say = q => t("stats.said", { what: `${name(q)}. ${t("op.waiting")}`, n: words.number(got[q].at(-1).waiting), day: words.day(got[q].at(-1).day) });
  return [el("p", { className: "note" }, t("stats.queues.note")), key([["━", "op.waiting"], ["▮", "stats.new"], ["▨", "stats.decided"]]),
    ...multiples(list.map(q => ({ title: name(q), picture: picture(got[q].map(d => ({ day: d.day, level: d.waiting, up: d.came, down: d.decided })), say(q)) })), { name: "queues-by-day", caption: t("stats.queues"),
      numbers: { heads: ["slot.day", "op.queue", "op.waiting", "stats.new", "stats.decided", "stats.middle", "stats.slow"].map(h => t(h)),
        rows: all.map(([q, d]) => [words.day(d.day), name(q), number(d.waiting), number(d.came), number(d.decided), number(d.middle_hours), number(d.slow_hours)]), plain: all.map(([q, d]) => [d.day, q, d.waiting, d.came, d.decided, d.middle_hours, d.slow_hours]) } }), ...gates];
}

export const stays = place => show(place, api.stayStatistics, stayParts, stays);
export const queues = place => show(place, api.queueStatistics, queueParts, queues);
