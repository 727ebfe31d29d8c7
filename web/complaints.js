// Complaints of travellers. Codes and texts travel in bodies; the code of a receipt comes behind "#", which no server sees. Nothing is kept here.

import * as page from "./page.js";
import * as words from "./language.js";
import * as api from "./api.js";
import { standing, subject, trouble } from "./complaint.js";
import { at, el } from "./dom.js";
import { button as paper } from "./paper.js";

const { t } = words;
const SUBJECTS = ["delay", "decision", "treatment", "fee", "data", "facilities", "other"];
/** What is kept in notices: asked for without a receipt. */
const REDRESS = ["notice-access", "notice-correction", "notice-deletion"];

let shown = null;
let code = "";
/** The same request again, after a lost answer, is the same complaint. */
let id = secret();

function secret() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map(b => b.toString(16).padStart(2, "0")).join("");
}

function choices() {
  const kept = at("subject").value || "other";
  const options = list => list.map(s => el("option", { value: s }, subject(s)));
  at("subject").replaceChildren(...options(SUBJECTS), el("optgroup", { label: t("redress.of") }, options(REDRESS)));
  at("subject").value = kept;
  ask();
}

/** A request about notices needs no receipt; it says what will be asked to show who asks. */
function ask() {
  const redress = REDRESS.includes(at("subject").value);
  for (const k of ["code", "permission"])
    at(k).closest("label").hidden = redress;
  at("redress-lead").hidden = !redress;
}

function appealForm() {
  const text = el("textarea", { id: "appeal-text", rows: 4, maxLength: 4000, dir: "auto" });
  return el("form", { id: "appeal", onsubmit: e => { e.preventDefault(); act({ text: text.value.trim() }); } },
    el("h3", {}, t("complaint.appeal")),
    el("p", {}, shown.appeal_until ? t("complaint.appeal.lead", { day: words.day(shown.appeal_until.slice(0, 10)) }) : t("complaint.appeal.silence")),
    el("div", { className: "fields" }, el("label", { className: "whole" }, el("span", {}, t("complaint.appeal.text")), text)),
    el("div", {}, el("button", { type: "submit", className: "strong" }, t("complaint.appeal"))));
}

function draw() {
  choices();
  at("standing").hidden = !shown;
  if (!shown)
    return;
  const open = !["decided", "closed"].includes(shown.state);
  at("standing").replaceChildren(...standing(shown, "standing-title").filter(Boolean),
    paper("paper", () => ({ name: shown.reference, path: "/v1/complaints/follow", request: { follow: code } }), e => { at("follow-trouble").replaceChildren(...trouble(e)); }), shown.may_appeal ? appealForm() : "",
    open ? el("div", {}, el("button", { type: "button", className: "small", onclick: () => act({ withdraw: true }) }, t("complaint.withdraw"))) : "");
}

async function act(what) {
  at("follow-trouble").textContent = "";
  try {
    shown = await api.complaintAppeal({ follow: code, ...what });
    draw();
    at("standing-title").focus();
  } catch (e) {
    at("follow-trouble").replaceChildren(...trouble(e));
  }
}

at("subject").addEventListener("change", ask);
at("file").addEventListener("submit", async e => {
  e.preventDefault();
  at("file-trouble").textContent = "";
  const request = { id, subject: at("subject").value, text: at("text").value.trim(), language: words.current() };
  for (const k of REDRESS.includes(request.subject) ? ["contact"] : ["code", "permission", "contact"])
    if (at(k).value.trim())
      request[k] = at(k).value.trim();
  try {
    const filed = await api.complaint(request);
    at("filed").hidden = false;
    at("filed-code").textContent = filed.follow;
    // Sent again it is the same complaint: its paper has the code.
    at("filed-paper").replaceChildren(paper("filed-pdf", () => ({ name: filed.complaint.reference, path: "/v1/complaints", request }), e => { at("file-trouble").replaceChildren(...trouble(e)); }));
    id = secret();
    for (const k of ["code", "permission", "contact", "text"])
      at(k).value = "";
    at("filed-title").focus();
  } catch (e) {
    at("file-trouble").replaceChildren(...trouble(e));
  }
});

at("follow").addEventListener("submit", async e => {
  e.preventDefault();
  at("follow-trouble").textContent = "";
  shown = null;
  code = at("follow-code").value.trim();
  try {
    shown = await api.complaintFollow({ follow: code });
  } catch (e) {
    at("follow-trouble").replaceChildren(...trouble(e));
  }
  draw();
  if (shown)
    at("standing-title").focus();
});

const linked = decodeURIComponent(location.hash.slice(1));
if (REDRESS.includes(linked)) {
  choices();
  at("subject").value = linked;
}
if (/^[A-Za-z0-9 -]{16,24}$/.test(linked)) {
  at("code").value = linked;
  history.replaceState(null, "", location.pathname);
}
await page.start({ speak: draw });
await page.keepWatch();
