// The office's list of complaints. A text is fetched only when a named office opens it, and the look leaves an entry.

import * as page from "./page.js";
import * as words from "./language.js";
import * as api from "./api.js";
import { standing, state, subject, trouble } from "./complaint.js";
import { redressPanel } from "./redress.js";
import { at, el } from "./dom.js";
import { button as paper } from "./paper.js";

const { t } = words;
const STATES = ["received", "acknowledged", "in-review", "answered", "appealed", "decided", "closed"];
const OUTCOMES = ["upheld", "partly", "not-upheld"];
const NEXT = { received: ["acknowledge", "review", "answer"], acknowledged: ["review", "answer"], "in-review": ["answer"], answered: ["close"],
  appealed: ["decide"], decided: ["close"], closed: [] };

let list = [];
let open = null;

function row(c) {
  return el("tr", {}, el("td", {}, el("bdi", { dir: "ltr" }, c.reference)), el("td", {}, subject(c.subject)), el("td", {}, state(c.state)),
    el("td", {}, words.day(c.at.slice(0, 10))), el("td", { className: c.late ? "late" : "" }, c.late ? "! " : "", c.due ? words.day(c.due.slice(0, 10)) : ""),
    el("td", {}, el("button", { type: "button", className: "small", "aria-label": `${t("complaint.office.open")} ${c.reference}`,
      onclick: () => step(c.reference, "read") }, t("complaint.office.open"))));
}

function controls() {
  const steps = NEXT[open.state], text = el("textarea", { rows: 4, maxLength: 4000, dir: "auto", id: "answer-text" });
  const outcome = el("select", { id: "outcome" });
  outcome.append(...OUTCOMES.map(o => el("option", { value: o }, t(`complaint.outcome.${o}`))));
  const says = steps.includes("answer") || steps.includes("decide");
  return el("div", { className: "fields" },
    says ? el("label", {}, el("span", {}, t("complaint.outcome")), outcome) : null,
    says ? el("label", { className: "whole" }, el("span", {}, t("complaint.text")), text) : null,
    el("div", { className: "tools" }, steps.map(s => el("button", { type: "button", className: s === "answer" || s === "decide" ? "strong" : "small",
      onclick: () => step(open.reference, s, s === "answer" || s === "decide" ? { outcome: outcome.value, text: text.value.trim() } : {}) },
    t(`complaint.step.${s}`)))));
}

function draw() {
  const kept = at("state").value;
  at("state").replaceChildren(el("option", { value: "" }, t("need.any")), ...STATES.map(s => el("option", { value: s }, state(s))));
  at("state").value = kept;
  at("list").replaceChildren(...list.map(row), ...(list.length ? [] : [el("tr", {}, el("td", { colSpan: 6 }, t("complaint.office.none")))]));
  at("case").hidden = !open;
  if (open)
    at("case").replaceChildren(...standing(open, "case-title").filter(Boolean),
      paper("paper", () => ({ name: open.reference, path: "/v1/complaints/step", request: { reference: open.reference, step: "read", office: at("office").value.trim() } }),
        e => { at("trouble").replaceChildren(...trouble(e)); }), ...(open.subject.startsWith("notice-") ? [redressPanel(open.reference)] : []),
      controls());
}

async function load() {
  try {
    list = (await api.complaints(new URLSearchParams([["state", at("state").value], ["late", at("late").value]].filter(([, v]) => v)))).complaints;
  } catch (e) {
    at("trouble").replaceChildren(...trouble(e));
  }
  draw();
}

async function step(reference, what, more = {}) {
  at("trouble").textContent = "";
  try {
    open = await api.complaintStep({ reference, step: what, office: at("office").value.trim(), ...more });
    await load();
    at("case-title").focus();
  } catch (e) {
    at("trouble").replaceChildren(...trouble(e));
  }
}

at("filter").addEventListener("submit", e => e.preventDefault());
at("state").addEventListener("change", load);
at("late").addEventListener("change", load);
await page.start({ speak: draw, back: load });
await load();
await page.keepWatch();
