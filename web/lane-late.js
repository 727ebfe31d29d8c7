// What the Lane keeps while its node is away: checks that nobody answered and what the officer decided meanwhile. They are sent late and in
// order, each under one id; what the node says then is never shown as the verdict on whoever stands in front.

import * as api from "./api.js";
import * as words from "./language.js";
import { Full, Queue } from "./queue.js";
import { SIGN, at, code, el } from "./dom.js";

const { t } = words;
const HOUR = 3600_000;
const HOURS = [1, 8, 24, 72];
const FRONT = "serai-lane-front ";
const HOLDER = "serai.lane.tab"; // names the draft of this tab; nothing of a traveller

let hours = 24;
let front = null; // { id, release }: of the traveller in front, whom no page sends late
let saving = null;

/* Of what was sent: what an officer needs to find the traveller again. */
const rest = ({ id, act, asked, number, movement }, answer) => ({ id, act, asked, number, movement, covered: Boolean(answer.covered), verdict: answer.verdict ?? null,
  moved: answer.moved ?? "none", reason: answer.reasons?.[0]?.code ?? null });

const queue = new Queue("serai-lane", { rest, most: 200, keptSent: 24 * HOUR, keptWaiting: () => hours * HOUR });

/** No answer, or one that says "not now": worth keeping. What the node refuses is not. */
export const worth = trouble => !trouble.status || trouble.status >= 500 || [408, 425, 429].includes(trouble.status);

/* ---- the traveller in front ---- */

function hold(id) {
  if (front?.id === id)
    return;
  front?.release();
  front = { id, release() {} };
  const until = new Promise(done => { front.release = done; });
  navigator.locks?.request(FRONT + id, { ifAvailable: true }, () => until);
}

/** The next traveller is called, or the node answered. */
export function letGo() {
  front?.release();
  front = null;
}

const inFront = async id => front?.id === id || Boolean((await navigator.locks?.query())?.held.some(l => l.name === FRONT + id));

/** The number of the document, as its lines have it. */
function numberOf(evidence) {
  const lines = evidence.find(e => e.kind === "mrz")?.text.split("\n") ?? [];
  return (lines.length === 3 ? lines[0].slice(5, 14) : lines[1]?.slice(0, 9) ?? "").replaceAll("<", "");
}

async function add(item) {
  try {
    await queue.add(item);
    await draw();
    return "kept";
  } catch (e) {
    return e instanceof Full ? "full" : "unsafe";
  }
}

/** A check without an answer: "kept", "full" or "unsafe". It waits until the traveller in front has gone. */
export function keep(id, body) {
  hold(id);
  return add({ id, act: "check", body, asked: new Date().toISOString(), number: numberOf(body.evidence), movement: body.movement });
}

/** The officer let the traveller pass without an answer. */
export async function passed(checkId, id, body) {
  const how = await add({ id, act: "passed", after: checkId, body: { ...body, officer_admits: true }, asked: new Date().toISOString(), number: numberOf(body.evidence),
    movement: body.movement });
  if (how === "kept")
    letGo();
  return how;
}

/** The node has answered while the traveller stood there. */
export async function answered(id) {
  letGo();
  await queue.drop(id).catch(() => {});
  await draw();
}

/* ---- what is being entered ---- */

function tab() {
  try {
    let id = sessionStorage.getItem(HOLDER);
    if (!id)
      sessionStorage.setItem(HOLDER, id = crypto.getRandomValues(new Uint32Array(2)).join("-"));
    return id;
  } catch {
    return "tab";
  }
}

/** Keeps what the officer has entered, soon; what() gives it. */
export function draft(what) {
  clearTimeout(saving);
  saving = setTimeout(() => queue.saveDraft(what(), tab()).catch(() => {}), 300);
}

export async function forget() {
  clearTimeout(saving);
  await queue.dropDraft(tab()).catch(() => {});
}

/** What was entered when the page went, or null. */
export async function restored() {
  try {
    await queue.dropDraftsAfter(hours * HOUR);
    const kept = await queue.draft(tab());
    if (kept?.last)
      hold(kept.last.id);
    return kept;
  } catch {
    return null;
  }
}

/* ---- sending ---- */

