// The roadside: one driver after the other, on a phone. The node answers; without it this phone does, and the page says which of both.

import * as api from "./api.js";
import * as drawn from "./roadside-answer.js";
import * as known from "./roadside-known.js";
import * as offences from "./roadside-offences.js";
import * as offline from "./offline.js";
import * as page from "./page.js";
import * as words from "./language.js";
import { at, el } from "./dom.js";
import { Camera } from "./camera.js";
import { Pieces, base64, pictureType } from "./evidence.js";
import { ofFile, ofText } from "./roadside-evidence.js";
import { look, ownReader, read } from "./roadside-scan.js";

const { t } = words;
const SETTINGS = "serai.roadside"; // place and minutes; never anything of a driver
const MINUTES = [1, 2, 5, 10, 30];
const PATIENCE = 4000;   // before this phone answers beside the node
const SCAN_PAUSE = 200;
const REFRESH = 15 * 60_000;
const TYPED = { issuer: "typed-issuer", number: "typed-number", issued: "typed-issued", expiry: "typed-expiry", birth: "typed-birth" };
const CURRENCY = { IR: "IRR", TR: "TRY", KZ: "KZT", UZ: "UZS", KG: "KGS", TJ: "TJS", TM: "TMT", AZ: "AZN", PK: "PKR", AF: "AFN" };

const pieces = new Pieces();
const camera = new Camera(at("camera-view"), scanned, look, SCAN_PAUSE);

let session = null;  // base64 of a transcript
let last = null;     // {body, id}: the request that was sent last, for a repeat under the same id
let shown = null;    // {answer, by, waiting, pack} or {cannot, pack} or {trouble}
let turn = 0;        // of the check whose answers count
let pack = null;     // of trust, as this phone has it
let articles = new Map();
let articlesIn = null;
let clearAt = 0;
let settings = { place: "", minutes: 5 };

/* What is kept of this phone itself. */

function recall() {
  try {
    settings = { ...settings, ...JSON.parse(localStorage.getItem(SETTINGS)) };
  } catch { /* unreadable: as if there were none */ }
  at("place").value = settings.place;
}

function remember() {
  settings.place = at("place").value.trim();
  settings.minutes = Number(at("clear-after").value);
  localStorage.setItem(SETTINGS, JSON.stringify(settings));
}

/* Evidence. */

function say(text) {
  at("say").textContent = text;
}

function sayScan(key, values, grade = "") {
  at("scan-state").textContent = key ? t(key, values) : "";
  at("scan-state").className = `state ${grade}`;
}

function showPieces() {
  at("pieces").replaceChildren(...pieces.list.map((p, i) => {
    const name = p.item ? t(`piece.${p.kind}`) : p.name;
    const away = el("button", { type: "button", className: "small", "aria-label": `${t("file.remove")} ${name}` }, "✕");
    away.addEventListener("click", () => {
      pieces.remove(i);
      showPieces();
      (at("pieces").querySelector("button") ?? at("scan-open")).focus();
    });
    return el("li", {}, p.url ? el("img", { src: p.url, alt: "" }) : el("span", { className: "thumb", "aria-hidden": "true" }, "▤"),
      el("bdi", { className: "name" }, name), el("span", { className: "note" }, t("file.size", { kb: Math.max(1, Math.round(p.size / 1024)) })), away);
  }));
}

/** Takes what was seen: an item, a picture for the node, or a word with what to do. True when there is something to check. */
function take(seen, name) {
  if (seen.word) {
    sayScan(`scan.${seen.word}`, {}, "warn");
    say(t(`scan.${seen.word}`));
    return false;
  }
  try {
    seen.picture ? pieces.addBytes(t("camera.picture"), seen.picture) : pieces.addItem(name, seen.item);
    sayScan("scan.taken", {}, "good");
  } catch (e) {
    sayScan(e instanceof RangeError ? `file.${e.message}` : "file.unread", { name }, "bad");
    return false;
  }
  showPieces();
  return true;
}

async function addFile(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (!pictureType(bytes) && !file.type.startsWith("image/"))
    return take(ofFile(bytes), file.name);
  try {
    const bitmap = await createImageBitmap(file);
    const seen = await read(bitmap).catch(() => null).finally(() => bitmap.close());
    if (seen && !seen.garbled)
      return take(seen, file.name);
  } catch { /* what the browser cannot draw, the node may still read */ }
  await pieces.addFile(file);
  sayScan(await ownReader() ? "file.added" : "scan.by-node", { name: file.name });
  showPieces();
  return true;
}

async function addFiles(files) {
  sayScan(null);
  let good = false;
  for (const file of files) {
    try {
      good = await addFile(file) || good;
    } catch (e) {
      sayScan(e instanceof RangeError ? `file.${e.message}` : "file.unread", { name: file.name }, "bad");
    }
  }
  if (good)
    at("check").focus();
}

