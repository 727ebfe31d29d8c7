// Drills: what runs, the plan, what was said to whom, who answered, the report; and the contacts of members (cyber-contacts.js).

import * as api from "./api.js";
import * as page from "./page.js";
import * as words from "./language.js";
import * as csv from "./csv.js";
import * as contacts from "./cyber-contacts.js";
import { at, code, el, SIGN } from "./dom.js";
import { button, doing, done, drawRefused, facts, field, line, none, office, rememberOffice, said, section, self, table } from "./cyber-desk.js";

const { t } = words;
const REFRESH = 10_000;
let got = null, open = null, report = null, plan = null; // plan: a file that was checked, not started yet

const mark = () => el("span", { className: "badge exercise" }, "EXERCISE");
const running = d => d.state === "running";
const stateOf = d => el("strong", { className: running(d) ? "late" : "" }, t(`drill.state.${d.state}`));
const period = d => `${words.moment(d.from)} – ${words.moment(d.until)}`;
const answersOf = d => d.injects.reduce((n, i) => n + i.answers.length, 0);

const item = d => el("li", {}, el("div", { className: "head" }, mark(), stateOf(d)), el("button", { type: "button", className: "name", onclick: () => show(d.id) }, `${d.title} – ${words.state(d.member)}`),
  el("p", { className: "note" }, `${period(d)} · ${t("drill.counts", { said: words.number(d.injects.length), answers: words.number(answersOf(d)) })}`));

function drawDrills() {
  at("banner").hidden = !got?.drills.some(running);
  at("list").replaceChildren(...!got ? [none("drill.begin")] : got.drills.length ? got.drills.map(item) : [none("drill.none")]);
  drawRefused([...got?.refused ?? [], ...contacts.refused()]);
  drawOne();
}

function draw() {
  drawDrills();
  drawPlan();
  contacts.draw();
}

/** The drill that is open with its plan, where that is kept, and what was made of it so far. */
async function find(id) {
  const d = (await api.drills({ drill: id })).drills[0] ?? null;
  report = d?.own && d.plan ? await api.drillReport({ drill: id }) : null;
  return d;
}

async function list() {
  got = await api.drills({});
  await contacts.list();
  if (open)
    open = await find(open.id);
  draw();
}

const show = id => doing(async () => {
  open = await find(id);
  drawOne();
  at("what").focus();
});

const act = (what, body, key) => doing(async () => {
  await api.drillAct(what, body);
  await list();
  done(key);
});

// ---- one of them

/** What its organiser signed, as it stands in the log. */
const signature = () => el("details", { id: "signed", ontoggle: e => e.target.open && doing(async () => {
  const r = await api.cooperationRecord({ id: open.id });
  at("note").textContent = r.note;
}) }, el("summary", {}, t("drill.record")), el("pre", { id: "note", dir: "ltr", tabIndex: 0 }));

const whom = list => words.list(list.map(words.state));
const expected = list => list.length ? el("ul", { className: "things" }, list.map(e => el("li", {}, code(e.answer), ` – ${t("drill.within", { n: e.within })}`))) : SIGN.none;

function planOf() {
  const { plan: lines } = open;
  if (!lines)
    return null;
  const sent = id => open.injects.find(i => i.inject === id);
  const now = x => sent(x.inject) ? words.moment(sent(x.inject).at) : running(open) ? button("drill.say-now", () => act("inject", { drill: open.id, inject: x.inject }, "drill.is-said"), { className: "small say-now" }) : SIGN.none;
  return section(t("drill.plan"), el("div", { id: "plan-lines" }, table([t("drill.minute"), t("drill.inject"), t("cyber.to.whom"), t("drill.expected"), t("drill.said")],
    lines.map(x => [words.number(x.after), [code(x.inject), ` ${t(`drill.what.${x.what}`)}`, el("p", { className: "note", dir: "auto" }, x.title)], whom(x.to), expected(x.expect), now(x)]))));
}

function answerForm(i) {
  if (!i.live || !i.to?.includes(self()))
    return null;
  const word = line(`answer-${i.inject}`, { maxLength: 64 }), text = line(`text-${i.inject}`);
  return el("div", { className: "fields" }, field("drill.answer", word), field("drill.answer.text", text),
    el("div", { className: "tools" }, button("drill.answer.say", () => act("answer", { office: office(), said: i.id, answer: word.value.trim(), ...(text.value.trim() && { text: text.value.trim() }) }, "drill.answered"), { className: "small answer" })));
}

const answers = i => i.answers.length ? el("ul", { className: "things" }, i.answers.map(a => el("li", {}, `${words.state(a.member)}: `, code(a.answer), ` · ${words.moment(a.at)}`, a.text ? el("p", { dir: "auto" }, a.text) : null)))
  : el("p", { className: "note" }, t("drill.answers.none"));

const inject = i => el("li", {}, el("div", { className: "head" }, mark(), el("span", {}, t(`drill.what.${i.what}`)), code(i.inject), el("span", {}, `→ ${whom(i.to ?? [])}`)), el("p", { className: "name", dir: "auto" }, i.title),
  i.content === undefined ? el("p", { className: "note" }, t("drill.content.gone")) : said(i.content), el("p", { className: "note" }, [words.moment(i.at), i.answer_by ? ` · ${t("drill.by", { at: words.moment(i.answer_by) })}` : ""]), answers(i), answerForm(i));

