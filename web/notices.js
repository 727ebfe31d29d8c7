// The desk of notices: what all members say, without what is personal; one of them, for a named officer and a purpose; review, flag, suspend, end; drafts and their
// second signature. Nothing is kept in the browser.

import * as live from "./live.js";
import * as page from "./page.js";
import * as words from "./language.js";
import * as api from "./api.js";
import * as csv from "./csv.js";
import { at, code, el, empty } from "./dom.js";
import { problem } from "./problem.js";
import { content } from "./notice-content.js";
import { noticeForm } from "./notice-form.js";

const { t } = words;
const WHICH = ["", "own", "review", "expiring", "consulted"];
const PURPOSES = ["investigation", "review", "border-check", "road-check", "redress", "supervision"];
const CHECKS = ["neutrality", "threshold", "minimum data", "proportionality"];

let kinds = [];
let list = [];
let drafts = [];
let open = null;
let form = null;

const officer = () => at("officer").value.trim();
const state = s => t(`notice.state.${s}`);
const kindName = k => {
  const titles = kinds.find(x => x.kind === k)?.titles ?? {};
  return titles[words.current()] ?? titles.en ?? k;
};

function trouble(e) {
  at("trouble").replaceChildren(...problem(e, "notice.trouble"));
}

async function doing(fn) {
  at("trouble").textContent = "";
  at("done").replaceChildren();
  if (!officer()) {
    at("trouble").textContent = t("notice.who");
    at("officer").focus();
    return;
  }
  try {
    await fn();
  } catch (e) {
    trouble(e);
  }
}

const button = (text, fn, props = {}) => el("button", { type: "button", className: "small", ...props, onclick: () => doing(fn) }, text);

// ---- lists ----

function row(n) {
  return el("tr", {}, el("td", {}, code(n.id)), el("td", {}, kindName(n.kind)),
    el("td", {}, n.lapsed ? "! " : "", state(n.state), n.flags.length ? ` · ${t("notice.flagged", { n: words.number(n.flags.length) })}` : ""),
    el("td", {}, n.expires ? words.moment(n.expires) : ""), el("td", {}, n.reviewer ? words.state(n.reviewer) : ""),
    el("td", {}, button(t("notice.open"), () => show(n.id), { "aria-label": `${t("notice.open")} ${n.id}` })));
}

function draftRow(d) {
  return el("tr", {}, el("td", {}, code(d.reference)), el("td", {}, d.id ? code(d.id) : ""), el("td", {}, state("draft")), el("td", {}, words.moment(d.last)), el("td", {}),
    el("td", {}, button(t("notice.open"), () => show(d.reference), { "aria-label": `${t("notice.open")} ${d.reference}` }),
      button(t("notice.sign"), () => sign(d.reference), { "aria-label": `${t("notice.sign")} ${d.reference}` })));
}

function draw() {
  const asked = new URLSearchParams(location.search).get("which"), kept = at("which").options.length ? at("which").value : WHICH.includes(asked) ? asked : "", why = at("purpose").value || PURPOSES[0];
  at("which").replaceChildren(...WHICH.map(w => el("option", { value: w }, t(`notice.which.${w || "all"}`))));
  at("which").value = kept;
  at("purpose").replaceChildren(...PURPOSES.map(p => el("option", { value: p }, t(`notice.purpose.${p}`))));
  at("purpose").value = why;
  at("list").replaceChildren(...drafts.map(draftRow), ...list.map(row), ...(list.length + drafts.length ? [] : [el("tr", {}, el("td", { colSpan: 6 }, empty(t("notice.none"), "serai notice propose --help")))]));
  drawOne();
}

async function load() {
  try {
    if (!kinds.length)
      kinds = (await api.noticeKinds()).kinds;
    const which = at("which").value;
    list = (await api.notices(which)).notices;
    drafts = which === "" || which === "own" ? (await api.noticeDrafts()).drafts : [];
  } catch (e) {
    trouble(e);
  }
  draw();
}

// ---- one ----

function controls(s) {
  const reason = el("textarea", { rows: 3, maxLength: 2000, dir: "auto", id: "reason" });
  const checks = s.for_review ? CHECKS.map(c => el("input", { type: "checkbox", value: c, id: `check-${c.replace(" ", "-")}` })) : [];
  const act = what => button(t(`notice.do.${what}`), async () => {
    const got = await api.noticeAct({ what, id: s.id, officer: officer(), reason: reason.value.trim(),
      ...(s.for_review ? { digest: s.digest, checked: checks.filter(c => c.checked).map(c => c.value) } : {}) });
    at("done").replaceChildren(el("p", { className: "state" }, t(got.published ? "notice.published" : "notice.second")));
    open = null;
    await load();
  }, { className: what === "confirmed" || what === "withdrawn" ? "strong" : "small" });
  const acts = [...(s.for_review ? ["confirmed", "refused"] : []),
    ...(s.own && s.state === "active" ? ["suspended"] : []), ...(s.own && s.state === "suspended" ? ["resumed"] : []),
    ...(s.own && ["proposed", "refused", "active", "suspended"].includes(s.state) ? ["withdrawn"] : []),
    ...(!s.own && ["active", "suspended"].includes(s.state) ? ["flagged", "unflagged"] : [])];
  if (!acts.length)
    return null;
  return el("div", { className: "fields" },
    checks.length ? el("fieldset", { className: "whole" }, el("legend", {}, t("notice.looked")),
      checks.map(c => el("label", {}, c, el("span", {}, t(`notice.check.${c.value.replace(" ", "-")}`))))) : null,
    el("label", { className: "whole" }, el("span", {}, t("notice.reason")), reason), el("div", { className: "tools" }, acts.map(act)));
}