async function openCamera() {
  sayScan(null);
  at("camera").hidden = false;
  at("scan-how").textContent = t(await ownReader() ? "scan.here" : "scan.there");
  try {
    await camera.start();
    at("camera-light").hidden = !camera.lamp;
    at("camera-take").focus();
    at("camera").scrollIntoView({ block: "nearest" });
  } catch (word) {
    closeCamera();
    sayScan(typeof word === "string" ? word : "camera.none", {}, "warn");
  }
}

function closeCamera() {
  const inside = at("camera").contains(document.activeElement);
  camera.stop();
  at("camera").hidden = true;
  at("camera-light").setAttribute("aria-pressed", "false");
  if (inside)
    at("scan-open").focus();
}

function scanned(seen) {
  closeCamera();
  navigator.vibrate?.(60);
  if (take(seen, t("scan.code")))
    check();
}

async function takePicture() {
  const bytes = await camera.take();
  closeCamera();
  if (take({ picture: bytes }, t("camera.picture")))
    check();
}

async function light() {
  const on = at("camera-light").getAttribute("aria-pressed") !== "true";
  await camera.light(on).catch(() => {});
  at("camera-light").setAttribute("aria-pressed", String(on));
}

async function addSession(file) {
  session = null;
  if (file.size && file.size <= 65536)
    session = base64(new Uint8Array(await file.arrayBuffer()));
  at("session-state").textContent = session ? t("session.added") : t("session.bad");
}

/* The request. */

const categoriesOf = text => text.toUpperCase().split(/[\s,;/]+/).filter(Boolean);

/** What is typed in. Beside other evidence a day may stand there alone: then issuer and number are those that were read. */
function typed() {
  const got = Object.fromEntries(Object.entries(TYPED).map(([k, id]) => [k, at(id).value.trim()]).filter(([, v]) => v));
  const categories = categoriesOf(at("typed-categories").value), read = shown?.answer?.licence;
  const all = { ...got, ...(categories.length && { categories }) };
  return Object.keys(all).length && read?.issuer && read?.number ? { issuer: read.issuer, number: read.number, ...all } : all;
}

/** The request, or { word } when the text is nothing that can be checked. */
function request(ask = at("ask").checked) {
  const seen = at("text").value.trim() ? ofText(at("text").value) : null;
  if (seen?.word)
    return seen;
  const evidence = [...(seen ? [seen.item] : []), ...pieces.items()], said = typed(), place = at("place").value.trim();
  return { purpose: "road-check", language: words.current(), ...(place && { place }), ...(evidence.length && { evidence }), ...(session && { session }),
    ...(said.issuer && said.number && { typed: said }), ...known.said(), ask };
}

const newId = () => `road-${Array.from(crypto.getRandomValues(new Uint8Array(12)), b => b.toString(16).padStart(2, "0")).join("")}`;

/** Exactly the same request goes out under the id it had. */
function withId(r) {
  const body = JSON.stringify(r);
  if (last?.body !== body)
    last = { body, id: newId() };
  return { id: last.id, ...r };
}

/* The answer. */

async function refreshPack() {
  try {
    pack = await api.pack();
  } catch (e) {
    if (e.status === 404)
      pack = null;
  }
  showPack();
}

const HOURS = 3600_000;

function showPack() {
  const left = pack ? Date.parse(pack.expires) - Date.now() : 0;
  at("pack").textContent = !pack ? t("pack.none") : left <= 0 ? t("pack.expired", { at: words.moment(pack.expires) })
    : `${t("pack.of", { ago: words.ago(pack.at), at: words.moment(pack.at) })} ${t("pack.until", { at: words.moment(pack.expires) })}`;
  if (!navigator.serviceWorker)
    at("pack").append(` ${t("pack.unsafe")}`);
  at("phone").dataset.grade = !pack || left <= 0 ? "bad" : left < 24 * HOURS ? "warn" : "good";
}

/** What this phone says by itself. */
async function own(r) {
  if (!pack)
    await refreshPack();
  if (!pack)
    return { cannot: "no-pack" };
  if (Date.parse(pack.expires) <= Date.now())
    return { cannot: "pack-expired", pack };
  try {
    const { verify } = await import("./roadside-verify.js");
    return { answer: await verify(r, pack), by: "phone", pack };
  } catch (e) {
    return { cannot: e.reason ?? "no-module", pack };
  }
}

const canHelp = e => e.reason === "unreachable" || e.status === 404 || e.status >= 500 || e.status === 429;

