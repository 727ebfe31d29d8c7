// Offence notes: written with or without the line, kept by queue.js, sent when the node is there.

import * as api from "./api.js";
import * as words from "./language.js";
import { Full, Queue, Unsafe } from "./queue.js";
import { states } from "./roadside-known.js";
import { SIGN, at, code, el } from "./dom.js";

const { t } = words;

const ACTS = ["speeding", "red-light", "stop-sign", "overtaking", "lane", "wrong-way", "priority", "distance", "phone", "seat-belt", "helmet", "alcohol", "drugs",
  "no-licence", "category", "lights", "technical", "overload", "driving-time", "documents", "insurance", "parking", "hit-and-run"];
const CURRENCIES = ["IRR", "TRY", "KZT", "UZS", "KGS", "TJS", "TMT", "AZN", "PKR", "AFN", "RUB", "USD", "EUR"];
const OTHER = "other";

/* Of what was sent only this stays: what a list needs to be understood, nothing of the driver. */
const queue = new Queue("serai-roadside", { rest: note => ({ id: note.id, act: note.act, words: note.words, at: note.at }) });

const form = at("offence");
const field = name => form.elements[name];

let reference = "";
let offered = { states: [], likely: [] };
let saving = null;
let tellCount = () => {};

const hex = n => Array.from(crypto.getRandomValues(new Uint8Array(n)), b => b.toString(16).padStart(2, "0")).join("");

function say(key, grade = "", values = {}) {
  at("offence-state").textContent = key ? t(key, values) : "";
  at("offence-state").className = `state ${grade}`;
}

