// What the officer knows besides the evidence, and for each fact that a decision misses the control that supplies it.

import * as words from "./language.js";
import { at, el } from "./dom.js";

const { t } = words;

const NONE = { examined: null, translation: null, permit: null, statement: null, residence: "", resident_since: "", entered: "" };
let known = { ...NONE };

/** Facts of the agreement language, and how each is supplied: said yes or no, a state, a day, a field of what is typed, or by asking. */
const FACTS = {
  "licence.examined": { said: "examined" },
  "licence.result": { said: "examined" },
  "licence.translation": { said: "translation" },
  "licence.permit": { said: "permit" },
  "licence.statement": { said: "statement" },
  "driver.residence": { state: "residence" },
  "driver.resident since": { day: "resident_since" },
  "driver.entered": { day: "entered" },
  "driver.age": { typed: "typed-birth", key: "typed.birth" },
  "licence.issuer": { typed: "typed-issuer", key: "typed.issuer" },
  "licence.category": { typed: "typed-categories", key: "typed.categories" },
  "licence.from": { typed: "typed-issued", key: "typed.issued" },
  "licence.expiry": { typed: "typed-expiry", key: "typed.expiry" },
};

const FORM = ["licence.examined", "driver.residence", "driver.resident since", "driver.entered", "licence.translation", "licence.permit", "licence.statement"];

export const clear = () => { known = { ...NONE }; };
export const anything = () => Object.keys(NONE).some(k => known[k] !== NONE[k]);

/** The members of a request that stand for all this. */
export function said() {
  const driver = Object.fromEntries(["residence", "resident_since", "entered"].filter(k => known[k]).map(k => [k, known[k]]));
  const yesNo = Object.fromEntries(["examined", "translation", "permit", "statement"].filter(k => known[k] !== null).map(k => [k, known[k]]));
  return { ...yesNo, ...(Object.keys(driver).length && { driver }) };
}

const set = (name, value, changed) => {
  known[name] = value;
  changed();
};

function yesNo(name, where, changed) {
  const id = `${where}-${name}`;
  const option = (value, key) => {
    const input = el("input", { type: "radio", name: id, value: String(value), checked: known[name] === value });
    input.addEventListener("change", () => set(name, value, changed));
    return el("label", {}, input, el("span", {}, t(key)));
  };
  const [yes, no] = name === "examined" ? ["examined.yes", "examined.no"] : ["said.yes", "said.no"];
  return el("div", { className: "line" }, el("span", { id: `${id}-label` }, t(`said.${name}`)),
    el("div", { className: "choice", role: "radiogroup", "aria-labelledby": `${id}-label` },
      option(null, "said.unsaid"), option(true, yes), option(false, no)));
}

/** Options of a choice of states: first those that are likely. */
export function states(list, first) {
  const likely = [...new Set(first)].filter(Boolean);
  const rest = list.filter(s => !likely.includes(s)).sort((a, b) => words.state(a).localeCompare(words.state(b), words.locale()));
  const option = s => el("option", { value: s }, words.state(s));
  return [el("option", { value: "" }, t("travel.unstated")), ...likely.map(option),
    likely.length && rest.length ? el("hr", {}) : null, ...rest.map(option)].filter(Boolean);
}

function stateOf(name, where, changed, offered) {
  const select = el("select", { id: `${where}-${name}` }, states(offered.states, offered.likely));
  select.value = known[name];
  select.addEventListener("change", () => set(name, select.value, changed));
  return el("label", { className: "line" }, el("span", {}, t(`said.${name}`)), select);
}

function dayOf(name, where, changed) {
  const input = el("input", { type: "date", id: `${where}-${name}`, value: known[name] });
  input.addEventListener("change", () => set(name, input.value, changed));
  return el("label", { className: "line" }, el("span", {}, t(`said.${name}`)), input);
}

/** A field of what is typed in, shown a second time where it is missed. */
function typedOf({ typed, key }, where, changed) {
  const own = at(typed), input = own.cloneNode(true);
  input.id = `${where}-${typed}`;
  input.value = own.value;
  input.addEventListener("input", () => { own.value = input.value; changed(); });
  return el("label", { className: "line" }, el("span", {}, t(key)), input);
}

/** The control for a fact, or null when only the issuing state or the evidence can supply it. offered: {states, likely}. */
export function control(fact, where, changed, offered) {
  const f = FACTS[fact];
  if (!f)
    return null;
  return f.said ? yesNo(f.said, where, changed) : f.state ? stateOf(f.state, where, changed, offered)
    : f.day ? dayOf(f.day, where, changed) : typedOf(f, where, changed);
}

/** One control for each of several facts that may be supplied by the same one. */
export function controls(facts, where, changed, offered) {
  const keys = new Set();
  return facts.filter(f => FACTS[f]).filter(f => {
    const key = Object.values(FACTS[f]).join();
    return !keys.has(key) && keys.add(key);
  }).map(f => control(f, where, changed, offered));
}

export const all = (changed, offered) => controls(FORM, "known", changed, offered);
