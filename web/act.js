// Acts that can still be undone, and work that takes its time and can be stopped: a bar at the foot of the page.

import * as api from "./api.js";
import * as words from "./language.js";
import { el } from "./dom.js";

const { t } = words;
const UNDO = 8000;
const SOON = 1000; // what is done before that needs no bar

let waiting = null; // the act that is not sent yet

const bar = (...content) => {
  const made = el("div", { className: "act", role: "group" }, ...content);
  document.querySelector("main").append(made);
  return made;
};
const tell = text => {
  const say = document.getElementById("say");
  if (say)
    say.textContent = text;
};

/** Does act() eight seconds from now, at once when the page is left or another act follows; undone, restore() is called instead and nothing was sent. */
export function later(what, act, restore) {
  waiting?.send();
  return new Promise((resolve, reject) => {
    const ends = () => {
      clearTimeout(timer);
      if (made.contains(document.activeElement))
        document.querySelector("main").focus();
      made.remove();
      waiting = null;
    };
    const undo = () => {
      ends();
      restore();
      tell(t("act.undone"));
      resolve(false);
    };
    const send = () => {
      ends();
      Promise.resolve().then(act).then(() => resolve(true), e => { restore(); reject(e); });
    };
    const timer = setTimeout(send, UNDO);
    const made = bar(el("span", {}, what), el("button", { type: "button", id: "undo", onclick: undo }, t("act.undo")));
    waiting = { send, undo };
    tell(`${what} ${t("act.undo.how")}`);
  });
}

addEventListener("pagehide", () => waiting?.send());
document.addEventListener("keydown", e => {
  if (waiting && e.ctrlKey && !e.shiftKey && e.code === "KeyZ" && !e.target.closest?.("input, textarea, select")) {
    e.preventDefault();
    waiting.undo();
  }
});

/** work(step, signal): what takes longer than a second shows how far it is, step(done, all), and can be stopped. What was sent before may have been done. */
export async function during(what, work) {
  const stop = new AbortController();
  const far = el("progress", { "aria-label": what });
  let made = null;
  const timer = setTimeout(() => {
    made = bar(el("span", {}, what), far, el("button", { type: "button", id: "stop", onclick: () => stop.abort() }, t("act.stop")));
  }, SOON);
  const release = api.stoppedBy(stop.signal);
  try {
    return await work((done, all) => { far.max = all; far.value = done; }, stop.signal);
  } catch (e) {
    if (stop.signal.aborted)
      Object.assign(e, { reason: "stopped", detail: t("act.stopped") });
    throw e;
  } finally {
    release();
    clearTimeout(timer);
    made?.remove();
  }
}