async function loadArticles() {
  if (articlesIn === words.current())
    return;
  try {
    const language = words.current();
    articles = new Map((await api.agreement(language)).articles.map(x => [x.article, x]));
    articlesIn = language;
    show();
  } catch { /* the answer stands without the wording */ }
}

const offered = () => ({ states: page.offered.states, likely: [shown?.answer?.licence?.issuer, page.self?.member] });

const tools = {
  controls: facts => known.controls(facts, "next", () => { drawKnown(); touch(); }, offered()),
  supplied: fact => known.control(fact, "probe", () => {}, offered()) !== null,
  again: () => check(),
  ask: () => { at("ask").checked = true; last = null; check(); },
  note: () => { view("offences"); offences.begin(shown?.answer, at("place").value.trim()); },
};

function show() {
  at("check").classList.toggle("strong", !shown);
  at("next").classList.toggle("strong", Boolean(shown));
  if (!shown)
    drawn.idle();
  else if (shown.answer)
    drawn.answer(shown, articles, tools);
  else if (shown.cannot)
    drawn.unable(shown, tools);
  else
    drawn.trouble(shown.trouble);
}

function present(what, first) {
  shown = what;
  show();
  say(what.trouble ? `${t("trouble.word")}. ${what.trouble.detail ?? ""}` : drawn.spoken(what));
  touch();
  if (!first)
    return;
  if (matchMedia("(max-width: 60rem)").matches)
    at("fold").open = false;
  at("verdict-word").focus({ preventScroll: true });
  at("verdict").scrollIntoView({ block: "start", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
}

const wait = ms => new Promise(done => setTimeout(done, ms));

/** The node first. When it does not answer in time, this phone answers, and the node's answer takes its place if it still comes. */
async function decide(r, mine) {
  const gone = !navigator.onLine || page.state() === "gone";
  const asked = api.licence(JSON.stringify(r)).then(answer => ({ answer, by: "node" }), trouble => ({ trouble }));
  const first = await Promise.race([asked, wait(gone ? 300 : PATIENCE)]);
  if (mine !== turn)
    return;
  if (first?.answer || first && !canHelp(first.trouble))
    return present(first, true);
  if (first?.trouble.reason === "unreachable")
    page.setLink("gone");
  const self = await own(r);
  if (mine !== turn)
    return;
  present({ ...self, waiting: !first }, true);
  if (first)
    return;
  const late = await asked;
  if (mine !== turn)
    return;
  if (late.answer)
    present(late, false);
  else {
    shown = { ...self, waiting: false };
    show();
  }
}

async function check() {
  const r = request();
  if (r.word || !r.evidence && !r.typed) {
    sayScan(r.word ? `scan.${r.word}` : "scan.nothing", {}, "warn");
    at("fold").open = true;
    at("scan-state").scrollIntoView({ block: "center" });
    return;
  }
  const mine = ++turn;
  closeCamera();
  at("check").setAttribute("aria-busy", "true");
  drawn.busy();
  say(t("busy.word"));
  loadArticles();
  try {
    await decide(withId(r), mine);
  } catch (e) {
    if (mine === turn)
      present({ trouble: new api.Trouble("internal", String(e), "") }, true);
  }
  if (mine === turn)
    at("check").removeAttribute("aria-busy");
}

/* The next driver. */

function next() {
  turn++;
  closeCamera();
  at("road").querySelectorAll("#text, #typed-fold input, #typed-fold select, #file, #session-file").forEach(e => { e.value = ""; });
  known.clear();
  pieces.clear();
  session = last = shown = null;
  clearAt = 0;
  at("session-state").textContent = "";
  at("check").removeAttribute("aria-busy");
  at("fold").open = true;
  at("typed-fold").open = at("more-fold").open = false;
  sayScan(null);
  showPieces();
  drawKnown();
  show();
  say(t("road.idle"));
}

const anything = () => shown || pieces.list.length || at("text").value || session || known.anything() || Object.keys(typed()).length > 0;

/** Every touch puts the clearing off. */
function touch() {
  clearAt = anything() ? Date.now() + settings.minutes * 60_000 : 0;
}

function tick() {
  if (clearAt && Date.now() >= clearAt) {
    next();
    sayScan("clear.done");
  }
  showLeft();
}

function showLeft() {
  const left = clearAt ? Math.ceil((clearAt - Date.now()) / 1000) : 0;
  at("next").dataset.left = left > 0 && left <= 30 ? left : "";
}

async function clearAll() {
  const waiting = await offences.waiting();
  at("clear-text").textContent = waiting ? t("clear.loses", { n: waiting }) : t("clear.nothing");
  at("clear-dialog").returnValue = "";
  at("clear-dialog").showModal();
}

async function cleared() {
  if (at("clear-dialog").returnValue !== "clear")
    return;
  next();
  await offences.clear();
  localStorage.removeItem(SETTINGS);
  settings = { place: "", minutes: 5 };
  at("place").value = "";
  at("clear-after").value = "5";
  view("licence");
  sayScan("clear.cleared", {}, "good");
}

/* The page. */

function view(name) {
  for (const v of ["licence", "offences"]) {
    at(`${v}-view`).hidden = v !== name;
    at(`view-${v}`).setAttribute("aria-pressed", String(v === name));
  }
  if (name === "offences") {
    closeCamera();
    offences.draw();
  }
  scrollTo(0, 0);
}

function drawKnown() {
  at("known").replaceChildren(...known.all(touch, offered()));
}

function fillChoices() {
  const issuer = at("typed-issuer"), value = issuer.value;
  issuer.replaceChildren(...known.states(page.offered.states, []));
  issuer.value = value;
  at("clear-after").replaceChildren(...MINUTES.map(n => el("option", { value: n }, t("clear.minutes", { n }))));
  at("clear-after").value = settings.minutes;
  offences.speak({ ...offered(), currency: CURRENCY[page.self?.member] });
}

async function speak() {
  fillChoices();
  drawKnown();
  showPieces();
  showPack();
  show();
  if (shown?.answer)
    loadArticles();
}

async function lineIsBack() {
  await offences.send();
  await refreshPack();
  offline.refresh();
}

async function keepForOffline() {
  if (await offline.keep("/roadside-worker.js", "/roadside", () => sayScan("pack.fresh")))
    (await import("./roadside-verify.js")).load().catch(() => {}); // ready before the line goes
}

function onKey(e) {
  if (e.isComposing || e.altKey || e.metaKey || at("clear-dialog").open)
    return;
  if (e.key === "Escape") {
    e.preventDefault();
    at("camera").hidden ? at("licence-view").hidden ? view("licence") : next() : closeCamera();
  } else if (e.key === "F2") {
    e.preventDefault();
    at("camera").hidden ? openCamera() : closeCamera();
  } else if (e.key === "Enter" && e.ctrlKey && !at("licence-view").hidden) {
    e.preventDefault();
    check();
  }
}

function bind() {
  at("road").addEventListener("submit", e => { e.preventDefault(); check(); });
  at("next").addEventListener("click", () => { next(); at("scan-open").focus(); });
  at("scan-open").addEventListener("click", () => at("camera").hidden ? openCamera() : closeCamera());
  at("camera-close").addEventListener("click", closeCamera);
  at("camera-take").addEventListener("click", () => camera.open && takePicture());
  at("camera-light").addEventListener("click", light);
  at("file-open").addEventListener("click", () => at("file").click());
  at("file").addEventListener("change", () => { addFiles([...at("file").files]); at("file").value = ""; });
  at("session-open").addEventListener("click", () => at("session-file").click());
  at("session-file").addEventListener("change", () => at("session-file").files[0] && addSession(at("session-file").files[0]));
  at("text").addEventListener("input", () => {
    const seen = ofText(at("text").value);
    seen.word && seen.word !== "empty" ? sayScan(`scan.${seen.word}`, {}, "warn") : sayScan(null);
  });
  at("view-licence").addEventListener("click", () => view("licence"));
  at("view-offences").addEventListener("click", () => view("offences"));
  at("pack-refresh").addEventListener("click", lineIsBack);
  at("place").addEventListener("change", remember);
  at("clear-after").addEventListener("change", () => { remember(); touch(); });
  at("clear-all").addEventListener("click", clearAll);
  at("clear-dialog").addEventListener("close", cleared);
  document.addEventListener("keydown", onKey);
  document.addEventListener("paste", e => {
    const files = [...e.clipboardData?.files ?? []];
    if (files.length) {
      e.preventDefault();
      addFiles(files);
    }
  });
  for (const kind of ["input", "pointerdown", "keydown"])
    document.addEventListener(kind, touch, { passive: true });
  document.addEventListener("visibilitychange", tick);
  addEventListener("pageshow", tick);
  setInterval(tick, 1000);
  setInterval(() => navigator.onLine && lineIsBack(), REFRESH);
}

async function start() {
  recall();
  bind();
  offences.start(n => {
    at("waiting-count").hidden = !n;
    at("waiting-count").textContent = n ? words.number(n) : "";
  });
  await page.start({ speak, met: fillChoices, back: lineIsBack, keys: () => [["Ctrl+Enter", "action.check"], ["F2", "scan.open"], ["Esc", "road.next"]] });
  await offences.restore();
  showPieces();
  refreshPack();
  keepForOffline().catch(() => {}); // the line is gone before the first visit was kept: as any page
  await page.keepWatch();
  if (page.state() !== "gone")
    offences.send();
}

start();
