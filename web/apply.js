// The traveller's page: one application, sent, followed, completed.

import * as api from "./api.js";
import * as words from "./language.js";
import * as page from "./page.js";
import { during } from "./act.js";
import { at, code, el } from "./dom.js";
import { problem } from "./problem.js";
import { button as paper } from "./paper.js";

const { t } = words;

let kinds = { permissions: [], files: { most: 0, together: 0 } };
let id = crypto.randomUUID(); // of this application: sent again after a lost answer it is the same one
let own = null; // { reference, secret } of one that is there

const say = text => { at("say").textContent = text; };
const permission = () => kinds.permissions[Number(at("kind").value.split("/")[0])];
const purpose = () => at("kind").value.split("/")[1];

// ---- the form, as the agreement has it ----

const fieldOf = name => `f-${name.replace(/[^a-z0-9]+/g, "-")}`;

function input(item) {
  const name = fieldOf(`answers.${item.name}`);
  const common = { id: name, name: item.name };
  if (item.type === "yes or no" || item.type === "one of" || item.type === "state") {
    const values = item.type === "state" ? page.offered.states : item.words ?? ["yes", "no"];
    return el("select", common, el("option", { value: "" }, t("apply.choose")),
      values.map(v => el("option", { value: v }, item.type === "state" ? words.state(v) : item.words ? words.word("mode", v) : t(`apply.${v}`))));
  }
  return el("input", { ...common, type: item.type === "date" ? "date" : "text", maxLength: 2000, ...(item.type === "number" && { inputMode: "numeric", dir: "ltr" }) });
}

const optional = item => item.optional ? ` (${t("apply.optional")})` : "";

const asked = item => el("label", {}, el("span", {}, item.title + optional(item)), input(item),
  el("span", { className: "error", id: `${fieldOf(`answers.${item.name}`)}-error` }));

const attached = item => el("label", {}, el("span", {}, item.title + optional(item)),
  el("input", { type: "file", id: fieldOf(`files.${item.name}`), name: item.name, accept: "application/pdf,image/jpeg,image/png" }),
  el("span", { className: "error", id: `${fieldOf(`files.${item.name}`)}-error` }));

// The fee comes from the agreement; one that turns on the applicant has no amount yet, and names on what it turns.
const money = f => ({ amount: words.amount(f.amount), currency: f.currency });
const mayBeDue = f => f !== null && (f.amount === null || f.currency !== null);

function fee(f) {
  if (!mayBeDue(f))
    return t("apply.terms.free");
  return f.amount === null
    ? t("need.apply.fee.unsaid", { facts: new Intl.ListFormat(words.locale(), { type: "unit" }).format(f.missing.map(x => words.word("fact", x))) })
    : t("apply.terms.fee", money(f));
}

function terms(p) {
  const said = [];
  if (p.valid_days)
    said.push(t("apply.terms.valid", { n: p.valid_days }));
  if (p.stay_days)
    said.push(t("apply.terms.stay", { n: p.stay_days }));
  if (p.entries)
    said.push(t("apply.terms.entries", { n: p.entries }));
  said.push(fee(p.fee));
  if (p.consulted.length)
    said.push(t("apply.terms.consulted", { days: Math.max(...p.consulted.map(c => c.days)) }));
  return said.join(" ");
}

function drawKind(kept = {}) {
  const p = permission();
  if (!p)
    return;
  at("terms").textContent = terms(p);
  at("asked").replaceChildren(...p.asks.map(asked));
  at("files").replaceChildren(...p.files.map(attached));
  at("asked-part").hidden = p.asks.length === 0;
  at("files-part").hidden = p.files.length === 0;
  at("payment-part").hidden = !mayBeDue(p.fee);
  at("payment-label").textContent = !mayBeDue(p.fee) ? "" : p.fee.amount === null ? t("apply.payment.open") : t("apply.payment", money(p.fee));
  for (const item of p.asks)
    at(fieldOf(`answers.${item.name}`)).value = kept[item.name] ?? "";
}

const answers = () => Object.fromEntries(permission().asks.map(i => [i.name, at(fieldOf(`answers.${i.name}`)).value.trim()]).filter(([, v]) => v));