const injects = () => section(t("drill.injects"), el("ul", { className: "items", id: "injects" }, open.injects.length ? open.injects.map(inject) : [none("drill.injects.none")]));

function stopForm() {
  if (!open.own || !["planned", "running"].includes(open.state))
    return null;
  const why = line("stop-reason");
  return section(t("drill.stop"), el("div", { className: "fields" }, field("cyber.why", why), el("div", { className: "tools" },
    button("drill.stop", () => act("stop", { office: office(), drill: open.id, ...(why.value.trim() && { reason: why.value.trim() }) }, "drill.is-stopped"), { id: "stop" }))));
}

// ---- the report

const RESULTS = ["in-time", "late", "missed", "waiting", "not-sent"];
const SIGNS = { "in-time": SIGN.good, late: SIGN.warn, missed: SIGN.bad, waiting: SIGN.none, "not-sent": SIGN.none };
const result = r => el("span", { className: r === "missed" ? "late" : "" }, `${SIGNS[r]} ${t(`drill.result.${r}`)}`);

function saveReport() {
  const names = ["inject", "title", "member", "expected", "within", "said", "answered", "seconds", "result"];
  csv.save(`EXERCISE-${report.drill}.csv`, csv.text(["exercise", ...names], report.rows.map(r => ["EXERCISE", ...names.map(n => r[n])])));
}

function reportOf() {
  if (!report)
    return null;
  return el("section", { id: "report" }, el("h3", {}, t("drill.report")), el("p", { className: "exercise-line" }, report.banner), el("p", {}, `${report.title} · ${period(report)} · ${t(`drill.state.${report.state}`)}`),
    table([t("cyber.member"), ...RESULTS.map(r => t(`drill.result.${r}`))], report.members.map(m => [words.state(m.member), ...RESULTS.map(r => words.number(m[r]))])),
    table([t("drill.inject"), t("cyber.member"), t("drill.expected"), t("drill.after"), t("drill.result")], report.rows.map(r => [[code(r.inject), el("p", { className: "note", dir: "auto" }, r.title)], words.state(r.member),
      [code(r.expected), ` – ${t("drill.within", { n: r.within })}`], r.seconds === undefined ? SIGN.none : t("contact.after", { n: r.seconds }), result(r.result)])),
    el("div", { className: "tools" }, button("drill.report.print", () => print(), { id: "print" }), button("drill.report.csv", saveReport, { id: "csv" })));
}

function drawOne() {
  at("one").hidden = !open;
  if (!open)
    return at("one").replaceChildren();
  at("one").replaceChildren(...[el("div", { className: "tools" }, mark(), stateOf(open)), el("h2", { id: "what", tabIndex: -1, dir: "auto" }, open.title),
    facts([[t("drill.organiser"), words.state(open.member)], [t("coop.office"), code(open.office)], [t("drill.participants"), whom(open.to ?? [])], [t("capability.period"), [period(open), running(open) ? el("strong", {}, ` (${t("drill.ends", { when: words.ago(open.until) })})`) : ""]],
      [t("drill.digest"), code(open.digest)], open.stopped && [t("drill.state.stopped"), [words.moment(open.stopped), open.reason ? el("p", { dir: "auto" }, open.reason) : ""]]]),
    signature(), planOf(), injects(), stopForm(), reportOf()].filter(Boolean));
}

// ---- a new one

function drawPlan() {
  at("plan").replaceChildren(...!plan ? [] : [el("div", { className: "who-gets" }, el("h3", { id: "plan-title", tabIndex: -1, dir: "auto" }, plan.is.title), el("p", {}, [mark(), ` ${period(plan.is)} · ${t("drill.plan")}: ${words.number(plan.is.injects)}`]),
    el("p", {}, `${t("drill.participants")}: ${whom(plan.is.to)}`), el("div", { className: "tools" }, button("drill.start", start, { id: "start", className: "strong", disabled: plan.is.over })))]);
}

const start = () => doing(async () => {
  const answer = await api.drillAct("start", { office: office(), plan: plan.text });
  plan = null;
  at("file").value = "";
  open = { id: answer.id };
  await list();
  done("drill.started");
  at("what").focus();
});

at("file").addEventListener("change", () => doing(async () => {
  plan = null;
  drawPlan();
  const text = await at("file").files[0]?.text();
  if (text === undefined)
    return;
  plan = { text, is: await api.drillAct("check", { plan: text }) };
  drawPlan();
  at("plan-title").focus();
}));
at("filter").addEventListener("submit", e => {
  e.preventDefault();
  doing(async () => {
    open = null;
    await list();
    at("list-title").focus();
  });
});
rememberOffice();
await page.start({ speak: draw });
if (office())
  await doing(list);
await page.keepWatch();

/** A drill goes on while one looks at it; what somebody is writing stays. */
const writing = () => at("one").contains(document.activeElement) || [...at("one").querySelectorAll("input")].some(i => i.value);
setInterval(() => got?.drills.some(running) && !document.hidden && !writing() && api.drills({}).then(async answer => {
  got = answer;
  open = open && await find(open.id);
  drawDrills();
}).catch(() => {}), REFRESH);
