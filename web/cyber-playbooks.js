// The members' library of playbooks: find one, read it, compare versions, tell how it did, share a file. Nothing here executes a playbook.

import * as api from "./api.js";
import * as page from "./page.js";
import * as words from "./language.js";
import { at, code, el, SIGN } from "./dom.js";
import { choices } from "./cyber-words.js";
import { audience, audienceForm, badge, button, doing, done, drawRefused, field, line, local, moment, none, office, own, rememberOffice, section, select, self } from "./cyber-desk.js";
import { outcomes, sides, users, whole } from "./cyber-playbook.js";

const { t } = words;
let got = null, open = null, read = null;

const language = () => words.current();
const named = book => book.name || book.playbook_id;

function item(book) {
  const times = book.used_by.reduce((n, u) => n + u.times, 0), worked = book.used_by.reduce((n, u) => n + u.outcomes.worked, 0);
  return el("li", {}, el("div", { className: "head" }, badge(book), el("span", {}, words.state(book.owner)), book.state === "withdrawn" ? el("strong", { className: "late" }, `${SIGN.bad} ${t("cyber.withdrawn")}`) : null,
    (book.activities ?? []).map(a => el("span", { className: "badge" }, code(a)))),
    book.state === "withdrawn" ? el("p", { className: "name" }, el("bdi", {}, named(book))) : el("button", { type: "button", className: "name", onclick: () => show(book) }, el("bdi", {}, named(book))),
    book.reason ? el("p", {}, el("bdi", {}, book.reason)) : null,
    el("p", { className: "note" }, `${t("cyber.for", { who: audience(book) })} · ${t("playbook.versions", { n: book.versions })} · ${times ? t("playbook.used", { n: times, worked }) : t("playbook.unused")}`));
}

const shown = () => got.playbooks.filter(b => !at("whose").value || (at("whose").value === "own") === (b.owner === self()));

function draw() {
  choices("whose", ["", "own", "others"], v => t(`cyber.whose.${v || "all"}`));
  choices("state", ["", "withdrawn"], v => t(v ? "cyber.withdrawn" : "playbook.shared"));
  at("list").replaceChildren(...!got ? [none("playbook.begin")] : shown().length ? shown().map(item) : [none("playbook.none")]);
  drawRefused(got?.refused);
  drawOne();
  drawImported();
}

async function list() {
  got = await api.playbooks({ language: language(), words: at("words").value.trim(), activity: at("activity").value.trim(), state: at("state").value });
  draw();
}

const textOf = (book, version) => api.playbookText({ owner: book.owner, playbook_id: book.playbook_id, ...(version && { version }) });
const lookAt = playbook => api.playbookLook({ playbook, language: language() });

const show = book => doing(async () => {
  const [text, { versions }] = await Promise.all([textOf(book), api.playbookVersions({ owner: book.owner, playbook_id: book.playbook_id })]);
  open = { book, versions, text: text.playbook, look: await lookAt(text.playbook) };
  drawOne();
  at("what").focus();
});

function compare() {
  const usable = open.versions.filter(v => !v.revoked).map(v => v.version);
  if (usable.length < 2)
    return null;
  const older = select("older", usable, v => v), newer = select("newer", usable, v => v), place = el("div", {});
  [older.value, newer.value] = usable.slice(-2);
  const run = () => doing(async () => {
    const texts = await Promise.all([older, newer].map(s => textOf(open.book, s.value)));
    place.replaceChildren(sides(...await Promise.all(texts.map(x => lookAt(x.playbook)))));
  });
  return section(t("playbook.compare"), el("div", { className: "fields" }, field("playbook.older", older), field("playbook.newer", newer), el("div", { className: "tools" }, button("playbook.compare.now", run, { id: "compare" }))), place);
}

function useForm() {
  const when = line("used-at", { type: "datetime-local", value: local(new Date()) }), outcome = select("outcome", outcomes, o => t(`playbook.outcome.${o}`));
  const minutes = line("minutes", { type: "number", min: 0, value: 0, inputMode: "numeric" }), remark = line("remark");
  const tell = () => doing(async () => {
    const { book } = open;
    await api.playbookAct("used", { office: office(), owner: book.owner, playbook_id: book.playbook_id, version: book.version, used: moment(when.value), outcome: outcome.value, minutes: Number(minutes.value),
      ...(remark.value.trim() && { remark: remark.value.trim() }) });
    await again(book);
    done("playbook.told");
  });
  return section(t("playbook.use"), el("p", { className: "note" }, t("playbook.use.note", { who: audience(open.book) })),
    el("div", { className: "fields" }, field("playbook.use.when", when), field("playbook.outcome", outcome), field("playbook.minutes", minutes), field("coop.remark", remark), el("div", { className: "tools" }, button("playbook.use.tell", tell, { id: "tell" }))));
}

