// Offers and requests of capability between members: what is asked and offered, what fits, an answer, an agreement, how it went.

import * as api from "./api.js";
import * as page from "./page.js";
import * as words from "./language.js";
import { at, code, el, SIGN } from "./dom.js";
import { choices } from "./cyber-words.js";
import { audience, audienceForm, badge, button, doing, done, drawRefused, facts, field, line, local, moment, none, office, own, rememberOffice, said, section, select, self, table } from "./cyber-desk.js";

const { t } = words;
const KINDS = ["forensics", "training", "expert", "malware-analysis", "equipment", "translation"];
const STATES = ["open", "answered", "agreed", "closed", "withdrawn", "declined", "no-answer"];
const URGENCIES = ["low", "normal", "high", "critical"];
const OUTCOMES = ["helped", "partly", "not-helped", "not-needed", "withdrawn"];
const DAY = 86_400_000;
let got = null, open = null, making = null;

const period = r => `${words.moment(r.from)} – ${words.moment(r.until)}`;
const stateOf = r => el("strong", { className: r.state === "no-answer" ? "late" : "" }, t(`capability.state.${r.state}`));

function item(r, kind) {
  return el("li", {}, el("div", { className: "head" }, badge(r), stateOf(r), kind === "request" ? el("span", { className: "badge" }, t(`capability.urgency.${r.urgency}`)) : null),
    el("button", { type: "button", className: "name", onclick: () => show(kind, r.id) }, `${t(`capability.kind.${r.capability}`)} – ${words.state(r.member)}`),
    r.text ? el("p", { dir: "auto" }, r.text) : null,
    el("p", { className: "note" }, `${t("cyber.for", { who: audience(r) })} · ${period(r)}`, kind === "request" ? ` · ${t("capability.answer-by")}: ${words.moment(r.answer_by)}` : ` · ${t("capability.free", { n: Math.max(0, r.places - r.load), of: r.places })}`));
}

function draw() {
  choices("capability", ["", ...KINDS], v => v ? t(`capability.kind.${v}`) : t("cyber.type.all"));
  choices("state", ["", ...STATES], v => v ? t(`capability.state.${v}`) : t("coop.state.all"));
  for (const [place, kind] of [["requests", "request"], ["offers", "offer"]])
    at(place).replaceChildren(...!got ? [none("capability.begin")] : got[place].length ? got[place].map(r => item(r, kind)) : [none(`capability.none.${place}`)]);
  drawRefused(got?.refused);
  drawOne();
}

async function list() {
  got = await api.capabilities({ capability: at("capability").value, state: at("state").value });
  draw();
}

async function find(kind, id) {
  const all = await api.capabilities({});
  const r = all[`${kind}s`].find(x => x.id === id);
  const matches = r && kind === "request" ? (await api.capabilityMatches({ request: id })).matches : [];
  return r ? { kind, r, matches, offers: all.offers } : null;
}

const show = (kind, id) => doing(async () => {
  open = await find(kind, id);
  drawOne();
  at("what").focus();
});

/** Says it, and shows what has become of the matter. */
const act = (what, body, key) => doing(async () => {
  await api.capabilityAct(what, { office: office(), ...body });
  await list();
  open = await find(open.kind, open.r.id);
  drawOne();
  done(key);
});

function replyForm() {
  const { r, offers } = open;
  if (open.kind !== "request" || own(r) || !["open", "answered"].includes(r.state) || r.answers.some(a => a.member === self()))
    return null;
  const answer = select("answer", ["yes", "declined"], w => t(`capability.answer.${w}`)), reason = line("reply-reason"), contact = line("reply-contact", { dir: "ltr" }), conditions = line("reply-conditions");
  const mine = offers.filter(o => own(o) && o.state === "open" && o.capability === r.capability);
  const offer = mine.length ? select("reply-offer", ["", ...mine.map(o => o.id)], id => id ? period(mine.find(o => o.id === id)) : t("capability.offer.none")) : null;
  const say = () => act("reply", { request: r.id, answer: answer.value, contact: contact.value.trim(), ...(reason.value.trim() && { reason: reason.value.trim() }), ...(conditions.value.trim() && { conditions: conditions.value.trim() }),
    ...(answer.value === "yes" && offer?.value && { offer: offer.value }) }, "capability.said");
  return section(t("capability.reply"), el("div", { className: "fields" }, field("capability.answer", answer), field("capability.contact", contact), offer ? field("capability.reply.offer", offer) : null, field("capability.conditions", conditions), field("capability.reply.reason", reason),
    el("div", { className: "tools" }, button("capability.reply.say", say, { id: "reply" }))));
}

function answers() {
  const { r } = open;
  if (open.kind !== "request")
    return null;
  const choose = a => own(r) && r.state === "answered" && a.answer === "yes" && !a.accepted ? button("capability.accept", () => act("accept", { request: r.id, reply: a.id }, "capability.accepted"), { className: "small accept" }) : null;
  return section(t("capability.answers"), r.answers.length ? table([t("cyber.member"), t("capability.answer"), t("capability.contact"), t("capability.outcome")], r.answers.map(a => [words.state(a.member),
    [t(`capability.answer.${a.answer}`), a.accepted ? ` ${SIGN.good} ${t("capability.is-accepted")}` : null, a.reason ? el("p", { dir: "auto" }, a.reason) : null, a.conditions ? el("p", { dir: "auto" }, a.conditions) : null, choose(a)],
    code(a.contact ?? ""), a.closed ? outcome(a.closed) : "–"])) : el("p", { className: "note" }, t("capability.answers.none")),
    r.silent.length ? el("p", { className: "state warn" }, `${SIGN.warn} ${t("capability.silent", { who: words.list(r.silent.map(words.state)) })}`) : null);
}