const here = () => {
  const now = new Date();
  return new Date(now - now.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
};

const content = () => ({ ...Object.fromEntries(new FormData(form)), reference });
const empty = c => !["act", "words", "amount", "plate", "number", "note"].some(k => c[k]);

/** A choice that is not offered now, as the node has not said its states yet, is offered all the same. */
function choose(e, v) {
  if (e.tagName === "SELECT" && v && ![...e.options].some(o => o.value === v))
    e.append(el("option", { value: v }, e.name === "issuer" ? words.state(v) : v));
  e.value = v;
}

function fill(c) {
  for (const [k, v] of Object.entries(c))
    if (field(k))
      choose(field(k), v);
  reference = c.reference ?? "";
  shape();
}

/** What depends on what is chosen. */
function shape() {
  at("offence-words-label").hidden = field("act").value !== OTHER;
  at("offence-reference").replaceChildren(...reference ? [`${t("offence.reference")} `, code(reference)] : []);
}

async function save() {
  clearTimeout(saving);
  const c = content();
  try {
    await (empty(c) ? queue.dropDraft() : queue.saveDraft(c));
    say(null);
  } catch (e) {
    say(e instanceof Full ? "offence.full-draft" : "offence.unsafe", "bad");
  }
}

const soon = () => {
  clearTimeout(saving);
  saving = setTimeout(save, 300);
};

function reset() {
  form.reset();
  reference = "";
  field("at").value = here();
  shape();
}

/** The note as POST /v1/offences takes it; members that are not known are left out. */
function wire(c) {
  const act = c.act === OTHER ? c.words.trim() : c.act;
  const all = { reference: c.reference, member: c.issuer, licence: c.number || c.issuer ? { issuer: c.issuer, number: c.number.trim() } : null, act,
    place: c.place.trim(), at: new Date(c.at).toISOString().replace(/\.\d+Z$/, "Z"), amount: c.amount ? amountOf(c.amount) : "", currency: c.amount ? c.currency : "",
    plate: c.plate.trim(), note: c.note.trim() };
  return { id: `offence-${hex(12)}`, ...Object.fromEntries(Object.entries(all).filter(([, v]) => v)) };
}

/** "1 500,50" as "1500.50"; digits of every script of the bloc. Null when it is no amount. */
export function amountOf(text) {
  const plain = text.replace(/[\u06f0-\u06f9]/g, d => d.charCodeAt(0) - 0x06f0).replace(/[\u0660-\u0669]/g, d => d.charCodeAt(0) - 0x0660)
    .replace(/[\s\u00a0\u202f']/g, "").replace(/[,\u066b]/g, ".");
  return /^\d{1,12}(\.\d{1,3})?$/.test(plain) ? plain : null;
}

function fault(c) {
  if (!c.act || c.act === OTHER && !c.words.trim())
    return [c.act === OTHER ? "words" : "act", "offence.need.act"];
  if (!c.at || Number.isNaN(Date.parse(c.at)))
    return ["at", "offence.need.at"];
  if (!c.place.trim())
    return ["place", "offence.need.place"];
  if (c.amount && !amountOf(c.amount))
    return ["amount", "offence.need.amount"];
  return null;
}

async function keep() {
  const c = content(), wrong = fault(c);
  for (const e of form.elements)
    e.removeAttribute?.("aria-invalid");
  if (wrong) {
    say(wrong[1], "bad");
    field(wrong[0]).setAttribute("aria-invalid", "true");
    field(wrong[0]).focus();
    return;
  }
  clearTimeout(saving);
  try {
    await queue.add(wire(c));
  } catch (e) {
    say(e instanceof Full ? "offence.full" : "offence.unsafe", "bad");
    return; // the form keeps it
  }
  await queue.dropDraft().catch(() => {});
  reset();
  say("offence.kept", "good");
  await draw();
  await send();
}

const STATE = { queued: "warn", sent: "good", refused: "bad" };
const actWord = n => n?.act ? (ACTS.includes(n.act) ? t(`act.${n.act}`) : n.act) : t("offence.unreadable");

function removal(item) {
  const button = el("button", { type: "button", className: "small", "aria-label": `${t("file.remove")} ${actWord(item.note)}` }, t("file.remove"));
  let asked = item.state === "sent";
  button.addEventListener("click", async () => {
    if (!asked) {
      asked = true;
      button.textContent = t("offence.really");
      button.classList.add("danger");
      return;
    }
    await queue.drop(item.id);
    await draw();
    at("kept-title").scrollIntoView({ block: "nearest" });
  });
  return button;
}

/** A note that was refused goes back into the form, under a new id. */
function mending(item) {
  const n = item.note;
  if (item.state !== "refused" || !n)
    return null;
  const button = el("button", { type: "button", className: "small" }, t("offence.mend"));
  button.addEventListener("click", async () => {
    fill({ act: ACTS.includes(n.act) ? n.act : OTHER, words: ACTS.includes(n.act) ? "" : n.act, place: n.place ?? "", at: local(n.at), amount: n.amount ?? "",
      currency: n.currency ?? "", plate: n.plate ?? "", issuer: n.licence?.issuer ?? "", number: n.licence?.number ?? "", note: n.note ?? "", reference: n.reference ?? "" });
    await save();
    await queue.drop(item.id);
    await draw();
    field("act").focus();
  });
  return button;
}

const local = at => {
  const d = new Date(at);
  return new Date(d - d.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
};

function why(item) {
  if (item.state === "sent")
    return t("offence.sent", { at: words.moment(item.sent) });
  const key = `offence.why.${item.why}`;
  return item.state === "refused" ? t("offence.refused", { why: words.or(key, words.or(`trouble.${item.why}`, item.why)) })
    : t(words.has(key) ? key : "offence.why.queued");
}

function row(item) {
  const grade = STATE[item.state], n = item.note;
  return el("li", { className: grade, id: item.id }, el("b", { className: "mark", "aria-hidden": "true" }, SIGN[grade]),
    el("div", { className: "what" }, el("p", {}, el("b", {}, el("bdi", {}, actWord(n))), n?.amount ? [" · ", code(`${n.amount} ${n.currency ?? ""}`)] : null),
      el("p", { className: "note" }, n?.at ? words.moment(n.at) : "", n?.place ? [" · ", el("bdi", {}, n.place)] : null, n?.plate ? [" · ", code(n.plate)] : null,
        n?.licence?.number ? [" · ", code(`${n.licence.issuer ?? ""} ${n.licence.number}`)] : null),
      el("p", { className: `standing ${grade}` }, why(item)), el("p", { className: "tools" }, mending(item), removal(item))));
}

export async function draw() {
  let items = [];
  try {
    items = await queue.list();
    at("kept-state").textContent = items.length ? "" : t("offence.none");
  } catch (e) {
    at("kept-state").textContent = t(e instanceof Unsafe ? "offence.unsafe" : "offence.unread");
  }
  at("kept").replaceChildren(...items.reverse().map(row));
  const waiting = items.filter(i => i.state !== "sent").length;
  at("offence-send").hidden = !items.some(i => i.state === "queued");
  tellCount(waiting);
  return waiting;
}

export async function send() {
  try {
    await queue.send(api.offence, draw);
  } catch { /* the list says what waits */ }
  await draw();
}

/** Puts what is known of the driver into an empty form. */
export function begin(answer, place) {
  if (empty(content())) {
    reset();
    fill({ ...content(), issuer: answer?.licence?.issuer ?? "", number: answer?.licence?.number ?? "", place: place || field("place").value, reference: answer?.id ?? "" });
    save();
  } else if (answer) {
    say("offence.begun", "warn");
  }
  field("act").focus();
}

/** The words have changed, or the node said which states there are. */
export function speak(given = offered) {
  offered = given;
  const keep = { act: field("act").value, currency: field("currency").value, issuer: field("issuer").value };
  field("act").replaceChildren(el("option", { value: "" }, t("offence.choose")), ...ACTS.map(a => el("option", { value: a }, t(`act.${a}`))),
    el("option", { value: OTHER }, t("act.other")));
  field("currency").replaceChildren(...CURRENCIES.map(c => el("option", { value: c }, c)));
  field("issuer").replaceChildren(...states(offered.states, offered.likely));
  for (const [k, v] of Object.entries(keep))
    choose(field(k), v || (k === "currency" ? offered.currency ?? CURRENCIES[0] : ""));
  shape();
  draw();
}

export async function clear() {
  clearTimeout(saving);
  await queue.clear();
  reset();
  say(null);
  await draw();
}

export const waiting = async () => (await queue.list().catch(() => [])).filter(i => i.state !== "sent").length;

export function start(count) {
  tellCount = count;
  queue.listen(draw);
  form.addEventListener("submit", e => { e.preventDefault(); keep(); });
  form.addEventListener("input", () => { shape(); soon(); });
  addEventListener("pagehide", () => empty(content()) || save());
  at("offence-empty").addEventListener("click", () => { reset(); save(); field("act").focus(); });
  at("offence-send").addEventListener("click", send);
  reset();
}

/** What was being written when the page went; once its words are there. */
export async function restore() {
  const kept = await queue.draft().catch(() => null);
  if (kept)
    fill(kept);
}
