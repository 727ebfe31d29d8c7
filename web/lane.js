// The lane: one traveller after the other. What an officer typed is kept until the next traveller is called.

import * as api from "./api.js";
import * as form from "./lane-form.js";
import * as late from "./lane-late.js";
import * as offline from "./offline.js";
import * as words from "./language.js";
import * as verdict from "./verdict.js";
import * as page from "./page.js";
import { at, el } from "./dom.js";
import { Camera } from "./camera.js";
import { Pieces, capitals, linesItem, measure } from "./evidence.js";
import { filesOf } from "./drop.js";

const { t } = words;
const { setLink } = page;
const lines = at("lines");
const pieces = new Pieces();
const RESEND = 30_000;

let articles = new Map();
let articlesIn = null;
let last = null;    // {body, id}: the request that was sent last, for a repeat under the same id
let shown = null;   // {answer, files} or {trouble, kept, passed}
let working = false;
let looking = null; // of the inspection under way
let reading = false; // of the reader under way
let trusted = null; // sha256 -> members that vouch for it; asked for with the first chip
const camera = new Camera(at("camera-view"), found);

/* Lines. */

function showCounts() {
  const m = measure(lines.value);
  lines.rows = Math.max(2, Math.min(8, lines.value.split("\n").length));
  at("counts").replaceChildren(...m.lines.map(l => el("li", { className: l.state }, l.state === "full" ? `${l.n} ✓` : l.state === "long" ? `${l.n} ✕` : String(l.n))));
  return m;
}

function sayLines(key, values, grade = "") {
  at("lines-state").textContent = key ? t(key, values) : "";
  at("lines-state").className = `state ${grade}`;
}

function suggest(list) {
  const groups = new Map();
  for (const s of list)
    groups.set(s.suggestion, [...groups.get(s.suggestion) ?? [], s]);
  at("suggestions").replaceChildren(...[...groups.values()].map(changes => {
    const apply = el("button", { type: "button", className: "small" }, t("suggest.apply"));
    apply.addEventListener("click", () => {
      const now = lines.value.trim().split(/\s*\n\s*/);
      for (const c of changes)
        now[c.line - 1] = c.text;
      lines.value = now.join("\n");
      lines.focus();
      onLines();
    });
    const read = changes.map(c => t("suggest.place", { line: c.line, column: c.column }) + ` ${c.read} → ${c.meant}`).join(", ");
    return el("li", {}, el("span", {}, `${t("suggest.label")} `, el("bdi", {}, read)), apply);
  }));
}

/** Asks the node what the lines say as soon as they are complete; nothing is recorded by that. */
async function lookAtLines() {
  const text = lines.value;
  looking?.abort();
  looking = new AbortController();
  try {
    const seen = await api.inspect(linesItem(text).text, looking.signal);
    if (text !== lines.value)
      return;
    const good = seen.result === "well-formed" || seen.result === "genuine";
    if (seen.kind === "mrz")
      sayLines(good ? "lines.agree" : "lines.differ", {}, good ? "good" : "bad");
    else
      sayLines("lines.seen", { kind: words.word("kind", seen.kind), result: words.word("result", seen.result) }, good ? "good" : "warn");
    suggest(seen.suggestions ?? []);
  } catch { /* the header says when the node is away */ }
}

function onLines() {
  capitals(lines);
  const m = showCounts();
  looking?.abort();
  suggest([]);
  if (m.complete)
    lookAtLines();
  else if (m.lines.some(l => l.state === "long"))
    sayLines("lines.long", {}, "bad");
  else
    sayLines(null);
}

/* Files and pictures. */

function sayFile(key, values) {
  at("file-state").textContent = key ? t(key, values) : "";
}

function showPieces() {
  at("pieces").replaceChildren(...pieces.list.map((p, i) => {
    const away = el("button", { type: "button", className: "small", "aria-label": `${t("file.remove")} ${p.kind === "chip" ? t("kind.chip") : p.name}` }, "✕");
    away.addEventListener("click", () => {
      pieces.remove(i);
      showPieces();
      (at("pieces").querySelector("button") ?? at("file-open")).focus();
    });
    return el("li", {}, p.url ? el("img", { src: p.url, alt: "" }) : el("span", { className: "thumb", "aria-hidden": "true" }, p.kind === "chip" ? "▣" : "▤"),
      el("bdi", { className: "name" }, p.kind === "chip" ? `${t("kind.chip")}: ${[...p.files.keys()].join(", ")}` : p.name),
      el("span", { className: "note" }, t("file.size", { kb: Math.max(1, Math.round(p.size / 1024)) })), away);
  }));
}

