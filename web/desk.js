// The Travel desk: applications to decide by two officers, consultations and their deadlines, issuing.

import * as api from "./api.js";
import * as words from "./language.js";
import * as live from "./live.js";
import * as page from "./page.js";
import * as csv from "./csv.js";
import { during } from "./act.js";
import { at, code, el, empty } from "./dom.js";
import { problem } from "./problem.js";
import { button as paper } from "./paper.js";

const { t } = words;
const STATES = ["to decide", "consulting", "submitted", "granted", "declined", "draft", "withdrawn", "expired"];

let open = null; // () => draws again what is shown

const officer = () => at("officer").value.trim();
const stateWord = s => t(`state.${s.replace(" ", "-")}`);
const row = (name, value) => value === undefined || value === "" || value === null ? null : el("div", {}, el("dt", {}, name), el("dd", {}, value));

function trouble(e) {
  at("trouble").replaceChildren(...problem(e, "desk.trouble", "apply.trouble"));
}

/** Runs what a button does; what goes wrong is said above. */
async function doing(fn) {
  at("trouble").textContent = "";
  if (!officer()) {
    at("trouble").textContent = t("desk.who");
    at("officer").focus();
    return;
  }
  sessionStorage.setItem("serai.officer", officer());
  try {
    await during(t("act.working"), () => fn());
  } catch (e) {
    trouble(e);
  }
}

const button = (text, fn, props = {}) => el("button", { type: "button", ...props, onclick: () => doing(fn) }, text);