function withdrawForm() {
  if (!own(open.book))
    return null;
  const reason = line("withdraw-reason");
  const run = () => doing(async () => {
    await api.playbookAct("withdraw", { office: office(), playbook_id: open.book.playbook_id, reason: reason.value.trim() });
    open = null;
    await list();
    done("playbook.withdrawn");
  });
  return section(t("playbook.withdraw"), el("div", { className: "fields" }, field("cyber.recall.reason", reason), el("div", { className: "tools" }, button("playbook.withdraw", run, { id: "withdraw" }))));
}

/** The list anew, and what is open out of it. */
async function again(book) {
  await list();
  const now = got.playbooks.find(b => b.owner === book.owner && b.playbook_id === book.playbook_id);
  open = now ? { ...open, book: now } : null;
  drawOne();
}

function save() {
  const a = el("a", { href: URL.createObjectURL(new Blob([open.text], { type: "application/json" })), download: `${open.book.playbook_id}.json` });
  a.click();
  URL.revokeObjectURL(a.href);
}

function drawOne() {
  at("one").hidden = !open;
  if (!open)
    return at("one").replaceChildren();
  const { book, look, versions } = open;
  at("one").replaceChildren(...[el("div", { className: "tools" }, badge(book), el("span", {}, words.state(book.owner)), el("span", {}, t("cyber.for", { who: audience(book) })), button("playbook.save", save)),
    ...whole(look), section(t("playbook.versions.here"), el("ul", { className: "things" }, versions.map(v => el("li", {}, code(v.version), ` – ${words.moment(v.at)}`, v.confirmed ? [` – ${t("playbook.confirmed.by")} `, code(v.confirmed)] : null,
      v.revoked ? ` ${SIGN.bad} ${t("cyber.withdrawn")}` : null)))), compare(), section(t("playbook.used.by"), users(book)), useForm(), withdrawForm()].filter(Boolean));
}

function shareForm() {
  if (!["well", "refer"].includes(read.look.result))
    return el("p", { className: "state bad" }, `${SIGN.bad} ${t("playbook.not-shared")}`);
  const confirmed = read.look.result === "refer" ? line("confirmed", { dir: "ltr" }) : null;
  const { form, forget } = audienceForm("playbook", "share", () => ({ playbook: read.text, ...(confirmed?.value.trim() && { confirmed: confirmed.value.trim() }) }), async record => {
    await api.playbookAct("share", record);
    read = null;
    at("file").value = "";
    drawImported();
    await list();
    done("playbook.is-shared");
    at("list-title").focus();
  });
  confirmed?.addEventListener("input", forget);
  return el("div", {}, confirmed ? el("div", { className: "fields" }, field("playbook.confirm", confirmed)) : null, form);
}

function drawImported() {
  at("imported").hidden = !read;
  const nodes = read ? [...whole(read.look), section(t("playbook.share"), shareForm())] : [];
  if (read) // ids are of the playbook that is open
    for (const n of nodes)
      for (const e of [n, ...n.querySelectorAll("#result, #what")])
        if (["what", "result"].includes(e.id))
          e.id = `import-${e.id}`;
  at("imported").replaceChildren(...nodes);
}

at("file").addEventListener("change", () => doing(async () => {
  const file = at("file").files[0];
  read = null;
  drawImported();
  if (!file)
    return;
  const text = await file.text();
  read = { text, look: await lookAt(text) };
  drawImported();
  at("import-what").focus();
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

/** The words have changed: what the node reads in the language of the reader is read again. */
async function speak() {
  if (got)
    got = await api.playbooks({ language: language(), words: at("words").value.trim(), activity: at("activity").value.trim(), state: at("state").value }).catch(() => got);
  for (const x of [open, read])
    if (x)
      x.look = await lookAt(x.text).catch(() => x.look);
  if (open)
    open.book = got.playbooks.find(b => b.owner === open.book.owner && b.playbook_id === open.book.playbook_id) ?? open.book;
  draw();
}

await page.start({ speak });
if (office())
  await doing(list);
await page.keepWatch();