/** The kind and purpose of the address, as "What do I need?" links them; else the first stays. */
function linked() {
  const q = new URLSearchParams(location.search);
  const i = kinds.permissions.findIndex(p => p.kind === q.get("kind") && p.purposes.includes(q.get("purpose")));
  return i < 0 ? "" : `${i}/${q.get("purpose")}`;
}

async function loadKinds() {
  const first = kinds.permissions.length === 0;
  let chosen = at("kind").value;
  const kept = permission() ? answers() : {};
  kinds = await api.permissions(words.current());
  at("kind").replaceChildren(...kinds.permissions.flatMap((p, i) => p.purposes.map(w => el("option", { value: `${i}/${w}` }, p.title))));
  if (first)
    chosen = linked();
  if (chosen)
    at("kind").value = chosen;
  drawKind(kept);
}

// ---- what is sent ----

const base64 = async file => {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let s = "";
  for (let i = 0; i < bytes.length; i += 0x8000)
    s += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(s);
};

async function files() {
  const out = [];
  let all = 0;
  for (const item of permission().files) {
    const file = at(fieldOf(`files.${item.name}`)).files[0];
    if (!file)
      continue;
    all += file.size;
    if (file.size > kinds.files.most || all > kinds.files.together)
      throw Object.assign(new Error("too large"), { fault: { field: `files.${item.name}`, code: "too-large", text: "", article: null } });
    out.push({ name: item.name, type: file.type, data: await base64(file) });
  }
  return out;
}

async function request(submit) {
  const x = { passport: at("passport").value.trim(), answers: answers() };
  for (const name of ["from", "until", "contact", "payment"])
    if (at(name).value.trim())
      x[name] = at(name).value.trim();
  for (const name of ["stay", "entries"])
    if (/^\d+$/.test(at(name).value.trim()))
      x[name] = Number(at(name).value);
  const list = await files();
  if (list.length)
    x.files = list;
  if (submit)
    x.submit = true;
  if (own)
    return { ...own, ...x };
  return { id, kind: permission().kind, purpose: purpose(), language: words.current(), ...x };
}

// ---- what is wrong ----

const fieldId = name => /^(answers|files)\./.test(name) ? fieldOf(name) : name;

const faultText = f => [words.or(`apply.fault.${f.code}`, f.text),
  f.article ? t("apply.article", { article: f.article }) : ""].filter(Boolean).join(" · ");

function clearFaults() {
  at("faults").hidden = true;
  for (const e of document.querySelectorAll("#apply [aria-invalid]"))
    e.removeAttribute("aria-invalid");
  for (const e of document.querySelectorAll("#apply .error"))
    e.textContent = "";
}

function nameOf(field) {
  const label = at(fieldId(field))?.closest("label")?.querySelector("span");
  return label?.textContent ?? field;
}

function showFaults(list) {
  for (const f of list) {
    const e = at(fieldId(f.field)), room = at(`${fieldId(f.field)}-error`);
    e?.setAttribute("aria-invalid", "true");
    if (room) {
      room.textContent = faultText(f);
      e.setAttribute("aria-describedby", room.id);
    }
  }
  at("faults").replaceChildren(el("p", {}, t("apply.faults", { n: list.length })), el("ul", {}, list.map(f =>
    el("li", {}, el("a", { href: `#${fieldId(f.field)}` }, nameOf(f.field)), `: ${faultText(f)}`))));
  at("faults").hidden = false;
  at("faults").focus();
}

function showTrouble(e) {
  if (e.fault)
    return showFaults([e.fault]);
  if (e.body?.faults)
    return showFaults(e.body.faults);
  at("faults").replaceChildren(el("p", {}, problem(e, "apply.trouble")));
  at("faults").hidden = false;
  at("faults").focus();
}

// ---- one that is there ----

