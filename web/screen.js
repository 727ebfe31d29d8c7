// Names and numbers against the published lists: side by side, with the reasons. It shows; people decide.

import * as page from "./page.js";
import * as words from "./language.js";
import * as api from "./api.js";
import { during } from "./act.js";
import { at, el, code, SIGN } from "./dom.js";
import { problem } from "./problem.js";

const { t } = words;
const PURPOSES = ["border-check", "road-check", "issuance", "investigation", "payment", "customer"];
const KINDS = ["Person", "Organization", "Vessel"];
const NUMBERS = ["passportNumber", "idNumber", "registrationNumber", "leiCode", "swiftBic", "imoNumber"];
const MOST = 20_000; // rows of a file; longer ones are for the command line

let last = null; // what is shown: { lists, results } of one question, or rows of a file
let lists = [];


function question(properties, schema) {
  return { purpose: at("purpose").value, officer: at("officer").value.trim(), schema, properties };
}

function typed() {
  const number = at("number").value.trim(), properties = {};
  for (const [id, name] of [["name", "name"], ["birth", "birthDate"], ["country", "country"]])
    if (at(id).value.trim())
      properties[name] = [at(id).value.trim()];
  if (number)
    for (const name of NUMBERS)
      properties[name] = [number];
  return properties;
}

// ---- results ----

function side(word) {
  return el("tr", {}, el("td", {}, el("bdi", {}, word.asked ?? SIGN.none)), el("td", {}, el("bdi", {}, word.listed ?? SIGN.none)),
    el("td", {}, t(`screen.rule.${word.rule}`)));
}

function standing(r) {
  const [grade, text] = r.alerts ? ["warn", "screen.alert"] : r.weak_alias ? ["none", "screen.weak"] : ["none", "screen.below"];
  return el("p", { className: `state ${grade}` }, `${SIGN[grade]} ${t(text)} `, code(r.score.toFixed(3)));
}

function known(properties) {
  return el("dl", { className: "known" }, Object.entries(properties).map(([k, v]) =>
    [el("dt", {}, code(k)), el("dd", {}, v.slice(0, 12).map((x, i) => [i ? " · " : null, el("bdi", {}, x)]))]));
}

function result(r) {
  return el("article", { className: "leg" }, el("h3", {}, el("bdi", {}, r.caption)), standing(r),
    el("p", {}, `${t("screen.source")}: `, code(`${r.list} ${r.id} ${r.published}`), " · ", el("bdi", {}, r.basis)),
    r.words.length ? el("table", { className: "cases" }, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, t("screen.asked")),
      el("th", { scope: "col" }, t("screen.listed")), el("th", { scope: "col" }, t("screen.score")))), el("tbody", {}, r.words.map(side))) : null,
    r.explanations.identifier ? el("p", {}, code(`${r.explanations.identifier.query} = ${r.explanations.identifier.candidate}`)) : null,
    known(r.properties));
}

function answer({ name, lists: n, results }) {
  const none = n ? t("screen.none", { n }) : t("screen.no.lists");
  return [name ? el("h3", {}, el("bdi", {}, name)) : null, ...(results.length ? results.map(result) : [el("p", { className: "state" }, none)])];
}

function listRow(l) {
  return el("tr", {}, el("td", {}, code(`${l.name} ${l.published}`)), el("td", {}, el("bdi", {}, l.basis)), el("td", {}, code(String(l.entries))),
    el("td", {}, code(`+${l.added} ~${l.changed} -${l.removed}`), l.held ? el("p", { className: "state warn" }, `${SIGN.warn} ${t("screen.held")}`) : null));
}

function choose(id, items, prefix) {
  const kept = at(id).value;
  at(id).replaceChildren(...items.map(value => el("option", { value }, t(`${prefix}.${value}`))));
  at(id).value = kept || items[0];
}

function draw() {
  choose("purpose", PURPOSES, "screen.for");
  choose("kind", KINDS, "screen.kind");
  at("lists").replaceChildren(...lists.map(listRow));
  at("results").replaceChildren(...(last ?? []).flatMap(answer).filter(Boolean));
}

// ---- asking ----

async function ask(e) {
  e.preventDefault();
  at("trouble").textContent = at("progress").textContent = "";
  try {
    last = [await api.screen(question(typed(), at("kind").value))];
  } catch (x) {
    last = null;
    at("trouble").replaceChildren(...problem(x));
  }
  draw();
  if (last)
    at("results-title").focus();
}

/** RFC 4180: a line into fields. */
function fields(line) {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(m => m[1] !== undefined ? m[1].replaceAll('""', '"') : m[2]);
}

const COLUMNS = { name: "name", fullname: "name", birthdate: "birthDate", dob: "birthDate", country: "country", nationality: "nationality", gender: "gender",
  sex: "gender", passport: "passportNumber", idnumber: "idNumber", registrationnumber: "registrationNumber", lei: "leiCode", bic: "swiftBic", imo: "imoNumber", iban: "iban" };

function rows(text) {
  const lines = text.replace(/^\ufeff/, "").split(/\r?\n/).filter(x => x.trim());
  if (lines[0]?.startsWith("{"))
    return lines.map(x => JSON.parse(x)).map(x => [x.properties ?? {}, x.schema ?? "LegalEntity"]);
  const head = fields(lines.shift() ?? "").map(x => x.toLowerCase().replace(/[^a-z]/g, ""));
  return lines.map(line => {
    const v = fields(line), properties = {};
    head.forEach((h, i) => COLUMNS[h] && v[i] && (properties[COLUMNS[h]] = [v[i]]));
    return [properties, v[head.indexOf("schema")] || "LegalEntity"];
  });
}

async function file() {
  const chosen = at("file").files[0];
  if (!chosen)
    return;
  at("trouble").textContent = "";
  last = [];
  try {
    const all = rows(await chosen.text()).slice(0, MOST);
    await during(t("act.working"), async step => {
      for (const [i, [properties, schema]] of all.entries()) {
        const got = await api.screen(question(properties, schema));
        if (got.results.length)
          last.push({ ...got, name: [properties.name].flat()[0] ?? "" });
        at("progress").textContent = t("screen.progress", { n: i + 1, of: all.length, found: last.length });
        step(i + 1, all.length);
      }
    });
  } catch (x) {
    at("trouble").replaceChildren(...problem(x));
  }
  draw();
  at("file").value = "";
}

async function load() {
  try {
    lists = (await api.lists()).lists;
  } catch (e) {
    at("trouble").replaceChildren(...problem(e));
  }
  draw();
}

at("ask").addEventListener("submit", ask);
at("file").addEventListener("change", file);
await page.start({ speak: draw, back: load });
await load();
await page.keepWatch();
