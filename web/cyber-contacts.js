// Contacts of members: which office answers for what, whether it was tested, how fast it answered; tests to acknowledge; our own.

import * as api from "./api.js";
import * as words from "./language.js";
import { at, code, el, SIGN } from "./dom.js";
import { audience, audienceForm, badge, button, doing, done, facts, field, line, none, office, own, section, select, self, table } from "./cyber-desk.js";

const { t } = words;
const ROLES = ["duty", "incidents", "vulnerabilities", "intelligence", "technical", "legal", "press", "management", "drills"];
const CHANNELS = ["desk", "phone", "mail", "out-of-hours"];
let got = null;

/** What is listed here; asked again after each act. */
export async function list() {
  got = await api.contacts();
}

export const refused = () => got?.refused ?? [];

const roleOf = r => t(`contact.role.${r.role}`);
const seconds = n => t("contact.after", { n });
const testsOf = c => got.tests.filter(x => x.tested === c.member && x.role === c.role).sort((a, b) => b.at.localeCompare(a.at));
const mark = () => el("span", { className: "badge exercise" }, "EXERCISE");

function lastTest(c) {
  const [test] = testsOf(c);
  if (!test)
    return el("span", { className: "note" }, t("contact.never"));
  const how = test.result === "acknowledged" ? `${SIGN.good} ${seconds(test.seconds)}` : `${test.result === "missed" ? SIGN.bad : SIGN.none} ${t(`contact.result.${test.result}`)}`;
  return [el("span", { className: test.result === "missed" ? "late" : "" }, how), el("p", { className: "note" }, `${t(`contact.channel.${test.channel}`)} · ${words.moment(test.at)}`)];
}

const zone = minutes => `UTC${minutes < 0 ? "−" : "+"}${String(Math.floor(Math.abs(minutes) / 60)).padStart(2, "0")}:${String(Math.abs(minutes) % 60).padStart(2, "0")}`;

const reach = c => facts([c.phone && [t("contact.phone"), code(c.phone)], c.mail && [t("contact.mail"), code(c.mail)], c.fingerprint && [t("contact.fingerprint"), code(c.fingerprint)], c.url && [t("contact.url"), code(c.url)],
  (c.hours || c.zone !== undefined) && [t("contact.hours"), [el("bdi", {}, c.hours ?? ""), " ", c.zone === undefined ? null : code(zone(c.zone))]], c.out_of_hours && [t("contact.out-of-hours"), el("bdi", {}, c.out_of_hours)],
  c.languages && [t("capability.languages"), code(c.languages.join(", "))]]);

const act = (what, body, say) => doing(async () => {
  const answer = await api.contactAct(what, { office: office(), ...body });
  await list();
  draw();
  say(answer);
});

const withdraw = c => own(c) ? button("contact.withdraw", () => act("withdraw", { tlp: c.tlp, ...(c.to && { to: c.to }), role: c.role }, () => done("contact.withdrawn")), { className: "small withdraw" }) : null;

function book() {
  return !got.contacts.length ? el("p", { className: "note" }, t("contact.none")) : table([t("cyber.member"), t("contact.role"), t("contact.reach"), t("contact.tested")],
    got.contacts.map(c => [words.state(c.member), [roleOf(c), el("p", { className: "note" }, badge(c), ` ${audience(c)}`), withdraw(c)], reach(c), lastTest(c)]));
}

const middle = list => list.length ? list.sort((a, b) => a - b)[Math.floor((list.length - 1) / 2)] : null;

function results() {
  if (!got.results.length)
    return null;
  const fast = m => middle(got.tests.filter(x => x.tested === m && x.result === "acknowledged").map(x => x.seconds));
  return section(t("contact.results"), table([t("cyber.member"), t("contact.sent"), t("contact.acknowledged"), t("contact.missed"), t("contact.fast"), t("contact.last")], got.results.map(r => [words.state(r.member), words.number(r.sent),
    words.number(r.acknowledged), el("span", { className: r.missed ? "late" : "" }, words.number(r.missed)), fast(r.member) === null ? SIGN.none : seconds(fast(r.member)), r.last_success ? words.moment(r.last_success) : SIGN.none])));
}

