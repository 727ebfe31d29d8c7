// What a notice says of a person or a thing, as both the desk and an extract show it.

import * as words from "./language.js";
import { word } from "./notice-form.js";
import { code, el } from "./dom.js";

const { t } = words;
const line = (name, ...value) => el("div", {}, el("dt", {}, name), el("dd", {}, ...value));

/** A name as it is written, in its own direction, with script and kind. */
const names = p => p.names.map(n => el("p", {}, el("bdi", { dir: "auto", lang: n.language ?? "" }, n.text), ` · ${n.script} · ${word("name", n.kind)}`));

function person(p) {
  return [line(t("notice.status"), word("status", p.status)), line(t("notice.names"), names(p)),
    p.births ? line(t("notice.birth"), p.births.map(b => el("p", {}, code(b.value), ` · ${b.precision}`))) : null,
    p.nationalities ? line(t("notice.nationality"), p.nationalities.map(x => el("p", {}, words.state(x.state), x.certain ? "" : ` · ${t("notice.possible")}`))) : null,
    p.documents ? line(t("notice.documents"), p.documents.map(x => el("p", {}, `${x.kind} `, code(`${x.state} ${x.number}`)))) : null];
}

/** What a notice says: for a named officer, or for the person it is about. */
export function content(n) {
  return el("dl", { className: "facts-of" }, line(t("notice.category"), word("category", n.category)), line(t("notice.action"), word("action", n.action)),
    line(t("notice.basis"), code(n.basis.article), ` · ${n.basis.offence ?? ""} · ${n.basis.provision ?? ""}`),
    n.basis.warrant ? line(t("notice.warrant"), `${n.basis.warrant.court} · `, code(n.basis.warrant.number), ` · ${words.day(n.basis.warrant.on)}`) : null,
    n.facts ? line(t("notice.facts"), el("bdi", { dir: "auto" }, n.facts)) : null, n.person ? person(n.person) : null,
    n.object ? line(t("notice.object"), `${n.object.kind} `, code(n.object.number ?? "")) : null);
}
