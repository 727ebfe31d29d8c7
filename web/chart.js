// Pictures of figures, drawn as SVG: each says in words what it shows, and stands beside a table with the same numbers.

import * as csv from "./csv.js";
import * as words from "./language.js";
import { el } from "./dom.js";

const { t } = words;
const NS = "http://www.w3.org/2000/svg";

export function svg(name, props = {}, ...children) {
  const e = document.createElementNS(NS, name);
  for (const [k, v] of Object.entries(props))
    e.setAttribute(k, v);
  e.append(...children);
  return e;
}

/** Hatches by grade, so that no colour is ever the only sign. id: of the picture, for several on one page. */
export const patterns = id => svg("defs", {},
  ...[["good", ""], ["warn", "M0 8 L8 0"], ["bad", "M0 0 L8 8 M0 8 L8 0"], ["none", "M3 4 h2"]].map(([grade, d]) =>
    svg("pattern", { id: `${id}-${grade}`, class: `hatch ${grade}`, width: 8, height: 8, patternUnits: "userSpaceOnUse" }, svg("rect", { width: 8, height: 8 }), svg("path", { d }))));

export const table = (heads, rows, caption) => el("div", { className: "scroll", role: "region", tabIndex: 0, "aria-label": caption }, el("table", { className: "cases" },
  el("thead", {}, el("tr", {}, heads.map(h => el("th", { scope: "col" }, h)))),
  el("tbody", {}, rows.map(r => el("tr", {}, r.map((c, i) => i ? el("td", {}, c) : el("th", { scope: "row" }, c)))))));

let pictures = 0;

/** rows: { label, value, said, grade }; limit: a line across, in the measure of the values. */
export function bars(rows, { most = Math.max(1, ...rows.map(r => r.value)), limit = null, said }) {
  const id = `bars${++pictures}`, w = 320, each = 22, top = 4, from = 44, wide = w - from - 60, x = v => from + wide * Math.min(v, most) / most;
  return svg("svg", { class: "chart", viewBox: `0 0 ${w} ${top + each * rows.length + 4}`, role: "img", "aria-label": said }, patterns(id),
    ...rows.flatMap((r, i) => {
      const y = top + each * i;
      return [svg("text", { x: from - 6, y: y + 15, "text-anchor": "end" }, r.label), svg("rect", { x: from, y: y + 3, width: Math.max(1, x(r.value) - from), height: each - 6, fill: `url(#${id}-${r.grade ?? "good"})`, class: `bar ${r.grade ?? "good"}` }),
        svg("text", { x: x(r.value) + 5, y: y + 15 }, r.said)];
    }), ...(limit !== null && limit <= most ? [svg("line", { class: "limit", x1: x(limit), x2: x(limit), y1: 0, y2: top + each * rows.length + 4 })] : []));
}

/** points: { at, value, low, high } in order of time; low and high are drawn as a band when they are there. */
export function line(points, { said, unit = "" }) {
  const w = 320, h = 130, left = 40, foot = 104, first = points[0].at, span = Math.max(1, points.at(-1).at - first);
  const most = Math.max(1, ...points.map(p => p.high ?? p.value)), x = p => left + (w - left - 8) * (p.at - first) / span, y = v => foot - (foot - 10) * v / most;
  const d = (list, value) => list.map((p, i) => `${i ? "L" : "M"}${x(p).toFixed(1)} ${y(value(p)).toFixed(1)}`).join(" ");
  const band = points.every(p => p.high !== undefined) ? [svg("path", { class: "band", d: `${d(points, p => p.high)} ${d([...points].reverse(), p => p.low).replace("M", "L")} Z` })] : [];
  const hour = p => new Intl.DateTimeFormat(words.locale(), span > 172_800_000 ? { day: "numeric", month: "short" } : { hour: "2-digit", minute: "2-digit" }).format(p.at);
  return svg("svg", { class: "chart", viewBox: `0 0 ${w} ${h}`, role: "img", "aria-label": said }, ...band,
    svg("path", { class: "run", d: d(points, p => p.value) }), svg("line", { x1: left, x2: w - 8, y1: foot, y2: foot }),
    svg("text", { x: left - 5, y: 16, "text-anchor": "end" }, `${words.number(Math.round(most))}${unit}`), svg("text", { x: left - 5, y: foot, "text-anchor": "end" }, words.number(0)),
    svg("text", { x: left, y: foot + 18 }, hour(points[0])), svg("text", { x: w - 8, y: foot + 18, "text-anchor": "end" }, hour(points.at(-1))));
}

/** Small multiples with their numbers underneath. list: { title, picture }; numbers: { heads, rows, plain } (plain: rows for the file). */
export function multiples(list, { name, caption, numbers }) {
  return [el("div", { className: "multiples" }, list.map(m => el("figure", {}, el("figcaption", {}, m.title), m.picture))),
    el("details", {}, el("summary", {}, t("chart.numbers")), table(numbers.heads, numbers.rows, caption), csv.tools(name, () => ({ heads: numbers.heads, rows: numbers.plain ?? numbers.rows })))];
}
