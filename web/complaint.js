// What both pages on complaints draw: how one stands, step by step.

import * as words from "./language.js";
import { el, SIGN } from "./dom.js";
import { problem } from "./problem.js";

const { t } = words;

export const trouble = e => problem(e, "complaint.trouble");

export const subject = s => words.or(`complaint.subject.${s}`, s);
export const state = s => t(`complaint.state.${s}`);

function event(e) {
  const what = e.outcome ? `${state(e.state)} · ${t(`complaint.outcome.${e.outcome}`)}` : state(e.state);
  return el("li", { className: e.late ? "warn" : "good" }, el("span", { className: "mark", "aria-hidden": "true" }, e.late ? SIGN.warn : SIGN.good),
    el("div", {}, el("strong", {}, what), " ", el("span", { className: "note" }, words.moment(e.at), e.office ? ["; ", t("complaint.by", { office: e.office })] : null)),
    e.text ? el("p", { className: "said", dir: "auto" }, e.text) : el("span"));
}

/** id: of the title, that a section can be named by. */
export function standing(c, id) {
  const shown = c.events.filter(e => e.what !== "read");
  return [el("h2", { id, tabIndex: -1 }, `${state(c.state)} · ${subject(c.subject)}`),
    el("p", { className: "note" }, t("complaint.reference"), ": ", el("bdi", { dir: "ltr" }, c.reference)),
    c.due ? el("p", { className: c.late ? "late" : "" }, t(c.late ? "complaint.late" : "complaint.due", { day: words.day(c.due.slice(0, 10)) })) : null,
    c.text ? el("p", { className: "said", dir: "auto", lang: c.language }, c.text) : null,
    c.contact ? el("p", { className: "note", dir: "auto" }, c.contact) : null,
    c.erased ? el("p", {}, t("complaint.erased")) : null,
    el("ol", { className: "track" }, shown.map(event))];
}