const save = (name, type, data) => {
  const bytes = Uint8Array.from(atob(data), c => c.charCodeAt(0));
  const link = el("a", { href: URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
};

function issued(x) {
  const picture = el("img", { alt: t("apply.permission.picture"), hidden: true });
  const get = async name => api.ownFile({ ...own, name });
  return el("div", { className: "shown" }, el("p", {}, t("apply.permission", { number: x.permission, day: words.day(x.permission_until ?? "") })),
    el("div", { className: "tools" },
      el("button", { type: "button", onclick: async () => { const f = await get("issued.pdf"); save("permission.pdf", f.type, f.data); } }, t("apply.pdf")),
      el("button", { type: "button", onclick: async () => {
        const f = await get("issued.png");
        picture.src = `data:image/png;base64,${f.data}`;
        picture.hidden = false;
      } }, t("apply.picture"))), picture);
}

function row(name, value) {
  return el("div", {}, el("dt", {}, name), el("dd", {}, value));
}

function show(answer, moved = true) {
  const x = answer.application;
  if (answer.secret)
    own = { reference: x.reference, secret: answer.secret };
  const draft = x.state === "draft";
  at("shown-title").textContent = t(`state.${x.state.replace(" ", "-")}`);
  at("shown-body").replaceChildren(...[
    el("dl", {}, row(t("apply.reference"), code(x.reference)), own ? row(t("apply.code"), el("span", { className: "code-large" }, code(own.secret))) : null,
      row(t("receipt.fee"), fee(x.fee)), row(t("apply.last"), words.moment(x.last)), row(t("apply.ends"), words.moment(x.ends))),
    answer.secret ? el("p", { className: "badge" }, t("apply.keep")) : null,
    x.returned ? el("p", { className: "said" }, `${t("apply.returned")}\n${x.returned}`) : null,
    x.declined ? el("dl", {}, row(t("apply.reason"), x.declined.reason), row(t("apply.by"), x.declined.article), row(t("apply.appeal"), x.declined.appeal)) : null,
    x.permission ? issued(x) : null,
    own && !draft ? paper("paper", () => ({ name: x.reference, path: "/v1/applications/follow", request: { ...own } }), showTrouble) : null,
    el("ul", { className: "steps" }, x.events.filter(e => words.has(`step.${e.what}`)).map(e => el("li", {}, `${words.moment(e.at)}: ${t(`step.${e.what}`)}`))),
    ["draft", "submitted", "consulting", "to decide"].includes(x.state)
      ? el("button", { type: "button", className: "small", id: "withdraw", onclick: withdraw }, t("apply.withdraw")) : null,
  ].filter(Boolean));
  at("shown").hidden = false;
  at("apply").hidden = !draft;
  at("kind").disabled = at("passport").readOnly = draft && own !== null;
  if (draft && moved)
    fill(x);
  at("shown-title").focus();
  say(at("shown-title").textContent);
}

function fill(x) {
  const i = kinds.permissions.findIndex(p => p.kind === x.kind && p.purposes.includes(x.purpose));
  if (i >= 0)
    at("kind").value = `${i}/${x.purpose}`;
  for (const name of ["passport", "from", "until", "stay", "entries", "contact", "payment"])
    at(name).value = x[name] ?? "";
  drawKind(x.answers);
  for (const f of x.files) {
    const room = at(`${fieldOf(`files.${f.name}`)}`)?.closest("label")?.querySelector("span");
    if (room)
      room.textContent += ` ✓ ${t("apply.attached", { size: words.number(Math.ceil(f.size / 1024)) })}`;
  }
}

async function withdraw() {
  if (!confirm(t("apply.withdraw.sure")))
    return;
  try {
    show(await api.follow({ ...own, withdraw: true }));
  } catch (e) {
    showTrouble(e);
  }
}

// ---- sending ----

async function send(submit) {
  clearFaults();
  at("send").setAttribute("aria-busy", "true");
  try {
    const x = await request(submit);
    show(await during(t("act.working"), () => own ? api.follow(x) : api.apply(x)), false);
  } catch (e) {
    if (e.reason === "request-conflict" && !own)
      id = crypto.randomUUID(); // it was changed after a lost answer: a new one
    showTrouble(e);
  } finally {
    at("send").removeAttribute("aria-busy");
  }
}

async function look(event) {
  event.preventDefault();
  clearFaults();
  own = { reference: at("reference").value.trim().toUpperCase(), secret: at("code").value.trim().toUpperCase() };
  try {
    show(await api.follow(own));
  } catch (e) {
    own = null;
    at("apply").hidden = false;
    showTrouble(e);
  }
}

at("apply").addEventListener("submit", e => { e.preventDefault(); send(true); });
at("save").addEventListener("click", () => send(false));
at("follow").addEventListener("submit", look);
at("kind").addEventListener("change", () => drawKind());

await page.start({ speak: () => loadKinds().catch(showTrouble), met: () => loadKinds().catch(showTrouble) });
page.keepWatch();