/** Tests of us that nobody answered yet. */
function asked() {
  const mine = got.tests.filter(x => x.tested === self() && x.result === "waiting");
  return mine.length ? section(t("contact.asked"), el("ul", { className: "items", id: "asked" }, mine.map(x => {
    const said = x.code_asked ? line(`code-${x.id}`, { dir: "ltr", maxLength: 64 }) : null;
    return el("li", {}, el("div", { className: "head" }, mark(), el("span", {}, `${words.state(x.member)} · ${roleOf(x)} · ${t(`contact.channel.${x.channel}`)}`)), el("p", { className: "note" }, t("drill.by", { at: words.moment(x.answer_by) })),
      said ? field("contact.code", said) : null, el("div", { className: "tools" }, button("contact.acknowledge", () => act("acknowledge", { test: x.id, ...(said && { code: said.value.trim() }) }, () => done("contact.is-acknowledged")), { className: "strong acknowledge" })));
  }))) : null;
}

/** Of other members alone: nobody tests the own desk. */
function testForm() {
  const theirs = got.contacts.filter(c => !own(c));
  if (!theirs.length)
    return null;
  const which = select("test-which", theirs.map((_, i) => String(i)), i => `${words.state(theirs[i].member)} – ${roleOf(theirs[i])}`), channel = select("test-channel", CHANNELS, w => t(`contact.channel.${w}`));
  const within = line("test-within", { type: "number", min: 1, max: 10080, value: 60 });
  const ask = () => act("test", { tlp: "amber", to: [theirs[which.value].member], tested: theirs[which.value].member, role: theirs[which.value].role, channel: channel.value, within: Number(within.value) * 60 }, answer => {
    done("contact.test.said");
    if (answer.code)
      at("done").append(el("p", { className: "state warn" }, `${SIGN.warn} ${t("contact.test.code")} `, el("strong", { id: "code" }, code(answer.code))));
  });
  return el("fieldset", {}, el("legend", {}, t("contact.test"), " ", mark()), el("div", { className: "fields" }, field("contact.which", which), field("contact.channel", channel), field("contact.within", within),
    el("div", { className: "tools" }, button("contact.test.say", ask, { id: "test" }))));
}

function setForm() {
  const role = select("set-role", ROLES, w => t(`contact.role.${w}`)), input = name => line(`set-${name}`, ["phone", "mail", "fingerprint", "url", "languages"].includes(name) ? { dir: "ltr" } : {});
  const phone = input("phone"), mail = input("mail"), fingerprint = input("fingerprint"), url = input("url"), hours = input("hours"), late = input("out-of-hours"), spoken = input("languages");
  const record = () => ({ role: role.value, ...Object.fromEntries(Object.entries({ phone, mail, fingerprint, url, hours, out_of_hours: late }).map(([k, i]) => [k, i.value.trim()]).filter(([, v]) => v)), zone: -new Date().getTimezoneOffset(),
    ...(spoken.value.trim() && { languages: spoken.value.split(/[\s,]+/).filter(Boolean) }) });
  const { form, forget } = audienceForm("contact", "set", record, async r => {
    await api.contactAct("set", r);
    await list();
    draw();
    done("contact.is-set");
  });
  const fields = el("fieldset", {}, el("legend", {}, t("contact.set")), el("p", { className: "note" }, t("contact.no-person")), el("div", { className: "fields" }, field("contact.role", role), field("contact.phone", phone), field("contact.mail", mail),
    field("contact.fingerprint", fingerprint), field("contact.url", url), field("contact.hours", hours), field("contact.out-of-hours", late), field("capability.languages", spoken)));
  fields.addEventListener("input", forget);
  return el("details", { id: "set" }, el("summary", {}, t("contact.set")), fields, form);
}

export function draw() {
  at("contacts").replaceChildren(...!got ? [el("p", { className: "note" }, t("drill.begin"))] : [asked(), book(), results(), testForm(), setForm()].filter(Boolean));
}
