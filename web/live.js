// Changes as they happen: the node says that something changed, never what; the page then asks its own endpoint.
// One tab of a browser holds the stream and tells the others. Where a stream cannot be had, the page asks now and then, as it does anyway.

const PAUSE = 1000;  // ms: a page asks no more often than this, however much changes
const LATER = 30_000; // ms, about: until a refused stream is tried again
const channel = "BroadcastChannel" in self ? new BroadcastChannel("serai.live") : null;

let followed = new Map(); // topic -> functions to call
let source = null;
let trying = null;
let lead = null;          // gives the leadership, or the wish for it, back
let leads = false;

const due = new Map();    // function -> timer; 0: it changed while the page was hidden
const asked = new Map();  // function -> when it was called last

function call(fn) {
  due.delete(fn);
  asked.set(fn, Date.now());
  Promise.resolve(fn()).catch(() => {}); // what a page cannot fetch it says itself
}

function later(fn) {
  if (due.get(fn))
    return;
  if (document.hidden)
    due.set(fn, 0);
  else
    due.set(fn, setTimeout(() => document.hidden ? due.set(fn, 0) : call(fn), Math.max(0, (asked.get(fn) ?? 0) + PAUSE - Date.now())));
}

function heard(topic) {
  for (const [t, fns] of followed)
    if (topic === "again" || topic === t)
      fns.forEach(later);
}

/** The tab that leads follows all topics: it does not know what the others show. */
const TOPICS = ["lane", "roadside", "desk", "complaints", "manifests", "notices", "hits", "cyber", "cooperation", "federation", "trust", "slots"];

function open() {
  if (source || !leads)
    return;
  source = new EventSource("/v1/events");
  for (const topic of [...TOPICS, "again"])
    source.addEventListener(topic, () => {
      heard(topic);
      channel?.postMessage(topic);
    });
  source.addEventListener("open", () => heard("line"));
  source.addEventListener("error", () => {
    heard("line");
    if (source?.readyState !== EventSource.CLOSED)
      return; // the browser tries again by itself
    source = null;
    clearTimeout(trying);
    trying = setTimeout(() => { open(); heard("again"); channel?.postMessage("again"); }, LATER * (0.5 + Math.random()));
  });
}

function close() {
  clearTimeout(trying);
  source?.close();
  source = null;
  leads = false;
  lead?.();
  lead = null;
}

/** Leads as soon as no other tab does, or at once where tabs cannot agree. */
function stand() {
  if (lead || document.hidden || !followed.size || !("EventSource" in self))
    return;
  if (!channel || !navigator.locks) {
    lead = () => {};
    leads = true;
    open();
    return;
  }
  const giveUp = new AbortController();
  lead = () => giveUp.abort();
  navigator.locks.request("serai.live", { signal: giveUp.signal }, () => new Promise(done => {
    if (giveUp.signal.aborted)
      return done();
    lead = done;
    leads = true;
    open();
  })).catch(() => {});
}

channel?.addEventListener("message", e => heard(e.data));
document.addEventListener("visibilitychange", () => {
  if (document.hidden)
    return close();
  stand();
  heard("again"); // what changed while nobody looked
});
addEventListener("pagehide", close);
addEventListener("pageshow", e => e.persisted && stand());

/** "line": the stream was lost, or is there. */
/** Calls load soon after something of these topics changed, while the page is seen. */
export function follow(topics, load) {
  for (const topic of topics)
    followed.set(topic, [...followed.get(topic) ?? [], load]);
  stand();
}

/** Whether somebody is at work there with the keyboard: a list is not drawn anew beneath them. */
export const busy = (...boxes) => boxes.some(b => b?.contains(document.activeElement));
