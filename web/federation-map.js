// The map: outlines as the node has them (tools/world-map), of the members and of what lies around them, for any bloc.

import { patterns, svg } from "./chart.js";
import { SIGN } from "./dom.js";

const WIDE = 1000;

/** Arcs in degrees; a ring is a list of arcs, the complement of a number the same arc backwards. */
function unpack(map) {
  const arcs = map.arcs.map(a => {
    const out = [];
    for (let i = 0, x = 0, y = 0; i < a.length; i += 2) {
      x += a[i];
      y += a[i + 1];
      out.push([x / map.scale, y / map.scale]);
    }
    return out;
  });
  const ring = list => list.flatMap(n => n >= 0 ? arcs[n] : [...arcs[~n]].reverse());
  return { states: new Map(Object.entries(map.states).map(([state, rings]) => [state, rings.map(ring)])), others: map.others.map(ring) };
}

function box(points) {
  const b = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of points) {
    b[0] = Math.min(b[0], x);
    b[1] = Math.min(b[1], y);
    b[2] = Math.max(b[2], x);
    b[3] = Math.max(b[3], y);
  }
  return b;
}

const meet = (a, b) => a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3];

/** Where the letters stand: the middle of the area of a ring. */
function middle(ring) {
  let sum = 0, x = 0, y = 0;
  ring.forEach(([x1, y1], i) => {
    const [x2, y2] = ring[(i + 1) % ring.length], cross = x1 * y2 - x2 * y1;
    sum += cross;
    x += (x1 + x2) * cross;
    y += (y1 + y2) * cross;
  });
  return sum ? [x / (3 * sum), y / (3 * sum)] : ring[0];
}

/** What is seen: the members' largest lands with a margin; widths as they are in the middle of it. */
function frame(lands) {
  const all = lands.map(rings => box(rings[0])), b = box(all.flatMap(o => [[o[0], o[1]], [o[2], o[3]]]));
  const pad = Math.max(1, 0.05 * Math.max(b[2] - b[0], b[3] - b[1])), seen = [b[0] - pad, Math.max(-89, b[1] - pad), b[2] + pad, Math.min(89, b[3] + pad)];
  const squeeze = Math.cos((seen[1] + seen[3]) / 2 * Math.PI / 180), k = WIDE / ((seen[2] - seen[0]) * squeeze);
  return { seen, high: (seen[3] - seen[1]) * k, at: ([x, y]) => [(x - seen[0]) * squeeze * k, (seen[3] - y) * k] };
}

const path = (rings, at) => rings.map(r => `M${r.map(p => at(p).map(v => v.toFixed(1)).join(" ")).join("L")}Z`).join("");

/** A link from here to each of the others, by what is known of it; where nothing is, none. */
function ties(drawn, where) {
  const own = drawn.find(m => m.own);
  return own ? drawn.filter(m => !m.own && m.grade !== "none").map(m => {
    const [[x1, y1], [x2, y2]] = [own, m].map(o => where.get(o.state)), bend = 0.12;
    return svg("path", { class: `tie ${m.grade}`, "data-to": m.state, d: `M${x1.toFixed(1)} ${y1.toFixed(1)}Q${((x1 + x2) / 2 + (y1 - y2) * bend).toFixed(1)} ${((y1 + y2) / 2 + (x2 - x1) * bend).toFixed(1)} ${x2.toFixed(1)} ${y2.toFixed(1)}` });
  }) : [];
}

/** posts: { name, says, at: { latitude, longitude } }, those that lie in the picture. */
const marks = (posts, seen, at) => posts.filter(p => p.at && meet([p.at.longitude, p.at.latitude, p.at.longitude, p.at.latitude], seen)).map(p => {
  const [x, y] = at([p.at.longitude, p.at.latitude]);
  return svg("g", { class: "post", role: "img", "aria-label": p.says }, svg("title", {}, p.says), svg("path", { d: `M${x.toFixed(1)} ${(y - 9).toFixed(1)}l9 9l-9 9l-9 -9Z` }));
});

/** members: { state, name, grade, says, own }. Each is a link to its address; arrows go from one to the next. null: none of them has an outline. */
export function draw(map, members, posts, chosen, said) {
  const { states, others } = unpack(map), drawn = members.filter(m => states.has(m.state));
  if (!drawn.length)
    return null;
  const { seen, high, at } = frame(drawn.map(m => states.get(m.state))), near = rings => rings.filter(r => meet(box(r), seen));
  const around = [...[...states].filter(([s]) => !drawn.some(m => m.state === s)).map(([, rings]) => rings), others].map(near).filter(r => r.length);
  const where = new Map(drawn.map(m => [m.state, at(middle(states.get(m.state)[0]))]));
  const picture = svg("svg", { class: "world", viewBox: `0 0 ${WIDE} ${Math.round(high)}`, role: "group", "aria-label": said }, patterns("map"),
    ...around.map(rings => svg("path", { class: "land", d: path(rings, at) })),
    ...drawn.map(m => svg("a", { href: `#${m.state}`, class: m.own ? "own" : "", "aria-label": `${m.state} ${SIGN[m.grade]} ${m.name}: ${m.says}`, "data-state": m.state, ...(m.state === chosen && { "aria-current": "true" }) },
      svg("title", {}, `${m.name}: ${m.says}`), svg("path", { d: path(near(states.get(m.state)), at), fill: `url(#map-${m.grade})` }))),
    svg("g", { "aria-hidden": "true" }, ...ties(drawn, where), ...drawn.map(m => {
      const [x, y] = where.get(m.state);
      return svg("text", { class: "name", "data-of": m.state, x: x.toFixed(1), y: (y + 7).toFixed(1) }, `${m.state} ${SIGN[m.grade]}`);
    })), ...marks(posts, seen, at));
  picture.addEventListener("keydown", e => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[e.key], links = [...picture.querySelectorAll("a")], i = links.indexOf(document.activeElement);
    if (!step || i < 0)
      return;
    e.preventDefault();
    links[(i + step + links.length) % links.length].focus();
  });
  return picture;
}