async function addFiles(files) {
  sayFile(null);
  for (const file of files) {
    try {
      await pieces.addFile(file);
      sayFile("file.added", { name: file.name });
    } catch (e) {
      sayFile(e instanceof RangeError ? `file.${e.message}` : "file.unread", { name: file.name });
    }
  }
  if (pieces.chip && files.length > 1)
    sayFile("read.done", { n: pieces.chip.files.size });
  showPieces();
  at("check").focus();
}

async function openCamera() {
  sayFile(null);
  at("camera").hidden = false;
  try {
    await camera.start();
    at("camera-take").focus();
  } catch (word) {
    closeCamera();
    sayFile(typeof word === "string" ? word : "camera.none");
  }
}

function closeCamera() {
  const inside = at("camera").contains(document.activeElement);
  camera.stop();
  at("camera").hidden = true;
  if (inside)
    at("camera-open").focus();
}

function addFrame(bytes) {
  try {
    pieces.addBytes(t("camera.picture"), bytes);
    sayFile("camera.taken");
  } catch (e) {
    sayFile(`file.${e.message}`);
  }
  showPieces();
  closeCamera();
  at("check").focus();
}

/** The reader of this desk: the chip opens with the lines, or with the number printed on the document. */
async function readChip() {
  const can = at("can").value.trim();
  if (reading || (!can && !measure(lines.value).complete)) {
    if (!reading)
      sayFile("read.needs");
    return;
  }
  reading = true;
  at("read").setAttribute("aria-busy", "true");
  sayFile("read.busy");
  try {
    const got = await api.read(JSON.stringify(can ? { can } : { mrz: linesItem(lines.value).text }));
    pieces.setChip(got.files, got.active_authentication, got.chip_authentication);
    sayFile("read.done", { n: got.files.length });
    at("check").focus();
  } catch (e) {
    const known = words.has(`read.${e.reason}`);
    at("file-state").textContent = e instanceof RangeError ? t(`file.${e.message}`) : known ? t(`read.${e.reason}`) : `${t("read.failed")} ${e.detail ?? ""}`;
  }
  reading = false;
  at("read").removeAttribute("aria-busy");
  showPieces();
}

function found(bytes) {
  addFrame(bytes);
  check();
}

/* The check. */

const newId = () => `lane-${Array.from(crypto.getRandomValues(new Uint8Array(12)), b => b.toString(16).padStart(2, "0")).join("")}`;

/** Exactly the same request goes out under the id it had: the node records it once, however often it is sent. */
function withId(r) {
  const body = JSON.stringify(r);
  if (last?.body !== body)
    last = { body, id: newId() };
  return JSON.stringify({ id: last.id, ...r });
}

/** The verdict does not wait for the wording: it comes underneath when it is there. */
async function loadArticles() {
  if (articlesIn === words.current())
    return;
  const language = words.current();
  articlesIn = language;
  articles = new Map();
  try {
    const a = await api.agreement(language);
    if (articlesIn !== language)
      return;
    articles = new Map(a.articles.map(x => [x.article, x]));
    if (shown?.answer)
      show();
  } catch {
    if (articlesIn === language)
      articlesIn = null; // the verdict stands without; asked again with the next
  }
}

function say(text) {
  at("say").textContent = text;
}

/** Who vouches for the certificates is asked once, and the verdict does not wait for it. */
async function loadTrust() {
  if (trusted)
    return;
  trusted = new Map();
  try {
    const list = await api.trust();
    for (const m of [...list.members, ...list.others])
      for (const c of m.anchors)
        trusted.set(c.sha256, c.vouchers.filter(v => v.counts).map(v => v.member));
    show();
  } catch { /* the chip is shown without */ }
}

