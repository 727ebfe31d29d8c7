// How one check was decided: which part worked when and how long, and how old what it looked into was. Drawn when unfolded.

import * as words from "./language.js";
import { el } from "./dom.js";
import { patterns, svg, table } from "./chart.js";

const { t } = words;

const micro = ns => `${words.number(Math.round(ns / 100) / 10)} µs`;
const KIND = { seal: "vds", other: "any" };
const name = p => words.or(`decided.${p.part}`, words.word("kind", KIND[p.part] ?? p.part));

/** By time of beginning; what is inside another part comes after it. */
const inTurn = list => [...list].sort((a, b) => a.from_ns - b.from_ns || b.took_ns - a.took_ns);

/**
 * A line per part, on one scale of time: what stands beside another worked at that time. The last one, where it took longer than all
 * before it, as waiting for a disk does, is drawn broken.
 */
function picture(parts, said) {
  const last = parts.at(-1), before = last.from_ns, broken = last.took_ns > before, whole = broken ? before * 1.3 : before + last.took_ns;
  const w = 640, each = 20, from = 26, top = 2, right = w - 90, x = ns => from + (right - from) * Math.min(ns, whole) / Math.max(1, whole);
  return svg("svg", { class: "chart", viewBox: `0 0 ${w} ${top * 2 + each * parts.length}`, role: "img", "aria-label": said }, patterns("decided"),
    ...parts.flatMap((p, i) => {
      const y = top + each * i, end = Math.max(x(p.from_ns) + 1.5, x(p.from_ns + p.took_ns)), grade = p.within ? "none" : "good";
      return [svg("text", { x: from - 6, y: y + 15, "text-anchor": "end" }, words.number(i + 1)),
        svg("rect", { x: x(p.from_ns), y: y + 3, width: end - x(p.from_ns), height: each - 6, fill: `url(#decided-${grade})`, class: `bar ${grade}` }),
        ...(broken && p === last ? [svg("path", { class: "broken", d: `M${end - 26} ${y + each} l8 ${-each} M${end - 20} ${y + each} l8 ${-each}` })] : []),
        svg("text", { x: end + 5, y: y + 15 }, micro(p.took_ns))];
    }));
}

/** What it was fed with: a piece of evidence, whose data, of when. */
function fed(p, a) {
  const age = p.as_of ?? (p.part === "chain" ? a.age.anchors : null);
  return [p.evidence === null ? null : t("reason.evidence", { n: p.evidence + 1 }), p.state ? words.state(p.state.toUpperCase()) : null,
    age ? words.ago(age) : null, p.part === "law" && a.age.agreement !== null ? t("facts.agreement", { version: a.age.agreement }) : null].filter(Boolean).join(" · ") || "–";
}

function fill(a) {
  const parts = inTurn(a.measured), longest = parts.filter(p => !p.within).reduce((m, p) => p.took_ns > m.took_ns ? p : m);
  const said = t("decided.said", { us: `${words.number(a.took_us)} µs`, part: name(longest) });
  return [el("p", {}, said), picture(parts, said),
    table([t("decided.part"), t("decided.began"), t("decided.took"), t("decided.fed")],
      parts.map((p, i) => [`${words.number(i + 1)} ${p.within ? "↳ " : ""}${name(p)}`, micro(p.from_ns), micro(p.took_ns), fed(p, a)]), t("decided.title")),
    el("p", { className: "note" }, t("decided.alone"))];
}

/** Null when the node did not measure. */
export function decided(a) {
  if (!a.measured?.length)
    return null;
  const d = el("details", { id: "decided" }, el("summary", {}, t("decided.title")));
  d.addEventListener("toggle", () => d.open && d.children.length === 1 && d.append(...fill(a)));
  return d;
}
