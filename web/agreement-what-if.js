// What if: another version, a member's reservation or a line of change; whose verdicts change, and what changes in the text.

import * as api from "./api.js";
import * as chart from "./chart.js";
import * as csv from "./csv.js";
import * as words from "./language.js";
import { SIGN, at, code, el } from "./dom.js";

const { t } = words;
const KINDS = ["reservation", "line", "file"];
const GRADE = { gain: "good", lose: "bad", change: "warn" };
let given = { kind: "reservation", member: "", article: "", condition: "not bound", line: "", travellers: 20000 };
let file = null;
let result = null;
let said = null; // { state, key, values, detail }

const change = () => given.kind === "reservation" ? `article ${given.article}: with reservation of ${given.member}: ${given.condition}` : given.line;

function say(state, key, values, detail = "") {
  said = { state, key, values, detail };
  drawSaid();
}

function drawSaid() {
  at("trial-state").className = `state ${said?.state ?? ""}`;
  at("trial-state").replaceChildren(...said ? [t(said.key, said.values), said.detail ? " " : "", said.detail ? el("bdi", { lang: "en" }, said.detail) : ""] : []);
}

function field(key, input, name, whole) {
  input.value = given[name];
  input.addEventListener("input", () => given[name] = input.value);
  return el("label", { className: whole ? "whole" : "" }, el("span", {}, t(key)), input);
}

function fields(members, articles) {
  if (given.kind === "line")
    return [field("pact.change.line", el("input", { id: "line", dir: "ltr", lang: "en", maxLength: 500, spellcheck: false, placeholder: "article 5: treatment 60 days" }), "line", true)];
  if (given.kind === "file") {
    const input = el("input", { id: "file", type: "file", accept: ".agreement,text/plain" });
    input.addEventListener("change", async () => file = input.files[0] ? await input.files[0].text() : null);
    return [el("label", { className: "whole" }, el("span", {}, t("pact.change.file")), input)];
  }
  return [field("fed.member", el("select", { id: "member" }, members.map(m => el("option", { value: m }, words.state(m)))), "member"),
    field("pact.article", el("select", { id: "article" }, articles.map(a => el("option", { value: a.article }, `${a.article} ${a.title ?? ""}`))), "article"),
    field("pact.change.condition", el("input", { id: "condition", dir: "ltr", lang: "en", maxLength: 400, spellcheck: false }), "condition", true)];
}

export function form(members, articles) {
  given.member ||= members[0];
  given.article ||= articles[0]?.article ?? "";
  const kind = el("select", { id: "kind" }, KINDS.map(k => el("option", { value: k }, t(`pact.change.${k}`))));
  kind.value = given.kind;
  const box = el("div", { className: "fields" }), fill = () => box.replaceChildren(...fields(members, articles));
  kind.addEventListener("change", () => {
    given.kind = kind.value;
    fill();
  });
  fill();
  const many = el("input", { id: "travellers", type: "number", min: 100, max: 200000, step: 100 });
  at("trial").replaceChildren(el("fieldset", {}, el("legend", {}, t("pact.change")), el("div", { className: "fields" }, el("label", {}, el("span", {}, t("pact.change.kind")), kind), field("pact.travellers", many, "travellers")), box,
    el("div", { className: "tools" }, el("button", { type: "submit", className: "strong", id: "try" }, t("pact.try")))));
  drawSaid();
}

export function draw() {
  drawSaid();
  if (!result) {
    at("outcome").replaceChildren();
    return;
  }
  const heads = ["pact.effect", "pact.who", "pact.before", "pact.after", "pact.count"].map(h => t(h));
  const effect = a => el("span", { className: `tag ${GRADE[a.effect]}` }, el("b", { "aria-hidden": "true" }, SIGN[GRADE[a.effect]]), " ", a.effect === "change" ? t("pact.otherwise") : t(`law.${a.effect}`));
  const rows = result.affected.map(a => [effect(a), a.who, a.before.text, a.after.text, words.number(a.count)]);
  at("outcome").replaceChildren(el("h3", { id: "outcome-title", tabIndex: -1 }, t("pact.result", { n: result.travellers, before: result.admitted_before, after: result.admitted_after })),
    rows.length ? chart.table(heads, rows, t("pact.what-if")) : el("p", { className: "state good" }, `${SIGN.good} ${t("law.nobody")}`),
    rows.length ? csv.tools("what-if", () => ({ heads, rows: result.affected.map(a => [a.effect, a.who, a.before.text, a.after.text, a.count]) })) : "",
    el("h3", {}, t("pact.diff")),
    ...result.text.flatMap(b => [el("p", {}, code(b.key), " ", el("span", { className: "note" }, t("pact.at-line", { n: b.line }))), ...b.removed.map(l => el("p", { className: "removed" }, l)), ...b.added.map(l => el("p", { className: "added" }, l))]));
}

export async function submit() {
  const asked = given.kind === "file" ? { text: file ?? "" } : { changes: [change()] };
  if (given.kind === "file" ? !file : !change().trim()) {
    say("bad", "pact.trouble.empty");
    return;
  }
  at("try").setAttribute("aria-busy", "true");
  at("try").disabled = true;
  result = null;
  draw();
  say("", "pact.trying");
  try {
    result = await api.whatIf({ ...asked, travellers: Math.min(200000, Math.max(1, Math.round(Number(given.travellers)) || 20000)), language: words.current() });
    said = null;
  } catch (e) {
    const key = `pact.trouble.${e.reason}`;
    say("bad", words.has(key) ? key : "pact.trouble.other", {}, e.reason === "unreachable" ? "" : e.detail);
  }
  at("try").removeAttribute("aria-busy");
  at("try").disabled = false;
  draw();
  at("outcome-title")?.focus();
}
