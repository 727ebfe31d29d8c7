// What an office does about a request of redress: says which notice is meant, asks its owner, discloses or restricts.

import * as words from "./language.js";
import * as api from "./api.js";
import { content } from "./notice-content.js";
import { code, el } from "./dom.js";
import { problem } from "./problem.js";

const { t } = words;

/** What the person is given: what is kept, since when, and who looked at it. */
function extract(x) {
  return [el("h4", {}, t("redress.extract"), " ", code(x.reference)), x.notice ? content(x.notice) : el("p", {}, t("notice.gone")),
    el("p", {}, t("redress.looked", { n: words.number(x.looked_at.length) })),
    el("ul", {}, x.looked_at.map(l => el("li", {}, words.moment(l.at), " · ", words.state(l.by), " · ",
      words.or(`notice.purpose.${l.purpose}`, l.purpose)))),
    el("div", { className: "tools no-print" }, el("button", { type: "button", className: "small", onclick: () => print() }, t("need.print")))];
}

const said = {
  link: x => t(x.suspended ? "redress.said.paused" : "redress.said.linked"),
  consult: () => t("redress.said.consulted"),
  restrict: () => t("redress.said.restricted"),
};

export function redressPanel(reference) {
  const id = el("input", { id: "redress-notice", dir: "ltr", maxLength: 32, spellcheck: false });
  const officer = el("input", { id: "redress-officer", dir: "ltr", maxLength: 40, spellcheck: false });
  const reason = el("textarea", { id: "redress-reason", rows: 2, maxLength: 1000, dir: "auto" });
  const trouble = el("p", { className: "state bad", role: "alert" }), out = el("div", { id: "redress-said", role: "status" });
  const act = what => el("button", { type: "button", className: "small", onclick: async () => {
    trouble.textContent = "";
    out.replaceChildren();
    try {
      const got = await api.redress(what, { reference, id: id.value.trim(), officer: officer.value.trim(),
        ...(what === "restrict" && { reason: reason.value.trim() }) });
      out.replaceChildren(...(what === "disclose" ? extract(got) : [el("p", { className: "state" }, said[what](got))]));
    } catch (e) {
      trouble.replaceChildren(...problem(e, "redress.trouble"));
    }
  } }, t(`redress.do.${what}`));
  return el("section", { className: "fields", "aria-labelledby": "redress-title" }, el("h3", { id: "redress-title", className: "whole" }, t("redress.title")),
    el("p", { className: "note whole" }, t("redress.office")),
    el("label", {}, el("span", {}, t("notice.id")), id), el("label", {}, el("span", {}, t("notice.officer")), officer),
    el("label", { className: "whole" }, el("span", {}, t("redress.why")), reason),
    el("div", { className: "tools" }, act("link"), act("consult"), act("disclose"), act("restrict")), trouble, el("div", { className: "whole" }, out));
}