/** A decision is no second record of what the check before it recorded: its answer was lost, not the check. */
async function post({ id, after, body, asked }) {
  if (after) {
    const first = (await queue.list()).find(i => i.id === after);
    if (first?.state === "sent" && first.note?.moved !== "none")
      return { covered: true };
  }
  return api.check(JSON.stringify({ id, ...body, asked }));
}

export async function send() {
  try {
    await queue.send(post, draw, inFront);
  } catch { /* the list says what waits */ }
  await draw();
}

/* ---- the list ---- */

function removal(item) {
  const button = el("button", { type: "button", className: "small", "aria-label": `${t("file.remove")} ${item.note?.number ?? ""}` }, t("file.remove"));
  let asked = item.state !== "queued";
  button.addEventListener("click", async () => {
    if (!asked) {
      asked = true;
      button.textContent = t("offence.really");
      button.classList.add("danger");
      return;
    }
    await queue.drop(item.id);
    await draw();
    if (!at("late").hidden)
      at("late-title").focus();
  });
  return button;
}

const isMoved = n => n?.moved && n.moved !== "none";

/** [grade, what is said] */
function standing({ state, why, sent, note }, waits) {
  if (state === "expired")
    return ["bad", t("late.erased")];
  if (state === "refused")
    return ["bad", t("offence.refused", { why: words.or(`offence.why.${why}`, words.or(`trouble.${why}`, why)) })];
  if (state === "queued")
    return ["warn", waits ? t("late.front") : t(words.has(`offence.why.${why}`) ? `offence.why.${why}` : "offence.why.queued")];
  if (note?.act === "passed")
    return ["good", note.covered ? t("late.covered") : t("late.recorded", { at: words.moment(sent) })];
  return [note?.verdict === "admit" && !isMoved(note) ? "none" : "warn", t("late.answer", { word: t(`${note?.verdict ?? "refer"}.word`) })];
}

async function row(item) {
  const n = item.note, [grade, said] = standing(item, await inFront(item.id));
  const what = n ? t(n.act === "passed" ? "late.decision" : "action.check") : t("offence.unreadable");
  return el("li", { className: grade, id: item.id }, el("b", { className: "mark", "aria-hidden": "true" }, SIGN[grade]),
    el("div", { className: "what" }, el("p", {}, el("b", {}, what), n?.number ? [" · ", code(n.number)] : null, n ? ` · ${t(`movement.${n.movement}`)}` : ""),
      el("p", { className: "note" }, words.moment(n?.asked ?? item.made), ` · ${words.ago(n?.asked ?? item.made)}`),
      el("p", { className: `standing ${grade}` }, said),
      item.state === "sent" && n?.reason && words.has(`reason.${n.reason}`) ? el("p", { className: "note" }, t(`reason.${n.reason}`)) : null,
      item.state === "sent" && n?.act === "check" && isMoved(n) ? el("p", { className: "note" }, t("late.moved")) : null,
      el("p", { className: "tools" }, removal(item))));
}

export async function draw() {
  let items = [];
  try {
    items = await queue.list();
  } catch { /* without a secure address nothing is kept: the panel of the verdict says so */ }
  const rows = await Promise.all(items.map(row));
  const waiting = items.filter(i => i.state === "queued");
  const focused = document.activeElement?.closest("#late-list li")?.id;
  at("late").hidden = !items.length;
  at("late-count").textContent = waiting.length ? t("late.count", { n: words.number(waiting.length), ago: words.ago(waiting[0].note?.asked ?? waiting[0].made) }) : t("late.none");
  at("late-send").hidden = !waiting.length;
  at("late-list").replaceChildren(...rows);
  if (focused)
    document.getElementById(focused)?.querySelector("button")?.focus();
}

/** The words have changed. */
export function speak() {
  at("late-hours").replaceChildren(...HOURS.map(n => el("option", { value: n }, words.hours(n))));
  at("late-hours").value = hours;
  return draw();
}

/** kept: hours that were chosen before; chosen(hours) when an officer does. */
export function start(kept, chosen) {
  hours = HOURS.includes(kept) ? kept : hours;
  queue.listen(draw);
  at("late-send").addEventListener("click", send);
  at("late-hours").addEventListener("change", () => {
    hours = Number(at("late-hours").value);
    chosen(hours);
    draw();
  });
  setInterval(draw, 30_000);
}
