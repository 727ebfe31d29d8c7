// One playbook, as the node reads it: what was found, its flow as a picture and as text, signatures, two versions side by side.

import * as words from "./language.js";
import { code, el, SIGN } from "./dom.js";
import { said, section, table } from "./cyber-desk.js";

const { t } = words;
const GRADE = { well: ["good", SIGN.good], refer: ["warn", SIGN.warn], malformed: ["bad", SIGN.bad], secret: ["bad", SIGN.bad] };
const PROOF = { genuine: ["good", SIGN.good], forged: ["bad", SIGN.bad], withdrawn: ["bad", SIGN.bad], undetermined: ["warn", SIGN.warn] };
const PLAIN = new Set(["start", "end"]); // their names say nothing
const DEEP = 4; // indentation says no more than that

export function findings(look) {
  const [grade, sign] = GRADE[look.result];
  return section(t("playbook.findings"), el("p", { className: `state ${grade}`, id: "result" }, `${sign} ${t(`playbook.result.${look.result}`)}`),
    look.findings.length ? el("ul", { className: "things" }, look.findings.map(f => el("li", {}, el("strong", {}, t(`playbook.class.${f.class}`)), " ", code(f.name ?? ""), ": ", el("bdi", {}, f.says), " ", code(f.at ?? "")))) : null,
    look.more ? el("p", { className: "note" }, t("coop.more", { n: look.more })) : null);
}

const way = s => !s.by || s.by === "on_completion" ? null : el("span", { className: "badge" }, s.by === "cases" && s.case ? `${t("playbook.by.cases")} ${s.case}` : words.word("playbook.by", s.by));

function step(s, changed) {
  const title = s.kind === "missing" ? t("playbook.step.missing") : s.name || (PLAIN.has(s.kind) ? null : s.id);
  return el("li", { className: [s.depth ? `d${Math.min(s.depth, DEEP)}` : "", changed ? "changed" : ""].join(" ").trim() }, way(s), title ? [el("strong", {}, el("bdi", {}, title)), ` (${words.word("playbook.step", s.kind)})`] : el("strong", {}, words.word("playbook.step", s.kind)),
    s.again ? ` – ${t("playbook.again")}` : null, changed ? el("span", { className: "late" }, ` ${SIGN.warn} ${t("playbook.changed")}`) : null,
    s.description ? el("p", { dir: "auto" }, s.description) : null, s.condition ? el("p", {}, `${t("playbook.when")} `, code(s.condition)) : null,
    (s.commands ?? []).map(c => el("div", {}, el("span", { className: "note" }, code(c.type ?? "")), el("pre", {}, c.command ?? ""))));
}

export const flow = (look, changed = () => false) => el("ol", { className: "flow" }, look.steps.map(s => step(s, !s.again && changed(s))));

/** The drawing is shown as a picture: whatever stands in it, nothing of it runs. */
function drawing(look) {
  if (!look.drawing)
    return el("p", { className: "note" }, t("playbook.drawing.none"));
  const url = URL.createObjectURL(new Blob([look.drawing], { type: "image/svg+xml" }));
  const img = el("img", { src: url, alt: t("playbook.drawing.said", { n: look.steps.filter(s => !s.again).length }) });
  img.addEventListener("load", () => URL.revokeObjectURL(url));
  return el("div", { className: "drawing", tabIndex: 0, role: "region", "aria-label": t("playbook.drawing") }, img);
}

function signatures(look) {
  if (!look.signatures.length)
    return section(t("playbook.signatures"), el("p", { className: "note" }, t("playbook.unsigned")));
  return section(t("playbook.signatures"), el("p", { className: "note" }, t("playbook.signatures.note")), el("ul", { className: "things" }, look.signatures.map(s => {
    const [grade, sign] = PROOF[s.result];
    return el("li", {}, el("strong", { className: `standing ${grade}` }, `${sign} ${t(`playbook.proof.${s.result}`)}`), " ", el("bdi", {}, s.signee ?? ""), s.created ? [" ", code(s.created)] : null, " ", el("bdi", {}, s.says),
      s.key ? el("p", { className: "digest" }, code(s.key)) : null);
  })));
}

export const whole = look => [el("h2", { tabIndex: -1, id: "what" }, el("bdi", {}, look.name || look.id || t("playbook.nameless"))), look.revoked ? el("p", { className: "late" }, `${SIGN.bad} ${t("cyber.withdrawn")}`) : null,
  said(look.description), findings(look), section(t("playbook.drawing"), drawing(look)), section(t("playbook.steps"), flow(look)), signatures(look)].filter(Boolean);

const bare = s => JSON.stringify({ ...s, depth: 0, by: "", case: "" });

/** What is in one and not, or otherwise, in the other is marked in both. */
export function sides(older, newer) {
  const steps = look => new Map(look.steps.filter(s => !s.again && s.id).map(s => [s.id, bare(s)]));
  const a = steps(older), b = steps(newer), other = map => s => map.get(s.id) !== bare(s);
  const n = [...new Set([...a.keys(), ...b.keys()])].filter(id => a.get(id) !== b.get(id)).length;
  return el("div", {}, el("p", { className: "note", id: "differ" }, t("playbook.differ", { n })), el("div", { className: "sides" }, [[older, other(b)], [newer, other(a)]].map(([look, changed]) =>
    el("div", {}, el("h4", {}, code(look.version ?? "")), said(look.description), flow(look, changed)))));
}

const OUTCOMES = ["worked", "partly", "failed", "not-needed"];
export const outcomes = OUTCOMES;

export const users = book => book.used_by.length ? table([t("cyber.member"), ...OUTCOMES.map(o => t(`playbook.outcome.${o}`)), t("playbook.minutes"), t("playbook.last")],
  book.used_by.map(u => [words.state(u.member), ...OUTCOMES.map(o => words.number(u.outcomes[o] ?? 0)), words.number(u.minutes), words.moment(u.last)])) : el("p", { className: "note" }, t("playbook.unused"));
