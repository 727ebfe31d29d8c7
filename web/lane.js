// The lane: one traveller after the other. What an officer typed is kept until the next traveller is called.

import * as api from "./api.js";
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
const DESK = "serai.desk"; // mode, post and movement of this desk; never anything of a traveller
const CHOICES = { purpose: "purposes", mode: "modes", post: "posts", from: "states" };

let articles = new Map();
let articlesIn = null;
let last = null;    // {body, id}: the request that was sent last, for a repeat under the same id
let shown = null;   // the answer or trouble on screen
let working = false;
let looking = null; // of the inspection under way
let reading = false; // of the reader under way
let trusted = null; // sha256 -> members that vouch for it; asked for with the first chip
const camera = new Camera(at("camera-view"), found);

/* The desk's own settings. */

function remember() {
  localStorage.setItem(DESK, JSON.stringify({ mode: at("mode").value, post: at("post").value, movement: picked("movement") }));
}

const picked = name => document.querySelector(`[name=${name}]:checked`).value;

function recall() {
  let kept = {};
  try {
    kept = JSON.parse(localStorage.getItem(DESK)) ?? {};
  } catch { /* unreadable: as if there were none */ }
  for (const id of ["mode", "post"])
    if (kept[id] !== undefined)
      at(id).value = kept[id];
  const radio = document.querySelector(`[name=movement][value="${kept.movement ?? "entry"}"]`);
  if (radio)
    radio.checked = true;
}

function fillChoices() {
  fillInsurance();
  const kind = { purpose: "purpose", mode: "mode", post: "post", from: "state" };
  for (const [id, list] of Object.entries(CHOICES)) {
    const select = at(id), value = select.value;
    const label = v => id === "from" ? words.state(v) : words.word(kind[id], v);
    const options = page.offered[list].map(v => [v, label(v)]).sort((a, b) => id === "mode" ? 0 : a[1].localeCompare(b[1], words.locale()));
    select.replaceChildren(el("option", { value: "" }, t("travel.unstated")), ...options.map(([v, text]) => el("option", { value: v }, text)));
    select.value = value;
    select.parentElement.hidden = options.length === 0;
  }
}

function fillInsurance() {
  const offer = (id, values, label) => {
    const select = at(id), value = select.value;
    select.replaceChildren(el("option", { value: "" }, t("travel.unstated")), ...values.map(v => el("option", { value: v }, label(v))));
    select.value = value;
  };
  offer("insurance-held", ["yes", "no"], v => t(`insurance.${v}`));
  offer("insurance-vehicle", ["none", "card", "no-card"], v => t(`insurance.vehicle.${v}`));
}

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

/** Nothing of what nobody said. */
function insurance() {
  const held = at("insurance-held").value, until = at("insurance-until").value, vehicle = at("insurance-vehicle").value;
  const cover = at("insurance-cover").value, currency = at("insurance-currency").value.trim().toUpperCase();
  const policy = { ...(held && { held: held === "yes" }), ...(until && { until }), ...(cover && currency && { cover: Number(cover), currency }) };
  return { ...(Object.keys(policy).length && { insurance: policy }),
    ...(vehicle && { vehicle: { brought: vehicle !== "none", ...(vehicle !== "none" && { insurance_card: vehicle === "card" }) } }) };
}

function request(officer) {
  const travel = {};
  for (const id of Object.keys(CHOICES))
    if (at(id).value)
      travel[id] = at(id).value;
  if (at("stay").value)
    travel.stay_days = Number(at("stay").value);
  const evidence = [...(lines.value.trim() ? [linesItem(lines.value)] : []), ...pieces.items()];
  const examined = picked("examined");
  return { travel, movement: picked("movement"), evidence, measure: true, ...insurance(), ...(examined && { document_examined: examined === "yes" }), ...(officer && { officer_admits: true }) };
}

const newId = () => `lane-${Array.from(crypto.getRandomValues(new Uint8Array(12)), b => b.toString(16).padStart(2, "0")).join("")}`;

/** Exactly the same request goes out under the id it had: the node records it once, however often it is sent. */
function withId(r) {
  const body = JSON.stringify(r);
  if (last?.body !== body)
    last = { body, id: newId() };
  return JSON.stringify({ id: last.id, ...r });
}

async function loadArticles() {
  if (articlesIn === words.current())
    return;
  try {
    const language = words.current();
    const a = await api.agreement(language);
    articles = new Map(a.articles.map(x => [x.article, x]));
    articlesIn = language;
  } catch { /* the verdict stands without the wording */ }
}

function say(text) {
  at("say").textContent = text;
}

function mark(missing) {
  for (const id of [...Object.keys(CHOICES), "stay"])
    at(id).parentElement.classList.toggle("wanted", missing.includes(`travel.${id}`));
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

function show() {
  if (!shown)
    verdict.idle();
  else if (shown.answer)
    verdict.answer(shown.answer, articles, picked("movement") === "entry" ? () => check(true) : null, shown.files, id => trusted?.get(id) ?? null);
  else
    verdict.trouble(shown.trouble);
}

/** officer: the officer has decided to admit after a referral. */
async function check(officer = false) {
  if (working)
    return;
  const r = request(officer);
  if (!r.evidence.length) {
    sayLines("lines.none", {}, "bad");
    lines.focus();
    return;
  }
  const sent = withId(r);
  const chip = pieces.chip;
  const files = chip ? [...chip.files.values()] : [];
  working = true;
  at("check").setAttribute("aria-busy", "true");
  verdict.busy();
  say(t("busy.word"));
  try {
    const [answer] = await Promise.all([api.check(sent), loadArticles()]);
    shown = { answer, files };
    if (answer.chip)
      loadTrust();
    setLink("ready");
    mark(answer.missing);
    say(verdict.spoken(answer));
  } catch (e) {
    shown = { trouble: e instanceof api.Trouble ? e : new api.Trouble("internal", String(e), "") };
    if (e.reason === "unreachable")
      setLink("gone");
    say(`${t("trouble.word")}. ${e.detail ?? ""}`);
  }
  working = false;
  at("check").removeAttribute("aria-busy");
  show();
  at("verdict-word").focus({ preventScroll: true });
  document.querySelector(".sign").scrollIntoView({ block: "nearest", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
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
  at("purpose").value = at("from").value = at("stay").value = at("can").value = "";
  document.querySelector("[name=examined][value='']").checked = true;
  for (const id of ["held", "until", "cover", "currency", "vehicle"])
    at(`insurance-${id}`).value = "";
  last = shown = null;
  mark([]);
  say(t("idle.word"));
  show();
  lines.focus();
}

/* The node. */

function met() {
  fillChoices();
  recall();
  at("reader").hidden = page.self?.reader !== true;
}

async function speak() {
  fillChoices();
  if (shown?.answer)
    await loadArticles();
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
  at("desk").addEventListener("change", remember);
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

async function start() {
  bind();
  await page.start({ speak, met, keys: () => [["Enter", "action.check"], ["Ctrl+Enter", "action.check"], ["Esc", "action.next"], ["F2", "camera.open"], ["F3", "read.button"],
    ["F4", "file.open"], ["F8", "receipt.copy"]] });
  met();
  showCounts();
  lines.focus();
  await page.keepWatch();
}

start();