function save(name, data) {
  const bytes = Uint8Array.from(atob(data), c => c.charCodeAt(0));
  const link = el("a", { href: URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

// ---- lists ----

const mark = (key, kind) => el("span", { className: `badge ${kind}` }, t(key));

const entry = (title, lines, fn) => el("li", {}, el("button", { type: "button", onclick: e => {
  for (const b of document.querySelectorAll(".inbox button"))
    b.removeAttribute("aria-current");
  e.currentTarget.setAttribute("aria-current", "true");
  doing(fn);
} }, el("strong", {}, title), lines.filter(Boolean).map(l => el("span", { className: "note" }, l))));

let listed = []; // as the file has it

async function drawInbox() {
  const list = listed = (await api.applications(at("state").value)).applications;
  at("inbox").replaceChildren(...(list.length ? list.map(a => entry(code(a.reference),
    [`${words.word("permission", a.kind)} · ${words.word("purpose", a.purpose)}`, `${stateWord(a.state)} · ${words.ago(a.last)}`], () => showApplication(a.reference)))
    : [empty(t("desk.none"), "serai permission apply --help", "li")]));
}

async function drawConsultations() {
  const list = (await api.consultations()).consultations;
  at("consultations").replaceChildren(...(list.length ? list.map(c => entry(`${words.state(c.member)} · ${words.moment(c.at)}`,
    [c.open ? el("span", {}, `${t("desk.until", { day: words.moment(c.until) })} `, c.overdue ? mark("desk.overdue", "late") : c.due_soon ? mark("desk.soon", "soon") : "") : t("desk.answered")],
    () => showConsultation(c)))
    : [empty(t("desk.none"), "serai permission consult --help", "li")]));
}

const drawLists = () => Promise.all([drawInbox(), drawConsultations()]);

// ---- one application ----

function shown(title, ...parts) {
  at("one-title").replaceChildren(title);
  at("one-body").replaceChildren(...parts.flat().filter(Boolean));
  at("one").hidden = false;
  at("one-title").focus();
}

const traveller = p => p ? el("dl", { className: "facts" }, row(t("desk.name"), `${p.surname} ${p.given_names}`), row(t("desk.nationality"), words.state(p.nationality)),
  row(t("desk.number"), code(p.number)), row(t("desk.born"), p.born ? words.day(p.born) : "")) : null;

const travel = x => el("dl", { className: "facts" }, row(t("apply.from"), x.from && words.day(x.from)), row(t("apply.until"), x.until && words.day(x.until)),
  row(t("apply.days"), x.stay && words.number(x.stay)), row(t("apply.entries"), x.entries === undefined ? "" : words.number(x.entries)), row(t("apply.contact"), x.contact && code(x.contact)),
  row(t("receipt.fee"), x.fee && (x.fee.amount === null ? t("need.apply.fee.unsaid", { facts: x.fee.missing.map(f => words.word("fact", f)).join(", ") })
    : x.fee.currency ? `${words.amount(x.fee.amount)} ${x.fee.currency}` : t("apply.terms.free"))), row(t("desk.payment"), x.payment && code(x.payment)), Object.entries(x.answers).map(([k, v]) => row(k, v)));

const files = x => x.files.filter(f => !f.name.startsWith("issued.")).map(f => button(t("desk.file", { name: f.name, type: f.type.split("/")[1].toUpperCase(), size: words.number(Math.ceil(f.size / 1024)) }),
  async () => save(`${f.name}.${f.type.split("/")[1]}`, (await api.applicationFile({ reference: x.reference, officer: officer(), name: f.name })).data), { className: "small" }));

const consulted = x => x.consulted.length ? [el("h3", {}, t("desk.consulted")), el("ul", { className: "steps" }, x.consulted.map(c => el("li", {},
  `${words.state(c.member)}: `, el("span", { className: `badge ${c.objects ? "objects" : c.opinion === "none yet" ? c.due_soon ? "soon" : "" : "good"}` }, t(`opinion.${c.opinion.replace(/[: ]+/g, "-")}`)),
  c.opinion === "none yet" ? ` · ${t("desk.until", { day: words.moment(c.until) })}` : "", c.late ? ` · ${t("desk.late")}` : "", c.reason ? `: ${c.reason}` : "")))] : [];

const decided = x => x.decisions.length ? [el("h3", {}, t("desk.decisions", { n: x.officers })), el("ul", { className: "steps" }, x.decisions.map(d => el("li", {},
  code(d.officer), ` ${t(`desk.${d.decision}`)} · ${words.moment(d.at)}`, d.reason ? ` · ${d.reason}` : "")))] : [];

const area = (id, key, value = "") => el("label", {}, el("span", {}, t(key)), el("textarea", { id, rows: 2, maxLength: 2000, value }));
const field = (id, key, type, value) => el("label", {}, el("span", {}, t(key)), el("input", { id, type, value: value ?? "", dir: "ltr" }));

function decisionForm(x) {
  const send = async decision => {
    const body = { reference: x.reference, officer: officer(), revision: x.revision, decision, reason: at("reason").value.trim() };
    if (decision === "grant")
      Object.assign(body, { from: at("g-from").value, until: at("g-until").value, stay: Number(at("g-stay").value), entries: Number(at("g-entries").value) });
    else
      Object.assign(body, { article: at("article").value.trim(), appeal: at("appeal").value.trim() });
    drawApplication((await api.decide(body)).application);
    await drawLists();
  };
  const votes = x.decisions.find(d => d.decision === "grant") ?? x;
  return el("form", { id: "decision", noValidate: true, onsubmit: e => e.preventDefault() },
    el("h3", {}, t("desk.decide")), el("p", { className: "note" }, t("desk.four-eyes", { n: x.officers })),
    el("div", { className: "fields" }, field("g-from", "apply.from", "date", votes.from), field("g-until", "apply.until", "date", votes.until),
      field("g-stay", "apply.days", "number", votes.stay), field("g-entries", "apply.entries", "number", votes.entries)),
    area("reason", "desk.reason"), el("div", { className: "fields" }, field("article", "desk.article", "text", "20")), area("appeal", "desk.appeal"),
    el("div", { className: "tools" }, button(t("desk.grant"), () => send("grant"), { id: "grant", className: "strong" }),
      button(t("desk.decline"), () => send("decline"), { id: "decline" }),
      button(t("desk.return"), async () => {
        drawApplication((await api.giveBack({ reference: x.reference, officer: officer(), text: at("reason").value.trim() })).application);
        await drawLists();
      }, { id: "return" })));
}

function issueForm(x) {
  const preview = el("img", { alt: t("apply.permission.picture"), hidden: true });
  const hand = got => {
    preview.src = `data:image/png;base64,${got.png}`;
    preview.hidden = false;
    save(`${got.permission}.pdf`, got.pdf);
  };
  const order = () => ({ reference: x.reference, officer: officer(), form: at("form").value });
  return el("form", { noValidate: true, onsubmit: e => e.preventDefault() },
    el("h3", {}, t("desk.issue")), x.permission ? el("p", {}, t("apply.permission", { number: x.permission, day: words.day(x.permission_until ?? "") })) : null,
    el("div", { className: "fields" }, el("label", {}, el("span", {}, t("desk.form")), el("select", { id: "form" },
      el("option", { value: "sticker" }, t("desk.sticker")), el("option", { value: "digital" }, t("desk.digital"))))),
    el("div", { className: "tools" }, button(t(x.permission ? "desk.again" : "desk.issue"), async () => hand(await api.issue(order())), { id: "issue", className: "strong" })),
    preview, x.permission ? [
      el("h3", {}, t("desk.extend")), el("div", { className: "fields" }, field("e-until", "apply.until", "date"), field("second", "desk.second", "text")),
      el("div", { className: "tools" }, button(t("desk.extend"), async () => {
        hand(await api.extend({ ...order(), second: at("second").value.trim(), until: at("e-until").value }));
      }, { id: "extend" })),
      el("h3", {}, t("desk.revoke")), el("div", { className: "fields" }, el("label", {}, el("span", {}, t("desk.class")), el("select", { id: "class" },
        ["fraud", "error", "conduct", "holder", "lost", "court-order", "security"].map(c => el("option", { value: c }, t(`class.${c}`))))),
      field("r-article", "desk.article", "text", "20")), area("r-reason", "desk.reason"), area("r-appeal", "desk.appeal"),
      el("div", { className: "tools" }, button(t("desk.revoke"), async () => {
        const got = await api.revoke({ permission: x.permission, officer: officer(), class: at("class").value, reason: at("r-reason").value.trim(),
          article: at("r-article").value.trim(), appeal: at("r-appeal").value.trim() });
        at("say").textContent = t("desk.revoked", { number: got.permission });
        await showApplication(x.reference);
      }, { id: "revoke" }))] : null);
}

function drawApplication(x) {
  shown(el("span", {}, code(x.reference), ` · ${stateWord(x.state)}`),
    el("p", {}, `${words.word("permission", x.kind)} · ${words.word("purpose", x.purpose)}`), traveller(x.traveller), travel(x),
    el("div", { className: "tools" }, files(x),
      paper("paper", () => ({ name: x.reference, path: "/v1/applications/show", request: { reference: x.reference, officer: officer() } }), trouble)), consulted(x), decided(x),
    x.state === "to decide" ? decisionForm(x) : null, x.state === "granted" ? issueForm(x) : null,
    el("details", {}, el("summary", {}, t("desk.events")), el("ul", { className: "steps" }, x.events.map(e => el("li", {},
      `${words.moment(e.at)} · ${words.or(`step.${e.what}`, e.what)}`, e.who ? [" · ", code(e.who)] : "")))));
}

async function showApplication(reference) {
  open = () => showApplication(reference);
  drawApplication((await api.application({ reference, officer: officer() })).application);
}

// ---- what other members ask ----

async function showConsultation(c) {
  open = () => showConsultation(c);
  const who = { member: c.member, reference: c.reference, officer: officer() };
  const x = (await api.consultation(who)).consultation;
  const send = async opinion => {
    await api.opinion({ ...who, opinion, reason: at("o-reason").value.trim() });
    await drawLists();
    await showConsultation({ ...c, open: false });
  };
  shown(t("desk.asks", { member: words.state(c.member) }), el("p", {}, `${words.word("permission", x.kind)} · ${words.word("purpose", x.purpose)}`), traveller(x.traveller),
    el("dl", { className: "facts" }, row(t("apply.from"), words.day(x.from)), row(t("apply.until"), words.day(x.last)), row(t("apply.days"), words.number(x.stay)),
      row(t("desk.deadline"), words.moment(x.until))),
    x.open ? el("form", { noValidate: true, onsubmit: e => e.preventDefault() }, area("o-reason", "desk.objection.reason"), el("div", { className: "tools" },
      button(t("opinion.no-objection"), () => send("no objection"), { id: "agree", className: "strong" }), button(t("opinion.objection"), () => send("objection"), { id: "object" })))
      : el("p", {}, t("desk.answered")));
}

// ---- the page ----

at("who").addEventListener("submit", e => { e.preventDefault(); doing(drawLists); });
at("state").addEventListener("change", () => doing(drawLists));
at("officer").value = sessionStorage.getItem("serai.officer") ?? "";

async function speak() {
  import("./statistics.js").then(m => m.queues(at("over-time")), () => {});
  const chosen = at("state").value || "to decide";
  at("state").replaceChildren(el("option", { value: "" }, t("desk.all")), ...STATES.map(s => el("option", { value: s }, stateWord(s))));
  at("state").value = chosen;
  if (officer())
    await doing(async () => { await drawLists(); await open?.(); });
  else
    for (const list of ["inbox", "consultations"])
      at(list).replaceChildren(empty(t("desk.who"), null, "li"));
}

at("inbox-title").after(csv.tools("applications", () => csv.flat(listed)));
await page.start({ speak, met: speak });
live.follow(["desk"], () => officer() && !live.busy(at("inbox"), at("consultations")) && drawLists());
page.keepWatch();
