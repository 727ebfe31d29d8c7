// The officer at the barrier: what a slot says, and counts. Every answer but "good" is left to the officer.

import * as page from "./page.js";
import * as words from "./language.js";
import * as api from "./api.js";
import { at, el, code, SIGN } from "./dom.js";
import { dayOf, gateName, hour, kinds, places, trouble } from "./slot-words.js";

const { t } = words;

let posts = [];
let said = null;

function gateOf(place) {
  for (const p of posts)
    for (const g of p.gates)
      if (g.place === place)
        return gateName(p, g);
  return place;
}

function row(name, value) {
  return el("div", {}, el("dt", {}, name), el("dd", {}, value));
}

function drawAnswer() {
  at("answer").hidden = !said;
  if (!said)
    return;
  const good = said.answer === "good", may = ["early", "late"].includes(said.answer) && !said.used;
  at("answer").replaceChildren(
    el("h2", { id: "answer-title", tabIndex: -1, className: `said-large ${good ? "good" : "warn"}` },
      el("span", { className: "mark", "aria-hidden": "true" }, good ? SIGN.good : SIGN.warn), t(`barrier.answer.${said.answer}`)),
    el("p", {}, said.used ? t("barrier.used") : good ? t("barrier.looked") : t("barrier.officer")),
    ...(said.place ? [el("dl", { className: "facts-of" },
      row(t("slot.place"), gateOf(said.place)),
      row(t("slot.when"), el("span", {}, dayOf(said.local), " ", code(hour(said.local)))),
      row(t("slot.persons"), words.number(said.persons)))] : []),
    ...(may ? [el("form", { id: "take", onsubmit: e => { e.preventDefault(); ask(true, at("office").value.trim()); } },
      el("div", { className: "fields" }, el("label", {}, el("span", {}, t("barrier.office")), el("input", { id: "office", dir: "ltr", maxLength: 64 })),
        el("div", {}, el("button", { type: "submit" }, t("barrier.take")))))] : []));
}

function draw() {
  kinds(at("kind"));
  places(at("place"), posts, true);
  drawAnswer();
}

async function ask(use, office) {
  const request = { token: at("token").value.trim(), place: at("place").value, state: at("state").value.trim(), kind: at("kind").value,
    number: at("number").value.trim(), ...(at("plate").value.trim() && { plate: at("plate").value.trim() }), use, ...(office && { office }) };
  at("trouble").textContent = "";
  said = null;
  if (!request.token || !request.state || !request.number) {
    at("trouble").textContent = t("slot.trouble.missing");
  } else {
    try {
      said = await api.slotCheck(request);
    } catch (e) {
      at("trouble").replaceChildren(...trouble(e));
    }
  }
  drawAnswer();
  if (said)
    at("answer-title").focus();
}

at("check").addEventListener("submit", e => {
  e.preventDefault();
  ask(true);
});
at("look").addEventListener("click", () => ask(false));

at("count").addEventListener("submit", async e => {
  e.preventDefault();
  const number = name => (/^[0-9]+$/.test(at(name).value) ? Number(at(name).value) : 0);
  const request = { place: at("place").value, arrived: number("arrived"), gone: number("gone"), ...(at("queue").value && { queue: number("queue") }) };
  try {
    await api.waitingCount(request);
    at("counted").textContent = t("barrier.counted", { arrived: request.arrived, gone: request.gone });
    at("arrived").value = at("gone").value = "0";
    at("queue").value = "";
  } catch (x) {
    at("counted").replaceChildren(...trouble(x));
  }
});

try {
  posts = (await api.posts()).posts;
} catch (e) {
  at("trouble").replaceChildren(...trouble(e));
}
await page.start({ speak: draw });
await page.keepWatch();
