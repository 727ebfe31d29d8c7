// A notice drafted by hand: what its kind needs is asked for, the rest may stay empty. The agreement says which words there are.

import * as words from "./language.js";
import { el } from "./dom.js";

const { t } = words;
const MATTERS = ["political", "military", "religious", "racial"];
const NAME_KINDS = ["primary", "native", "good alias", "weak alias", "former"];
const NAMES = 4;

const slug = w => w.replaceAll(" ", "-");
/** A word of the agreement in the reader's language, or as the agreement has it. */
export const word = (group, w) => words.or(`notice.${group}.${slug(w)}`, w);

/** ISO 15924 of what is written; Latin unless another script stands in it. */
const script = s => (/\p{Script=Arabic}/u.test(s) ? "Arab" : /\p{Script=Cyrillic}/u.test(s) ? "Cyrl" : "Latn");

const today = () => new Date().toISOString().slice(0, 10);
const ahead = days => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

function field(key, input, whole) {
  return el("label", { className: whole ? "whole" : "" }, el("span", {}, t(key)), input);
}

const line = (id, props = {}) => el("input", { id: `draft-${id}`, maxLength: 200, dir: "auto", spellcheck: false, ...props });
const choice = (id, group, list, kept) => {
  const s = el("select", { id: `draft-${id}` }, list.map(w => el("option", { value: w }, word(group, w))));
  if (list.includes(kept))
    s.value = kept;
  return s;
};

/** The form for a kind. read() gives the notice as its draft has it; empty members are left out. */
export function noticeForm(kind) {
  const person = kind.subject === "person", needs = new Set(kind.needs);
  const at = {
    category: choice("category", "category", kind.categories), action: choice("action", "action", kind.actions), authority: line("authority", { dir: "ltr", maxLength: 40 }),
    status: person ? choice("status", "status", kind.status) : null,
    names: person ? Array.from({ length: NAMES }, (_, i) => [line(`name-${i}`, { "aria-label": t("notice.names") }), choice(`name-kind-${i}`, "name", NAME_KINDS, i ? "good alias" : "primary")]) : [],
    birth: line("birth", { type: "date" }), nationality: line("nationality", { dir: "ltr", maxLength: 2, autocapitalize: "characters" }),
    sex: choice("sex", "sex", ["unknown", "female", "male"]), documentState: line("document-state", { dir: "ltr", maxLength: 2 }),
    document: line("document", { dir: "ltr", maxLength: 40 }),
    thing: line("thing"), thingState: line("thing-state", { dir: "ltr", maxLength: 2 }), number: line("number", { dir: "ltr" }), make: line("make"),
    offence: line("offence"), provision: line("provision"), penalty: line("penalty", { type: "number", min: 0, max: 1200 }),
    court: line("court"), warrant: line("warrant", { dir: "ltr" }), warrantOn: line("warrant-on", { type: "date", max: today() }),
    facts: el("textarea", { id: "draft-facts", rows: 4, maxLength: 8000, dir: "auto" }),
    expires: line("expires", { type: "date", min: ahead(1), max: ahead(kind.expires_days), value: ahead(kind.expires_days - 1) }),
    review: line("review", { type: "date", min: ahead(1), max: ahead(kind.review_days), value: ahead(kind.review_days - 1) }),
    source: line("source"), certain: choice("quality", "quality", ["fact", "assessment"]),
    matters: MATTERS.map(m => el("input", { type: "checkbox", id: `draft-matter-${m}`, value: m })), looked: el("input", { type: "checkbox", id: "draft-looked" }),
  };
  const group = (title, ...fields) => el("fieldset", { className: "whole" }, el("legend", {}, t(title)), el("div", { className: "fields" }, fields.filter(Boolean)));
  const body = [
    group("notice.draft.what", field("notice.category", at.category), field("notice.action", at.action), person ? field("notice.status", at.status) : null,
      field("notice.draft.authority", at.authority), field("notice.expires", at.expires), field("notice.draft.review", at.review)),
    person ? group("notice.draft.person",
      ...at.names.flatMap(([name, k], i) => [field(i ? "notice.draft.other-name" : "notice.names", name), field("notice.draft.name-kind", k)]),
      field("notice.birth", at.birth), field("notice.draft.sex", at.sex), field("notice.nationality", at.nationality),
      field("notice.draft.document-state", at.documentState), field("notice.draft.document", at.document))
      : group("notice.object", field("notice.draft.thing", at.thing), field("notice.draft.thing-state", at.thingState), field("notice.draft.number", at.number),
        field("notice.draft.make", at.make)),
    group("notice.basis", field("notice.draft.offence", at.offence), field("notice.draft.provision", at.provision), field("notice.draft.penalty", at.penalty),
      needs.has("warrant") ? field("notice.draft.court", at.court) : null, needs.has("warrant") ? field("notice.draft.warrant", at.warrant) : null,
      needs.has("warrant") ? field("notice.draft.warrant-on", at.warrantOn) : null, field("notice.facts", at.facts, true)),
    group("notice.draft.quality", field("notice.draft.source", at.source), field("notice.draft.certain", at.certain)),
    el("fieldset", { className: "whole" }, el("legend", {}, t("notice.draft.checklist")), el("p", { className: "note" }, t("notice.draft.checklist.lead")),
      at.matters.map(m => el("label", { className: "check" }, m, el("span", {}, t(`notice.draft.matter.${m.value}`)))),
      el("label", { className: "check" }, at.looked, el("span", {}, t("notice.draft.looked")))),
  ];
  return { body, looked: () => at.looked.checked, read: officer => read(kind, at, officer) };
}

const given = o => Object.fromEntries(Object.entries(o).filter(([, v]) => v !== "" && v !== null && v !== undefined && !(Array.isArray(v) && !v.length)));
const day = v => (v ? `${v}T23:59:00Z` : "");

function read(kind, at, officer) {
  const value = input => input.value.trim();
  const quality = value(at.source) ? { is: value(at.certain), source: value(at.source), on: today(), by: officer } : null;
  const warrant = given({ court: value(at.court), number: value(at.warrant), on: value(at.warrantOn) });
  const penalty = value(at.penalty);
  const state = value(at.nationality).toUpperCase(), documentState = value(at.documentState).toUpperCase();
  return given({
    kind: kind.kind, category: value(at.category), action: value(at.action), authority: value(at.authority), expires: day(value(at.expires)), review_due: day(value(at.review)),
    facts: value(at.facts),
    basis: given({ article: kind.article, offence: value(at.offence), provision: value(at.provision), penalty_months: penalty === "" ? null : Number(penalty),
      warrant: Object.keys(warrant).length ? warrant : null }),
    person: at.status && given({
      status: value(at.status), sex: value(at.sex),
      names: at.names.filter(([n]) => value(n)).map(([n, k]) => given({ text: value(n), script: script(value(n)), kind: value(k), quality })),
      births: value(at.birth) ? [given({ value: value(at.birth), precision: "day", quality })] : [],
      nationalities: state ? [given({ state, certain: true, quality })] : [],
      documents: value(at.document) ? [given({ kind: "passport", state: documentState, number: value(at.document), quality })] : [],
    }),
    object: at.status ? null : given({ kind: value(at.thing), state: value(at.thingState).toUpperCase(), number: value(at.number), make: value(at.make) }),
    checklist: at.looked.checked ? Object.fromEntries(at.matters.map(m => [m.value, m.checked])) : null,
  });
}
