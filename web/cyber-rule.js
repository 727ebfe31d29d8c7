// Laying down a standing rule: whom for, what, marked at most how, until when, under which article; first what it would have released.

import * as api from "./api.js";
import * as words from "./language.js";
import { at, el } from "./dom.js";
import { button, field, line, local, moment, select, TLPS } from "./cyber-desk.js";
import { doing, kind, officer, TYPES } from "./cyber-words.js";

const { t } = words;
const DAY = 86_400_000, BACK = 30; // days that a look goes back

const box = (value, text) => el("label", {}, el("input", { type: "checkbox", value }), el("span", {}, text));
const ticked = group => [...group.querySelectorAll("input:checked")].map(b => b.value);

/** The form in place. members, groups: of the agreement; drawn(answer): what a look ahead says; laid(rule): it is on record. */
export function drawRuleForm(place, members, groups, drawn, laid) {
  const now = Date.now(), to = el("div", { className: "tools", role: "group", "aria-label": t("cyber.members") }, [["all", t("cyber.to.all")], ...members.map(m => [m, words.state(m)])].map(([v, text]) => box(v, text)));
  const types = el("div", { className: "tools", role: "group", "aria-label": t("cyber.type") }, TYPES.map(v => box(v, kind(v))));
  const group = select("rule-group", ["", ...groups.map(g => g.name)], v => v || t("cyber.group.none")), most = select("rule-most", TLPS, w => `TLP:${w.replace("-strict", "+strict").toUpperCase()}`);
  const article = line("rule-article", { maxLength: 64 }), until = line("rule-until", { type: "datetime-local", value: local(new Date(now + 180 * DAY)) }), review = line("rule-review", { type: "datetime-local", value: local(new Date(now + 90 * DAY)) });
  const labels = line("rule-labels"), confidence = line("rule-confidence", { type: "number", min: 1, max: 100 }), reason = line("rule-reason"), dry = el("input", { id: "rule-dry", type: "checkbox" });
  const look = el("div", { id: "rule-look", "aria-live": "polite" });
  most.value = "green";
  const asked = () => {
    const whom = ticked(to), words_ = labels.value.split(",").map(w => w.trim()).filter(Boolean);
    return { officer: officer(), ...(whom.includes("all") ? { to: "all" } : whom.length && { to: whom }), ...(group.value && { group: group.value }), types: ticked(types), most: most.value, article: article.value.trim(),
      until: moment(until.value), ...(review.value && { review: moment(review.value) }), ...(words_.length && { labels: words_ }), ...(confidence.value && { confidence: Number(confidence.value) }),
      ...(reason.value.trim() && { reason: reason.value.trim() }), ...(dry.checked && { dry: true }) };
  };
  const lay = rule => doing(async () => laid(await api.cyberAct("rules", rule)));
  const preview = () => doing(async () => {
    const rule = asked();
    look.replaceChildren();
    if (!rule.to && !rule.group)
      throw { reason: "to" };
    const answer = await api.cyberAct("rule-preview", { ...rule, days: BACK });
    look.replaceChildren(el("div", { className: "who-gets" }, el("h3", { id: "rule-would", tabIndex: -1 }, t("cyber.rule.would", { n: BACK })), ...drawn(answer),
      el("div", { className: "tools" }, button("cyber.rule.lay", () => lay(rule), { id: "rule-lay", className: "strong" }))));
    at("rule-would").focus();
  });
  const form = el("fieldset", {}, el("legend", {}, t("cyber.rule.new")), el("p", { className: "note" }, t("cyber.rule.lead")), to, el("div", { className: "fields" }, field("cyber.group", group)), el("p", {}, t("cyber.type")), types,
    el("div", { className: "fields" }, field("cyber.rule.most", most), field("cyber.article", article), field("cyber.rule.until", until), field("cyber.rule.review.at", review), field("cyber.rule.labels", labels), field("cyber.rule.confidence", confidence),
      field("cyber.reason", reason, true), el("label", { className: "whole" }, dry, el("span", {}, t("cyber.rule.dry"))), el("div", { className: "tools" }, button("cyber.rule.look", preview, { id: "rule-preview" }))));
  form.addEventListener("input", () => look.replaceChildren()); // another rule has to be looked at again
  place.replaceChildren(form, look);
}