function draw() {
  if (!shown)
    verdict.idle();
  else if (shown.answer)
    verdict.answer(shown.answer, articles, form.picked("movement") === "entry" ? () => check(true) : null, shown.files, id => trusted?.get(id) ?? null);
  else
    verdict.trouble(shown.trouble, { ...shown, pass: shown.kept && shown.passed !== "kept" && shown.asked.movement !== "none" ? pass : null });
}

/** What is drawn again under the officer's hands keeps the focus. */
function show() {
  const id = at("detail").contains(document.activeElement) ? document.activeElement.id : "";
  draw();
  if (id)
    at(id)?.focus({ preventScroll: true });
}

const painted = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));

/** An answer of before, when the queue had sent the check after its traveller: nothing was recorded by it, and now the traveller stands here. */
const askedLate = (a, r) => a.repeated && a.moved === "none" && (r.movement === "exit" || r.movement === "entry" && a.verdict === "admit");

async function ask(r) {
  const answer = await api.check(withId(r));
  if (!askedLate(answer, r))
    return answer;
  last = null;
  return api.check(withId(r));
}

/** officer: the officer has decided to admit after a referral. */
async function check(officer = false) {
  if (working || shown?.passed === "kept")
    return;
  const r = form.request(lines, pieces, officer);
  if (!r.evidence.length) {
    sayLines("lines.none", {}, "bad");
    lines.focus();
    return;
  }
  const chip = pieces.chip;
  const files = chip ? [...chip.files.values()] : [];
  working = true;
  at("check").setAttribute("aria-busy", "true");
  verdict.busy();
  say(t("busy.word"));
  loadArticles();
  try {
    const answer = await ask(r);
    shown = { answer, files };
    if (answer.chip)
      loadTrust();
    setLink("ready");
    form.mark(answer.missing);
    say(verdict.spoken(answer));
  } catch (e) {
    await unanswered(e instanceof api.Trouble ? e : new api.Trouble("internal", String(e), "", 400), r);
  }
  working = false;
  at("check").removeAttribute("aria-busy");
  show();
  painted().then(() => performance.mark("verdict-painted"));
  at("verdict-word").focus({ preventScroll: true });
  document.querySelector(".sign").scrollIntoView({ block: "nearest", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  if (shown.answer) {
    late.forget();
    late.answered(last.id).then(late.send);
  }
}

/** Nobody is admitted by that: what was asked is kept, and the officer is told. */
async function unanswered(trouble, r) {
  if (trouble.reason === "unreachable")
    setLink("gone");
  shown = { trouble, kept: null, passed: null, asked: r };
  if (late.worth(trouble)) {
    shown.kept = r.officer_admits ? await late.passed(null, last.id, r) : await late.keep(last.id, r);
    shown.passed = r.officer_admits ? shown.kept : null;
  }
  late.draft(entered);
  say(`${t("trouble.word")}. ${shown.kept ? t("late.unverified") : trouble.detail ?? ""}`);
}

async function pass() {
  const s = shown;
  if (working || s.passed === "kept")
    return;
  working = true;
  s.passed = s.asked.officer_admits ? await late.passed(null, last.id, s.asked) : await late.passed(last.id, newId(), s.asked);
  working = false;
  if (s.passed === "kept")
    late.forget();
  say(t(s.passed === "kept" ? "late.passed" : `late.${s.passed}`));
  show();
  at(s.passed === "kept" ? "next" : "officer-pass")?.focus();
}

/** For a page that is opened again; pictures and chips stay in the check that is kept. */
const entered = () => ({ ...form.entered(), last });

function keepDraft() {
  if (page.state() === "gone" && (lines.value || pieces.list.length))
    late.draft(entered);
}

async function restore() {
  const kept = await late.restored();
  if (!kept || lines.value || shown)
    return;
  form.put(kept);
  last = kept.last;
  onLines();
}

function next() {
  if (working)
    return;
  closeCamera();
  lines.value = "";
  pieces.clear();
  showPieces();
  showCounts();
  sayLines(null);
  sayFile(null);
  suggest([]);
  form.clear();
  last = shown = null;
  late.letGo();
  late.forget();
  page.state() === "gone" ? late.draw() : late.send();
  form.mark([]);
  say(t("idle.word"));
  show();
  lines.focus();
}

/* The node. */

function met() {
  form.fillChoices();
  form.recall();
  at("reader").hidden = page.self?.reader !== true;
}

async function speak() {
  form.fillChoices();
  loadArticles();
  late.speak();
  showPieces();
  show();
  if (measure(lines.value).complete)
    lookAtLines();
}

/* Keys and hands. */

function onKey(e) {
  if (e.isComposing || e.altKey || e.metaKey)
    return;
  if (e.key === "Escape") {
    e.preventDefault();
    camera.open || !at("camera").hidden ? closeCamera() : next();
  } else if (e.key === "F2") {
    e.preventDefault();
    at("camera").hidden ? openCamera() : closeCamera();
  } else if (e.key === "F3" && !at("reader").hidden) {
    e.preventDefault();
    readChip();
  } else if (e.key === "F4") {
    e.preventDefault();
    at("file").click();
  } else if (e.key === "F8") {
    e.preventDefault();
    at("receipt-copy")?.click();
  } else if (e.key === "Enter" && (e.ctrlKey || (e.target === lines && measure(lines.value).complete))) {
    e.preventDefault(); // a swipe reader ends the last line with Enter
    check();
  }
}

function onPaste(e) {
  const files = [...e.clipboardData?.files ?? []];
  if (files.length) {
    e.preventDefault();
    addFiles(files);
  }
}

function bind() {
  at("desk").addEventListener("submit", e => { e.preventDefault(); check(); });
  at("desk").addEventListener("change", () => { form.remember(); keepDraft(); });
  at("desk").addEventListener("input", keepDraft);
  at("desk").addEventListener("keydown", e => {
    if (e.key === "Enter" && (e.target.tagName === "SELECT" || e.target.type === "radio" || e.target.type === "checkbox")) {
      e.preventDefault();
      check();
    }
  });
  at("next").addEventListener("click", next);
  lines.addEventListener("input", onLines);
  at("camera-open").addEventListener("click", () => at("camera").hidden ? openCamera() : closeCamera());
  at("camera-close").addEventListener("click", closeCamera);
  at("camera-take").addEventListener("click", async () => camera.open && addFrame(await camera.take()));
  at("read").addEventListener("click", readChip);
  at("can").addEventListener("keydown", e => {
    if (e.key === "Enter") {
      e.preventDefault();
      readChip();
    }
  });
  document.querySelector(".top").addEventListener("click", ({ target }) => {
    const a = target.closest("a[href^='/']");
    if (a)
      a.target = lines.value || pieces.list.length || shown ? "_blank" : ""; // a traveller is never lost
  });
  at("file-open").addEventListener("click", () => at("file").click());
  at("file").addEventListener("change", () => { addFiles([...at("file").files]); at("file").value = ""; });
  document.addEventListener("keydown", onKey);
  document.addEventListener("paste", onPaste);
  document.addEventListener("dragover", e => { e.preventDefault(); at("drop").classList.add("over"); });
  document.addEventListener("dragleave", e => e.relatedTarget || at("drop").classList.remove("over"));
  document.addEventListener("drop", e => { e.preventDefault(); at("drop").classList.remove("over"); filesOf(e.dataTransfer).then(addFiles); });
}

const keepForOffline = () => offline.keep("/lane-worker.js", "/", () => sayFile("pack.fresh"));

function back() {
  late.send();
  loadArticles();
  offline.refresh();
}

async function start() {
  bind();
  form.recall();
  late.start(form.hours(), form.keepFor);
  await page.start({ speak, met, back, keys: () => [["Enter", "action.check"], ["Ctrl+Enter", "action.check"], ["Esc", "action.next"], ["F2", "camera.open"], ["F3", "read.button"],
    ["F4", "file.open"], ["F8", "receipt.copy"]] });
  met();
  showCounts();
  if (document.activeElement === document.body)
    lines.focus(); // whoever was faster keeps the place
  keepForOffline().catch(() => {}); // the line is gone before the first visit was kept: as any page
  await restore();
  await page.keepWatch();
  setInterval(() => page.state() === "gone" || late.send(), RESEND);
  if (page.state() !== "gone")
    late.send();
}

start();
