// Pictures of an object: what stands one step from it, and when it was seen. Each has a list or table beside it that says the same.

import * as words from "./language.js";
import { kind, where } from "./cyber-words.js";

const NS = "http://www.w3.org/2000/svg";
export const MOST = 16; // in the picture; the list has all

function svg(name, props = {}, ...children) {
  const e = document.createElementNS(NS, name);
  for (const [k, v] of Object.entries(props))
    e.setAttribute(k, v);
  e.append(...children);
  return e;
}

const short = s => s.length > 22 ? `${s.slice(0, 21)}…` : s;

/** nodes: { id, name, by, seen }; those that may be seen are links. Arrows go from one to the next. */
export function graph(self, nodes, said) {
  const w = 640, h = 420, list = nodes.slice(0, MOST);
  const place = i => {
    const angle = 2 * Math.PI * i / list.length;
    return [w / 2 + 230 * Math.cos(angle), h / 2 + 150 * Math.sin(angle)];
  };
  const picture = svg("svg", { class: "graph", viewBox: `0 0 ${w} ${h}`, role: "group", "aria-label": said },
    ...list.map((n, i) => svg("line", { x1: w / 2, y1: h / 2, x2: place(i)[0], y2: place(i)[1] })),
    svg("circle", { class: "self", cx: w / 2, cy: h / 2, r: 14 }), svg("text", { x: w / 2, y: h / 2 + 30 }, short(self)),
    ...list.flatMap((n, i) => {
      const [x, y] = place(i);
      const drawn = [svg("circle", { class: n.seen ? "" : "dim", cx: x, cy: y, r: 9 }), svg("text", { x, y: y + 24 }, short(n.name))];
      return [svg("text", { x: (x + w / 2) / 2, y: (y + h / 2) / 2 - 4 }, short(n.by)), n.seen ? svg("a", { href: where(n.id) }, ...drawn) : svg("g", {}, ...drawn)];
    }));
  picture.addEventListener("keydown", e => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[e.key], links = [...picture.querySelectorAll("a")], i = links.indexOf(document.activeElement);
    if (!step || i < 0)
      return;
    e.preventDefault();
    links[(i + step + links.length) % links.length].focus();
  });
  return picture;
}

const DAY = 86_400_000;
const BARS = 20;

/** rows: [[day, count]] in order. As many bars as there are days, or each for several; days without a sighting stand as gaps. */
export function bars(rows, said) {
  const first = Date.parse(rows[0][0]), days = Math.round((Date.parse(rows.at(-1)[0]) - first) / DAY) + 1, each = Math.ceil(days / BARS), n = Math.ceil(days / each);
  const sums = new Array(n).fill(0);
  for (const [day, count] of rows)
    sums[Math.floor((Date.parse(day) - first) / DAY / each)] += count;
  const most = Math.max(1, ...sums), w = 580, wide = Math.min(60, (w - 20) / n), label = Math.ceil(n * 52 / w);
  return svg("svg", { class: "bars", viewBox: `0 0 ${w} 130`, role: "img", "aria-label": said },
    svg("line", { x1: 10, y1: 100, x2: w - 10, y2: 100 }),
    ...sums.flatMap((sum, i) => {
      const high = 80 * sum / most, x = 10 + wide * i, day = new Date(first + i * each * DAY).toISOString();
      return [sum ? svg("rect", { x: x + 2, y: 100 - high, width: wide - 4, height: high }) : "", sum ? svg("text", { x: x + wide / 2, y: 95 - high }, words.number(sum)) : "",
        i % label ? "" : svg("text", { x: Math.max(x + wide / 2, 22), y: 118 }, day.slice(5, 10))];
    }));
}

/** What the picture and the list beside it have: what the object names, and what names it. */
export function neighbours(o) {
  const names = o.names.map(n => ({ id: n.id, name: n.name ?? n.id.split("--")[0], by: n.by.replace(/_refs?$/, ""), seen: !!n.label, label: n.label }));
  const named = o.named_by.filter(n => n.type !== "sighting").map(n => n.other
    ? { id: n.other.id, name: n.other.name ?? kind(n.other.id.split("--")[0]), by: n.name, seen: !!n.other.label, label: n.other.label }
    : { id: n.id, name: n.name || kind(n.type), by: kind(n.type), seen: true, label: n.label });
  return [...names, ...named];
}
