// Where a day begins: what waits in each service, as counts that lead to it. Nothing personal is asked for.

import * as api from "./api.js";
import * as live from "./live.js";
import * as page from "./page.js";
import * as words from "./language.js";
import { at, el, SIGN, empty } from "./dom.js";

const { t } = words;
const AGAIN = 60_000;
const WEEK = "168"; // hours

/** The person of the Cyber desk, where the tab knows it: an inbox is somebody's. */
const person = () => sessionStorage.getItem("serai.officer");
const counted = (list, late = () => false, more = false) => ({ n: list.length, late: list.filter(late).length, more: Boolean(more) });
const sum = counts => Object.values(counts).reduce((a, b) => a + b, 0);

/** What can wait: the service, its words, where it is done, how it is counted ({ n, late, more }; null: not for this reader). told: a figure, nothing waits. */
const WAITS = [
  { service: "border", what: "manifests", to: "/manifest.html", count: async () => { const { manifests, before } = await api.manifests(); return counted(manifests.filter(m => m.state !== "erased"), undefined, before); } },
  { service: "border", what: "posts", to: "/waiting.html", told: true, count: async () => counted((await api.posts()).posts) },
  { service: "roadside", what: "offences", to: "/roadside.html", count: async () => { const { offences, next } = await api.offences({ most: "100" }); return counted(offences.filter(o => o.waits), o => o.state === "late", next); } },
  { service: "travel", what: "applications", to: "/desk.html", count: async () => { const { applications, next } = await api.applications("to decide"); return counted(applications, undefined, next); } },
  { service: "travel", what: "consultations", to: "/desk.html#consultations", count: async () => { const { consultations, next } = await api.consultations(); return counted(consultations.filter(c => c.open), c => c.overdue, next); } },
  { service: "travel", what: "complaints", to: "/complaint-office.html", count: async () => { const { complaints, next } = await api.complaints(`within=${WEEK}`); return counted(complaints, c => c.late, next); } },
  { service: "notices", what: "review", to: "/notices.html?which=review", count: async () => { const { notices, more } = await api.notices("review"); return counted(notices, n => n.lapsed, more); } },
  { service: "notices", what: "drafts", to: "/notices.html", count: async () => counted((await api.noticeDrafts()).drafts) },
  { service: "notices", what: "hits", to: "/hits.html?state=open", count: async () => { const { hits, next } = await api.hits("list", { state: "open" }); return counted(hits, h => h.late, next); } },
  { service: "cyber", what: "alerts", to: "/cyber-inbox.html", count: async () => person() ? counted((await api.cyberAlerts({ officer: person(), state: "new" })).alerts) : null },
  { service: "cyber", what: "inbox", to: "/cyber-inbox.html", count: async () => person() ? { n: sum((await api.cyberInbox({ officer: person() })).counts), late: 0 } : null },
  { service: "cyber", what: "rules", to: "/cyber-release.html", count: async () => counted((await api.cyberRules()).rules.filter(r => r.state === "waiting" || r.review_due), r => r.review_due) },
  { service: "cyber", what: "requests", to: "/cyber-capabilities.html", count: async () => counted((await api.capabilities({ state: "open" })).requests.filter(r => r.state === "open" && r.member !== page.self?.member)) },
  { service: "trust", what: "trust", to: "/trust.html", count: async () => counted((await api.trust()).members.filter(m => m.missing?.length)) },
  { service: "trust", what: "parts", to: "/trust.html", count: async () => { const r = await api.ready(); return counted(["store", "anchors", "agreement", "signing", "federation"].filter(p => r[p]?.ready === false), () => true); } },
];

/** How something begins where nothing waits: the command that says more. */
const HOW = { border: "serai manifest --help", roadside: "serai licence --help", travel: "serai permission --help", notices: "serai notice --help", cyber: "serai cyber --help", trust: "serai doctor --help" };

let found = new Map(); // WAITS -> count, or null

function wait(w) {
  const c = found.get(w);
  return el("li", {}, el("a", { href: w.to, className: c?.late ? "late" : c?.n && !w.told ? "some" : "" }, el("span", {}, t(`start.${w.what}`),
    c?.late ? el("span", { className: "state bad" }, ` ${SIGN.warn} ${t("start.late", { n: c.late })}`) : null),
    el("b", {}, c ? `${words.number(c.n)}${c.more ? "+" : ""}` : "–")));
}

function service(s) {
  const rooms = page.rooms.filter(r => r.service === s.name && !r.inner), waits = WAITS.filter(w => w.service === s.name && found.has(w));
  const idle = waits.length && waits.every(w => w.told || found.get(w)?.n === 0);
  return el("section", { className: "leg", "aria-labelledby": `start-${s.name}` },
    el("h2", { id: `start-${s.name}` }, el("a", { href: rooms[0].path }, t(`service.${s.name}`))),
    waits.length ? el("ul", { className: "waits" }, waits.map(wait)) : s.name === "traveller"
      ? el("ul", { className: "waits" }, rooms.map(r => el("li", {}, el("a", { href: r.path }, t(r.title))))) : null,
    idle ? empty(t("start.none"), HOW[s.name]) : null,
    s.name === "cyber" && !person() ? el("p", { className: "note" }, t("start.who"), " ", el("a", { href: "/cyber-inbox.html" }, t("inbox.title"))) : null);
}

function draw() {
  const had = document.activeElement?.getAttribute("href");
  at("starts").replaceChildren(...page.services.filter(s => page.rooms.some(r => r.service === s.name && page.opens(r))).map(service));
  if (had)
    at("starts").querySelector(`a[href="${CSS.escape(had)}"]`)?.focus();
}

/** What this reader may not ask is left out; what was not answered now stands as unknown. */
async function load() {
  const got = await Promise.all(WAITS.map(w => w.count().then(c => c && [w, c], e => e.status === 401 || e.status === 403 || e.status === 404 ? null : [w, null])));
  found = new Map(got.filter(Boolean));
  draw();
}

await page.start({ speak: draw, met: load, back: load });
await load();
setInterval(() => document.hidden || load(), AGAIN);
live.follow(["roadside", "desk", "complaints", "manifests", "notices", "hits", "cyber", "cooperation", "trust", "slots"], load);
await page.keepWatch();
