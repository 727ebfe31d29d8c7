// Pictures of an object: what stands one step from it, and when it was seen. Each has a list or table beside it that says the same.

import * as words from "./language.js";
import { kind } from "./cyber-words.js";

const NS = "http://www.w3.org/2000/svg";
const MOST = 16;

function svg(name, props = {}, ...children) {
  const e = document.createElementNS(NS, name);
  for (const [k, v] of Object.entries(props))
    e.setAttribute(k, v);
  e.append(...children);
  return e;
}

const short = s => s.length > 22 ? `${s.slice(0, 21)}…` : s;

/** nodes: { name, by, seen } */
export function graph(self, nodes, said) {
  const w = 640, h = 420, list = nodes.slice(0, MOST);
  const place = i => {
    const angle = 2 * Math.PI * i / list.length;
    return [w / 2 + 230 * Math.cos(angle), h / 2 + 150 * Math.sin(angle)];
  };
  return svg("svg", { class: "graph", viewBox: `0 0 ${w} ${h}`, role: "img", "aria-label": said },
    ...list.map((n, i) => svg("line", { x1: w / 2, y1: h / 2, x2: place(i)[0], y2: place(i)[1] })),
    svg("circle", { class: "self", cx: w / 2, cy: h / 2, r: 14 }), svg("text", { x: w / 2, y: h / 2 + 30 }, short(self)),
    ...list.flatMap((n, i) => {
      const [x, y] = place(i);
      return [svg("circle", { class: n.seen ? "" : "dim", cx: x, cy: y, r: 9 }), svg("text", { x, y: y + 24 }, short(n.name)),
        svg("text", { x: (x + w / 2) / 2, y: (y + h / 2) / 2 - 4 }, short(n.by))];
    }));
}

/** rows: [[day, count]] in order */
export function bars(rows, said) {
  const list = rows.slice(-14), most = Math.max(1, ...list.map(r => r[1])), w = 580;
  return svg("svg", { class: "bars", viewBox: `0 0 ${w} 130`, role: "img", "aria-label": said },
    ...list.flatMap(([day, n], i) => {
      const high = 80 * n / most;
      return [svg("rect", { x: 15 + 40 * i, y: 100 - high, width: 30, height: high }), svg("text", { x: 30 + 40 * i, y: 95 - high }, words.number(n)),
        svg("text", { x: 30 + 40 * i, y: 118 }, day.slice(5))];
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