/** A member asks before it discloses: the owner agrees, or says why not. */
function consultation(c) {
  const who = el("p", {}, t("redress.asked", { member: words.state(c.member), at: words.moment(c.at) }), " ", code(c.reference));
  if (c.answer)
    return el("li", {}, who, el("p", { className: "state" }, t(`redress.answer.${c.answer}`)));
  const why = el("textarea", { rows: 2, maxLength: 1000, dir: "auto", "aria-label": t("redress.why") });
  const answer = reason => async () => {
    await api.redress("answer", { reference: c.reference, id: open.id, officer: officer(), member: c.member, ...(reason && { reason }) });
    await show(open.id);
    at("done").replaceChildren(el("p", { className: "state" }, t("notice.published")));
  };
  return el("li", {}, who, el("label", {}, el("span", {}, t("redress.why")), why), el("div", { className: "tools" },
    button(t("redress.agree"), answer("")), button(t("redress.object"), async () => {
      if (!why.value.trim())
        throw { reason: "reason" };
      await answer(why.value.trim())();
    })));
}

const consultations = list => el("section", {}, el("h3", {}, t("redress.consulted")), el("ul", { className: "plain-list" }, list.map(consultation)));

function drawOne() {
  at("one").hidden = !open;
  if (!open)
    return;
  const s = open.standing;
  at("one").replaceChildren(el("h2", { id: "one-title", tabIndex: -1 }, code(open.id), s ? ` · ${state(s.state)}` : ` · ${state("draft")}`),
    ...[s && !s.acts && s.state === "active" ? el("p", { className: "state" }, t("notice.flagged-here")) : null,
      ...(s?.flags ?? []).map(f => el("p", {}, `${words.state(f.member)}: `, el("bdi", { dir: "auto" }, f.reason))),
      open.notice ? content(open.notice) : el("p", {}, t("notice.gone")), open.consulted?.length ? consultations(open.consulted) : null,
      s ? controls(s) : null].filter(Boolean));
}

async function show(id) {
  open = { id, ...await api.noticeShow({ id, officer: officer(), purpose: at("purpose").value }) };
  drawOne();
  at("one-title").focus();
}

// ---- drafts ----

function drawFaults(got, said) {
  at("done").replaceChildren(el("p", { className: "state" }, said), el("ul", {}, got.faults.map(f =>
    el("li", {}, el("strong", {}, words.or(`notice.fault.${f.reason}`, f.text)), f.clause ? ` (${f.clause})` : "", ` ${f.todo}`))));
}

async function sign(reference) {
  const got = await api.noticeSign({ reference, officer: officer() });
  drawFaults(got, got.accepted ? t(got.reviewer ? "notice.proposed-to" : "notice.published", { member: got.reviewer ? words.state(got.reviewer) : "" }) : t("notice.refused"));
  await load();
}

async function draft() {
  const file = at("file").files[0];
  if (!file)
    return;
  let notice;
  try {
    notice = JSON.parse(await file.text());
  } catch {
    at("trouble").textContent = t("notice.no-json");
    return;
  } finally {
    at("file").value = "";
  }
  await keep(notice);
}

async function keep(notice) {
  const got = await api.noticeDraft({ officer: officer(), notice });
  drawFaults(got, t("notice.drafted", { reference: got.reference }));
  await load();
}

/** The form of the chosen kind; what was typed goes when another kind is chosen. */
function drawForm() {
  const kept = at("draft-kind").value;
  at("draft-kind").replaceChildren(el("option", { value: "" }, t("notice.draft.choose")), ...kinds.map(k => el("option", { value: k.kind }, kindName(k.kind))));
  at("draft-kind").value = kept;
  form = null;
  at("draft-body").replaceChildren();
  const kind = kinds.find(k => k.kind === kept);
  if (!kind)
    return;
  form = noticeForm(kind);
  at("draft-body").replaceChildren(...form.body, el("div", { className: "tools whole" },
    button(t("notice.draft.check"), async () => drawFaults(await api.noticeCheck({ officer: officer(), notice: form.read(officer()) }), t("notice.draft.checked")), { id: "draft-check" }),
    button(t("notice.draft.keep"), async () => {
      await keep(form.read(officer()));
      at("draft-kind").value = "";
      drawForm();
    }, { id: "draft-keep", className: "strong" })));
}

at("filter").addEventListener("submit", e => e.preventDefault());
at("which").addEventListener("change", load);
at("draft").addEventListener("submit", e => e.preventDefault());
at("draft-kind").addEventListener("change", drawForm);
at("file").addEventListener("change", () => doing(draft));
at("list-title").after(csv.tools("notices", () => csv.flat(list)));
await page.start({ speak: () => { draw(); drawForm(); }, back: load });
await load();
drawForm();
live.follow(["notices"], () => open || live.busy(at("list")) || load());
await page.keepWatch();
