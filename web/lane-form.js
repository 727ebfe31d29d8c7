// The form of the Lane: what the officer said of one traveller, and what this desk remembers of itself.

import * as page from "./page.js";
import * as words from "./language.js";
import { at, el } from "./dom.js";
import { linesItem } from "./evidence.js";

const { t } = words;
const DESK = "serai.desk"; // mode, post and movement of this desk; never anything of a traveller
const CHOICES = { purpose: "purposes", mode: "modes", post: "posts", from: "states" };
const FIELDS = ["lines", "purpose", "mode", "post", "from", "stay", "can", "insurance-held", "insurance-until", "insurance-cover", "insurance-currency", "insurance-vehicle"];

let keeps = null; // hours that what was not sent may be kept

export function remember() {
  localStorage.setItem(DESK, JSON.stringify({ mode: at("mode").value, post: at("post").value, movement: picked("movement"), ...(keeps && { hours: keeps }) }));
}

export const picked = name => document.querySelector(`[name=${name}]:checked`).value;

export function recall() {
  let kept = {};
  try {
    kept = JSON.parse(localStorage.getItem(DESK)) ?? {};
  } catch { /* unreadable: as if there were none */ }
  kept.hours && (keeps = kept.hours);
  for (const id of ["mode", "post"])
    if (kept[id] !== undefined)
      at(id).value = kept[id];
  const radio = document.querySelector(`[name=movement][value="${kept.movement ?? "entry"}"]`);
  if (radio)
    radio.checked = true;
}

export function fillChoices() {
  fillInsurance();
  const kind = { purpose: "purpose", mode: "mode", post: "post", from: "state" };
  for (const [id, list] of Object.entries(CHOICES)) {
    const select = at(id), value = select.value;
    const label = v => id === "from" ? words.state(v) : words.word(kind[id], v);
    const options = page.offered[list].map(v => [v, label(v)]).sort((a, b) => id === "mode" ? 0 : a[1].localeCompare(b[1], words.locale()));
    select.replaceChildren(el("option", { value: "" }, t("travel.unstated")), ...options.map(([v, text]) => el("option", { value: v }, text)));
    select.value = value;
    select.parentElement.hidden = options.length === 0;
  }
}

function fillInsurance() {
  const offer = (id, values, label) => {
    const select = at(id), value = select.value;
    select.replaceChildren(el("option", { value: "" }, t("travel.unstated")), ...values.map(v => el("option", { value: v }, label(v))));
    select.value = value;
  };
  offer("insurance-held", ["yes", "no"], v => t(`insurance.${v}`));
  offer("insurance-vehicle", ["none", "card", "no-card"], v => t(`insurance.vehicle.${v}`));
}

export const hours = () => keeps;

export function keepFor(n) {
  keeps = n;
  remember();
}

/* What is said of one traveller. */

/** Nothing of what nobody said. */
function insurance() {
  const held = at("insurance-held").value, until = at("insurance-until").value, vehicle = at("insurance-vehicle").value;
  const cover = at("insurance-cover").value, currency = at("insurance-currency").value.trim().toUpperCase();
  const policy = { ...(held && { held: held === "yes" }), ...(until && { until }), ...(cover && currency && { cover: Number(cover), currency }) };
  return { ...(Object.keys(policy).length && { insurance: policy }),
    ...(vehicle && { vehicle: { brought: vehicle !== "none", ...(vehicle !== "none" && { insurance_card: vehicle === "card" }) } }) };
}

export function request(lines, pieces, officer) {
  const travel = {};
  for (const id of Object.keys(CHOICES))
    if (at(id).value)
      travel[id] = at(id).value;
  if (at("stay").value)
    travel.stay_days = Number(at("stay").value);
  const evidence = [...(lines.value.trim() ? [linesItem(lines.value)] : []), ...pieces.items()];
  const examined = picked("examined");
  return { travel, movement: picked("movement"), evidence, measure: true, ...insurance(), ...(examined && { document_examined: examined === "yes" }), ...(officer && { officer_admits: true }) };
}

export function mark(missing) {
  for (const id of [...Object.keys(CHOICES), "stay"])
    at(id).parentElement.classList.toggle("wanted", missing.includes(`travel.${id}`));
}

export const entered = () => ({ fields: Object.fromEntries(FIELDS.map(id => [id, at(id).value])), movement: picked("movement"), examined: picked("examined") });

/** Puts back what entered() gave; a choice that is not offered now is offered all the same. */
export function put(kept) {
  for (const [id, value] of Object.entries(kept.fields))
    if (FIELDS.includes(id)) {
      if (value && at(id).tagName === "SELECT" && ![...at(id).options].some(o => o.value === value))
        at(id).append(el("option", { value }, value));
      at(id).value = value;
    }
  for (const name of ["movement", "examined"])
    document.querySelectorAll(`[name=${name}]`).forEach(radio => { radio.checked = radio.value === kept[name]; });
}

/** For the next traveller; the desk stays as it is. */
export function clear() {
  at("purpose").value = at("from").value = at("stay").value = at("can").value = "";
  document.querySelector("[name=examined][value='']").checked = true;
  for (const id of ["held", "until", "cover", "currency", "vehicle"])
    at(`insurance-${id}`).value = "";
}
