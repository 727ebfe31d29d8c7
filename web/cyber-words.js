// What the pages of the Cyber desk share: who looks, the badge of a marking, an object in a list, what went wrong.

import * as words from "./language.js";
import { during } from "./act.js";
import { at, code, el, SIGN } from "./dom.js";
import { problem } from "./problem.js";

const { t } = words;
const KEPT = "serai.officer"; // for the tab, as at the Travel desk
export const TYPES = ["indicator", "malware", "threat-actor", "campaign", "intrusion-set", "attack-pattern", "vulnerability", "incident", "report", "course-of-action", "infrastructure",
  "tool", "identity", "sighting", "relationship", "opinion", "note", "domain-name", "ipv4-addr", "ipv6-addr", "url", "file"];
export const WHOSE = ["", "own", "others"];

export const officer = () => at("officer").value.trim();

export function rememberOfficer() {
  at("officer").value = sessionStorage.getItem(KEPT) ?? "";
  at("officer").addEventListener("change", () => sessionStorage.setItem(KEPT, officer()));
}

/** A trouble in the reader's language with what to do, else as the node says it. */
export function sayTrouble(e) {
  at("trouble").replaceChildren(...problem(e, "cyber.trouble"));
}

/** Runs fn for a named person; what goes wrong is said. */
export async function doing(fn) {
  at("trouble").textContent = "";
  if (!officer()) {
    at("trouble").textContent = t("cyber.trouble.officer");
    at("officer").focus();
    return;
  }
  try {
    await during(t("act.working"), () => fn());
  } catch (e) {
    sayTrouble(e);
  }
}

export const tlp = word => el("span", { className: `tlp ${word.split("+")[0]}` }, `TLP:${word.toUpperCase()}`);
export const badge = label => tlp(label.tlp);
export const kind = type => words.word("cyber.kind", type);
export const member = m => m ? words.state(m) : t("cyber.nobody");

/** "all", "self", "ir-tr" -> words */
export const audience = to => to === "all" ? t("cyber.to.all") : !to || to === "self" ? t("cyber.to.self") : words.list(to.toUpperCase().split("-").map(words.state));

export const where = id => `/cyber-object.html?${new URLSearchParams({ id })}`;

export const flags = label => label.flags.filter(f => f !== "unmarked" || label.tlp).map(f =>
  el("span", { className: "badge" }, f === "embargo" && label.until ? t("cyber.flag.until", { at: words.moment(label.until) }) : t(`cyber.flag.${f}`)));

export const withdrawn = o => o.revoked ? el("strong", { className: "late" }, `${SIGN.bad} ${t("cyber.withdrawn")}`) : null;

/** One object in a list. before: what stands in front of it, as a box to tick. */
export function item(o, before = null) {
  return el("li", {}, el("div", { className: "head" }, before, badge(o.label), el("span", {}, kind(o.type)), withdrawn(o), ...flags(o.label)),
    el("a", { href: where(o.id), className: "name" }, el("bdi", {}, o.name || o.id)),
    el("p", { className: "note" }, `${member(o.label.owner)} ${SIGN.none} ${t("cyber.for", { who: audience(o.label.to) })}`, o.label.group ? [` · ${t("cyber.group")}: `, code(o.label.group)] : null,
      ` · ${words.moment(o.added)}`));
}

/** The lists of the form, again in another language. */
export function choices(id, items, text) {
  const kept = at(id).value;
  at(id).replaceChildren(...items.map(value => el("option", { value }, text(value))));
  at(id).value = kept;
}

export function drawFilter() {
  choices("type", ["", ...TYPES], v => v ? kind(v) : t("cyber.type.all"));
  choices("whose", WHOSE, v => t(`cyber.whose.${v || "all"}`));
}

export const asked = before => ({ officer: officer(), text: at("text").value.trim(), type: at("type").value, whose: at("whose").value, ...(before && { before }) });
