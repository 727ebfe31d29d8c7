// Security advisories (CSAF) that are kept here: by product and age, one as a person reads it, a file checked and taken in.

import * as api from "./api.js";
import * as page from "./page.js";
import * as words from "./language.js";
import { at, code, el, SIGN } from "./dom.js";
import { choices, tlp } from "./cyber-words.js";
import { button, doing, done, facts, none, office, rememberOffice, said, section, table } from "./cyber-desk.js";

const { t } = words;
const AGES = ["", "7", "30", "90", "365"];
const DAY = 86_400_000, DEEP = 4, MOST = 300;
const GRADE = { valid: ["good", SIGN.good], partly: ["warn", SIGN.warn], invalid: ["bad", SIGN.bad] };
let got = null, open = null, read = null;

const who = () => ({ office: office(), purpose: at("purpose").value.trim() });
const text = v => typeof v === "string" ? v : "";
const array = v => Array.isArray(v) ? v : [];
const day = s => Number.isNaN(Date.parse(s)) ? code(text(s)) : words.moment(s);
const severity = n => n >= 9 ? "critical" : n >= 7 ? "high" : n >= 4 ? "medium" : n > 0 ? "low" : "none";
const score = n => el("span", { className: "score" }, `CVSS ${n.toFixed(1)} – ${t(`advisory.severity.${severity(n)}`)}`);
const badge = a => a.tlp === "UNLABELED" ? el("span", { className: "badge" }, t("advisory.unlabeled")) : tlp(a.tlp === "WHITE" ? "clear" : a.tlp.toLowerCase());

function item(a) {
  const more = a.n_products - a.products.length;
  return el("li", {}, el("div", { className: "head" }, badge(a), code(a.tracking_id), "worst" in a ? score(a.worst) : null, a.status !== "final" ? el("span", { className: "badge" }, words.word("advisory.status", a.status)) : null),
    el("button", { type: "button", className: "name", onclick: () => show(a.id) }, el("bdi", {}, a.title || a.tracking_id)),
    el("p", {}, a.products.map((p, i) => [i ? " · " : "", el("bdi", {}, [p.vendor, p.product].filter(Boolean).join(" "))]), more > 0 ? ` · ${t("coop.more", { n: more })}` : null),
    el("p", { className: "note" }, el("bdi", {}, a.publisher), ` · ${t("advisory.vulnerabilities", { n: a.vulnerabilities })} · ${t("advisory.current")}: `, day(a.current), ` · ${t("advisory.taken")}: ${words.ago(a.taken)}`));
}

const young = a => !at("age").value || Date.now() - Date.parse(a.current) < Number(at("age").value) * DAY;

function draw() {
  choices("age", AGES, v => v ? t("advisory.days", { n: Number(v) }) : t("advisory.age.all"));
  const list = got?.advisories.filter(young);
  at("list").replaceChildren(...!got ? [none("advisory.begin")] : list.length ? list.map(item) : [none("advisory.none")], ...got && !got.whole ? [none("advisory.part")] : []);
  drawOne();
  drawImported();
}

// ---- one advisory: the document is foreign text, and is only ever put in as text

/** Branches of the product tree with their products, in order; depth by an own stack: the document says how deep. */
function tree(root) {
  const lines = [], stack = array(root?.branches).map(b => [b, 0]).reverse();
  while (stack.length && lines.length < MOST) {
    const [b, depth] = stack.pop(), p = b?.product;
    const helper = p?.product_identification_helper;
    lines.push(el("li", { className: depth ? `d${Math.min(depth, DEEP)}` : "" }, el("span", { className: "note" }, words.word("advisory.branch", text(b?.category))), " ", el("bdi", {}, text(b?.name)),
      p ? [" ", code(text(p.product_id)), helper?.cpe ? [" ", code(text(helper.cpe))] : null, helper?.purl ? [" ", code(text(helper.purl))] : null].flat().filter(Boolean) : null));
    stack.push(...array(b?.branches).map(x => [x, depth + 1]).reverse());
  }
  for (const p of array(root?.full_product_names))
    lines.push(el("li", {}, el("bdi", {}, text(p?.name)), " ", code(text(p?.product_id))));
  for (const r of array(root?.relationships))
    lines.push(el("li", {}, el("bdi", {}, text(r?.full_product_name?.name)), " ", code(text(r?.category))));
  return lines.length ? el("ul", { className: "tree" }, lines.slice(0, MOST), lines.length > MOST || stack.length ? el("li", { className: "note" }, t("advisory.tree.more")) : null) : el("p", { className: "note" }, t("advisory.tree.none"));
}

/** Names of products by their ids. */
function products(root) {
  const names = new Map(), stack = [...array(root?.branches)];
  const put = p => p && names.set(p.product_id, text(p.name));
  while (stack.length) {
    const b = stack.pop();
    put(b?.product);
    stack.push(...array(b?.branches));
  }
  array(root?.full_product_names).forEach(put);
  array(root?.relationships).forEach(r => put(r?.full_product_name));
  return names;
}

const link = url => /^https?:\/\//.test(text(url)) ? el("a", { href: url, rel: "noreferrer noopener", target: "_blank" }, code(url)) : code(text(url));
const notes = list => array(list).map(n => el("div", {}, el("h4", {}, text(n?.title) || words.word("advisory.note", text(n?.category))), said(text(n?.text))));

