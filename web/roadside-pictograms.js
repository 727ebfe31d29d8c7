// Vehicles of the categories, drawn for this page: side views that face the left, in the colour of the text.

const SVG = "http://www.w3.org/2000/svg";

const wheel = (x, r = 7, y = 48) => ({ circle: [x, y, r] });
const body = d => ({ d });
const glass = d => ({ d, cut: true });
const line = (d, width = 4) => ({ d, width });

const motorcycle = (wide, more) => [{ ring: [24 - wide, 44, 11] }, { ring: [72 + wide, 44, 11] },
  line(`M${24 - wide} 44L36 24L60 26L${72 + wide} 44M36 24L44 44H56L62 27`), line("M36 24L33 13H26"), ...more];

const lorry = (end, wheels) => [body("M6 46V26L12 14H26V46z"), glass("M10 26L14 18H22V26z"), body(`M29 8H${end}V46H29z`), ...wheels.map(x => wheel(x))];
const bus = (end, wheels, windows) => [body(`M6 46V20Q6 10 16 10H${end - 4}Q${end} 10 ${end} 14V46z`),
  ...windows.map(x => glass(`M${x} 16H${x + 9}V28H${x}z`)), ...wheels.map(x => wheel(x))];

const DRAWN = {
  AM: [{ ring: [22, 46, 8] }, { ring: [72, 46, 8] }, line("M22 46L31 16M24 14H34"), body("M30 34Q34 42 42 42H52L56 30H80L84 42H60L54 49H38Q30 46 28 38z"), body("M56 24H80V29H56z")],
  A1: motorcycle(-3, [body("M40 22H56L54 30H42z"), line("M58 22H72")]),
  A2: motorcycle(0, [body("M37 18Q48 12 56 22L54 32H42z"), line("M58 22L76 20")]),
  A: motorcycle(2, [body("M24 20Q30 8 38 14L46 18Q54 16 58 24L76 18L70 30L58 32L50 42H40L32 32z"), line("M36 14L30 6", 3)]),
  B1: [body("M24 46V30L34 14H60L70 28V46z"), glass("M31 29L38 19H46V29z"), glass("M50 19H57L63 29H50z"), wheel(34), wheel(61)],
  B: [body("M4 45V34Q6 30 22 28L36 14H64Q70 14 76 28L90 31Q92 34 92 45z"), glass("M29 28L39 18H49V28z"), glass("M53 18H63Q67 20 71 28H53z"), wheel(24, 8), wheel(73, 8)],
  C1: lorry(74, [17, 62]),
  C: lorry(92, [17, 70, 84]),
  D1: bus(78, [20, 64], [10, 24, 38, 52, 64]),
  D: bus(94, [20, 70, 84], [10, 23, 36, 49, 62, 76]),
  T: [{ ring: [22, 48, 8] }, { ring: [66, 40, 16] }, body("M8 40V28L12 24H40V40H31A10 10 0 0 0 13 40z"), body("M40 8H74V13H70V24A18 18 0 0 0 48 40H40z"), glass("M44 14H64V23Q54 24 48 30H44z"), line("M20 24V12", 3)],
  TRAM: [line("M48 14L36 4H60z", 3), body("M6 44V22Q8 14 16 14H80Q88 14 90 22V44z"), ...[12, 28, 44, 60, 74].map(x => glass(`M${x} 20H${x + 11}V31H${x}z`)),
    { circle: [24, 46, 5] }, { circle: [72, 46, 5] }, line("M2 54H94", 3)],
};
DRAWN.TROLLEYBUS = [line("M56 10L84 2M48 10L76 2", 2), ...DRAWN.D];

/** The trailer of the categories with E, beside its vehicle made smaller. */
const TRAILER = [line("M0 44H12"), body("M10 18H40V46H10z"), wheel(28, 6)];
const WITH_TRAILER = { BE: "B", C1E: "C1", CE: "C", D1E: "D1", DE: "D" };
const SAME = { TM: "TRAM", TB: "TROLLEYBUS", AEU: "A", A1EU: "A1", B1EU: "B1" };

const make = (name, properties) => {
  const e = document.createElementNS(SVG, name);
  for (const [k, v] of Object.entries(properties))
    e.setAttribute(k, v);
  return e;
};

function shape(s) {
  if (s.circle) {
    const [cx, cy, r] = s.circle;
    return [make("circle", { cx, cy, r: r + 2.5, class: "cut" }), make("circle", { cx, cy, r, fill: "currentColor" })];
  }
  if (s.ring) {
    const [cx, cy, r] = s.ring;
    return [make("circle", { cx, cy, r: r - 2, fill: "none", stroke: "currentColor", "stroke-width": 4 })];
  }
  if (s.width)
    return [make("path", { d: s.d, fill: "none", stroke: "currentColor", "stroke-width": s.width, "stroke-linecap": "round", "stroke-linejoin": "round" })];
  return [make("path", s.cut ? { d: s.d, class: "cut" } : { d: s.d, fill: "currentColor" })];
}

const group = (shapes, transform) => {
  const g = make("g", transform ? { transform } : {});
  g.append(...shapes.flatMap(shape));
  return g;
};

export const known = letters => (letters in DRAWN) || (letters in WITH_TRAILER) || (letters in SAME);

/** A drawing for the letters of a category of 1968, of a tractor (T) or a tram; else a plain box with the letters. Decoration: words stand beside. */
export function pictogram(letters) {
  const name = SAME[letters] ?? letters;
  const svg = make("svg", { viewBox: "0 0 96 60", class: "pictogram", "aria-hidden": "true" });
  if (WITH_TRAILER[name])
    svg.append(group(DRAWN[WITH_TRAILER[name]], "translate(0 18.5) scale(.62)"), group(TRAILER, "translate(59 9) scale(.82)"));
  else if (DRAWN[name])
    svg.append(group(DRAWN[name]));
  else {
    const text = make("text", { x: 48, y: 38, "text-anchor": "middle", "font-size": letters.length > 5 ? 14 : 22, "font-weight": 700, fill: "currentColor" });
    text.textContent = letters.slice(0, 9);
    svg.append(make("rect", { x: 4, y: 6, width: 88, height: 48, rx: 6, fill: "none", stroke: "currentColor", "stroke-width": 3, "stroke-dasharray": "7 5" }), text);
  }
  return svg;
}

/** The key of the word for what is driven with it: "vehicle.CE"; null when nobody here knows. */
export const vehicle = letters => known(letters) || letters === "L" ? `vehicle.${letters.endsWith("EU") ? letters : SAME[letters] ?? letters}` : null;