const outcome = c => [t(`capability.outcome.${c.outcome}`), c.evaluation ? ` (${words.number(c.evaluation)} / 5)` : null, c.remark ? el("p", { dir: "auto" }, c.remark) : null];

/** Who asked and who was accepted tell how it went; an own offer ends with a word, too. */
function closeForm() {
  const { kind, r } = open, mine = own(r), part = kind === "request" ? r.answers.find(a => a.member === self() && a.accepted) : null;
  if (!(mine ? !r.closed && r.state !== "over" : part && !part.closed))
    return null;
  const how = select("outcome", OUTCOMES, w => t(`capability.outcome.${w}`)), evaluation = select("evaluation", ["", "5", "4", "3", "2", "1"], v => v ? words.number(Number(v)) : "–"), remark = line("close-remark");
  const say = () => act("close", { subject: r.id, outcome: how.value, ...(evaluation.value && { evaluation: Number(evaluation.value) }), ...(remark.value.trim() && { remark: remark.value.trim() }) }, "capability.is-closed");
  return section(t("capability.close"), el("div", { className: "fields" }, field("capability.outcome", how), field("capability.evaluation", evaluation), field("coop.remark", remark),
    el("div", { className: "tools" }, button("capability.close", say, { id: "close" }))));
}

/** The node says its reasons as "days: 3 of 4"; here in the reader's language. */
function because(text) {
  const [key, value] = text.split(": ");
  return words.has(`capability.fit.${key}`) ? `${t(`capability.fit.${key}`)}: ${value === "none in common" ? t("capability.fit.none") : value.replace(" of ", " / ")}` : text;
}

const matches = () => open.kind !== "request" ? null : section(t("capability.matches"), open.matches.length ? el("ul", { className: "items", id: "matches" }, open.matches.map(m => el("li", {},
  el("p", {}, el("strong", { className: "score" }, `${words.number(m.score)} / 100`), ` ${words.state(m.offer.member)} · ${period(m.offer)}`), el("p", { className: "note" }, m.reasons.map(because).join(" · ")))))
  : el("p", { className: "note" }, t("capability.matches.none")));

function drawOne() {
  at("one").hidden = !open;
  if (!open)
    return at("one").replaceChildren();
  const { r, kind } = open;
  at("one").replaceChildren(...[el("div", { className: "tools" }, badge(r), stateOf(r), el("span", {}, t(`capability.one.${kind}`))), el("h2", { id: "what", tabIndex: -1 }, `${t(`capability.kind.${r.capability}`)} – ${words.state(r.member)}`), said(r.text),
    facts([[t("coop.office"), code(r.office)], [t("cyber.for.whom"), audience(r)], [t("capability.period"), period(r)], r.answer_by && [t("capability.answer-by"), words.moment(r.answer_by)],
      [t("capability.languages"), code(r.languages.join(", "))], [t("capability.contact"), code(r.contact)], r.places && [t("capability.places"), t("capability.free", { n: Math.max(0, r.places - r.load), of: r.places })],
      r.conditions && [t("capability.conditions"), el("bdi", {}, r.conditions)], r.closed && [t("capability.outcome"), outcome(r.closed)]]), answers(), matches(), replyForm(), closeForm()].filter(Boolean));
}

// ---- what this member says

function drawForm() {
  if (!making)
    return at("form").replaceChildren();
  const kind = making, now = Date.now(), when = (id, days) => line(id, { type: "datetime-local", value: local(new Date(now + days * DAY)) });
  const what = select("given-kind", KINDS, w => t(`capability.kind.${w}`)), from = when("given-from", 1), until = when("given-until", 15), spoken = line("given-languages", { dir: "ltr", value: words.current() });
  const contact = line("given-contact", { dir: "ltr" }), text = line("given-text"), conditions = line("given-conditions");
  const by = when("given-by", 3), urgency = select("given-urgency", URGENCIES, w => t(`capability.urgency.${w}`)), places = line("given-places", { type: "number", min: 1, max: 1000, value: 1 });
  urgency.value = "normal";
  const record = () => ({ capability: what.value, languages: spoken.value.split(/[\s,]+/).filter(Boolean), from: moment(from.value), until: moment(until.value), zone: -new Date().getTimezoneOffset(), contact: contact.value.trim(),
    ...(text.value.trim() && { text: text.value.trim() }), ...(conditions.value.trim() && { conditions: conditions.value.trim() }), ...(kind === "offer" ? { places: Number(places.value) } : { urgency: urgency.value, answer_by: moment(by.value) }) });
  const { form, forget } = audienceForm(kind, "given", record, async r => {
    await api.capabilityAct(kind, r);
    making = null;
    drawForm();
    await list();
    done(`capability.made.${kind}`);
    at("list-title").focus();
  });
  const fields = el("fieldset", {}, el("legend", {}, t(`capability.new.${kind}`)), el("div", { className: "fields" }, field("capability.kind", what), field("capability.from", from), field("capability.until", until),
    ...kind === "offer" ? [field("capability.places", places)] : [field("capability.answer-by", by), field("capability.urgency", urgency)], field("capability.languages", spoken), field("capability.contact", contact),
    field("capability.text", text, true), field("capability.conditions", conditions, true)));
  fields.addEventListener("input", forget);
  at("form").replaceChildren(fields, form);
}

for (const kind of ["offer", "request"])
  at(`new-${kind}`).addEventListener("click", () => {
    making = kind;
    drawForm();
    at("given-kind").focus();
  });
at("filter").addEventListener("submit", e => {
  e.preventDefault();
  doing(async () => {
    open = null;
    await list();
    at("list-title").focus();
  });
});
rememberOffice();

function speak() {
  draw();
  drawForm();
}

await page.start({ speak });
if (office())
  await doing(list);
await page.keepWatch();