function vulnerability(v, names) {
  const named = ids => array(ids).map(id => names.get(id) ?? text(id));
  const scores = array(v?.scores).flatMap(s => [s?.cvss_v3, s?.cvss_v2].filter(c => typeof c?.baseScore === "number").map(c => el("li", {}, score(c.baseScore), " ", code(text(c.vectorString)), ` – ${words.list(named(s.products))}`)));
  const status = Object.entries(v?.product_status ?? {}).filter(([, ids]) => array(ids).length);
  return el("section", {}, el("h3", {}, code(text(v?.cve) || text(v?.title)), " ", v?.cve && v?.title ? el("bdi", {}, text(v.title)) : null), v?.cwe ? el("p", { className: "note" }, code(text(v.cwe.id)), " ", el("bdi", {}, text(v.cwe.name))) : null,
    ...notes(v?.notes), scores.length ? el("ul", { className: "things" }, scores) : null,
    status.length ? table([t("advisory.status.of"), t("advisory.products")], status.map(([k, ids]) => [words.word("advisory.product-status", k), el("ul", { className: "things" }, named(ids).slice(0, MOST).map(n => el("li", {}, el("bdi", {}, n))))])) : null,
    array(v?.remediations).length ? [el("h4", {}, t("advisory.remediation")), el("ul", { className: "things remedies" }, v.remediations.map(r => el("li", {}, el("strong", {}, words.word("advisory.remedy", text(r?.category))), ": ", el("bdi", {}, text(r?.details)), " ", r?.url ? link(r.url) : null,
      named(r?.product_ids).length ? ` (${words.list(named(r.product_ids))})` : null)))] : null,
    v?.cve ? el("p", {}, el("a", { href: `/cyber-exposure.html?${new URLSearchParams({ id: text(v.cve) })}` }, t("advisory.exposure"))) : null);
}

function findings(a) {
  const [grade, sign] = GRADE[a.result];
  return section(t("playbook.findings"), el("p", { className: `state ${grade}` }, `${sign} ${t(`advisory.result.${a.result}`)}`), a.findings.length ? el("details", { open: a.result === "invalid" }, el("summary", {}, t("advisory.findings", { n: a.findings.length })),
    table([t("advisory.test"), t("advisory.finding"), t("advisory.where")], a.findings.map(f => [[code(f.test), el("p", { className: "note" }, t(`advisory.class.${f.class}`))], [el("bdi", {}, f.says), f.do ? el("p", { className: "note" }, f.do) : null], code(f.at)]))) : null,
    a.more ? el("p", { className: "note" }, t("coop.more", { n: a.more })) : null);
}

function whole(a, id) {
  const d = a.document.document ?? {}, names = products(a.document.product_tree), all = array(a.document.vulnerabilities);
  return [el("div", { className: "tools" }, badge(a), "worst" in a ? score(a.worst) : null), el("h2", { id, tabIndex: -1 }, el("bdi", {}, a.title || a.tracking_id)),
    facts([[t("advisory.id"), code(a.tracking_id)], [t("advisory.publisher"), el("bdi", {}, a.publisher)], [t("advisory.revision"), [code(a.revision), " ", words.word("advisory.status", a.status)]], [t("advisory.current"), day(a.current)]]),
    findings(a), ...notes(d.notes), ...all.slice(0, MOST).map(v => vulnerability(v, names)), all.length > MOST ? el("p", { className: "note" }, t("coop.more", { n: all.length - MOST })) : null,
    section(t("advisory.tree"), tree(a.document.product_tree)), array(d.references).length ? section(t("advisory.references"), el("ul", { className: "things" }, d.references.map(r => el("li", {}, el("bdi", {}, text(r?.summary)), " ", link(r?.url))))) : null].filter(Boolean);
}

const show = id => doing(async () => {
  open = await api.advisory({ ...who(), id });
  drawOne();
  at("what").focus();
});

function drawOne() {
  at("one").hidden = !open;
  at("one").replaceChildren(...open ? whole(open, "what") : []);
}

const take = () => doing(async () => {
  const taken = await api.advisoryTake(who(), read.file);
  read = null;
  at("file").value = "";
  await list();
  done("advisory.is-taken", { id: taken.id });
  at("list-title").focus();
});

function drawImported() {
  at("imported").hidden = !read;
  at("imported").replaceChildren(...read ? [...whole(read.look, "import-what"), el("div", { className: "tools" }, button("advisory.take", take, { id: "take", className: "strong" })), el("p", { className: "note" }, t("advisory.take.note"))] : []);
}

async function list() {
  got = await api.advisories({ ...who(), product: at("product").value.trim() });
  draw();
}

at("file").addEventListener("change", () => doing(async () => {
  const file = at("file").files[0];
  read = null;
  drawImported();
  if (!file)
    return;
  read = { file, look: await api.advisoryCheck(file) };
  drawImported();
  at("import-what").focus();
}));
at("filter").addEventListener("submit", e => {
  e.preventDefault();
  doing(async () => {
    if (!who().purpose)
      throw { reason: "purpose" };
    open = null;
    await list();
    at("list-title").focus();
  });
});
at("age").addEventListener("change", () => got && draw());
rememberOffice();
await page.start({ speak: draw });
await page.keepWatch();
