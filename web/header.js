// The header of every page: where I am, the services and the pages of this one, who is there, language, settings, keys.

import * as words from "./language.js";
import { at, el } from "./dom.js";

const { t } = words;
const FIELDS = "input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable]";
const SETTLED = 150; // ms: a scanner that types goes on sooner than that, a person does not

const word = (key, props = {}) => el("span", { "data-t": key, ...props }, t(key));
const link = (path, title, here) => el("a", { href: path, "data-t": title, ...(here && { "aria-current": "page" }) }, t(title));

/** A button that unfolds a panel beneath it: arrows go through what is in it, Escape and a click elsewhere fold it. */
function unfolds(button, panel) {
  const inside = () => [...panel.querySelectorAll("a, button, select")].filter(e => !e.closest("[hidden]:not(.panel)"));
  const show = open => {
    panel.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
  };
  const step = (list, by) => list[(list.indexOf(document.activeElement) + by + list.length) % list.length]?.focus();
  const box = button.parentElement;
  show(false);
  button.addEventListener("click", () => show(panel.hidden));
  document.addEventListener("click", e => box.contains(e.target) || show(false));
  box.addEventListener("focusout", e => e.relatedTarget && !box.contains(e.relatedTarget) && show(false));
  box.addEventListener("keydown", e => {
    if (e.key === "Escape" && !panel.hidden) {
      show(false);
      button.focus();
    } else if (e.target.tagName !== "SELECT" && ["ArrowDown", "ArrowUp", "Home", "End"].includes(e.key)) {
      show(true);
      const list = inside();
      if (e.key === "Home" || e.key === "End")
        list.at(e.key === "Home" ? 0 : -1)?.focus();
      else if (document.activeElement === button)
        list.at(e.key === "ArrowDown" ? 0 : -1)?.focus();
      else
        step(list, e.key === "ArrowDown" ? 1 : -1);
    } else
      return;
    e.preventDefault();
    e.stopPropagation();
  });
}

function setting(name, label, options, changed) {
  const box = el("select", { id: `set-${name}`, onchange: () => { words.set(name, box.value); changed(); } },
    options.map(([value, key]) => el("option", { value, ...(key.startsWith("page.") && { "data-t": key }) }, t(key))));
  box.value = words.setting(name);
  return el("label", {}, word(label), box);
}

let drawn = []; // services with all their pages

/** Draws it. services and rooms: the tables of page.js; changed(): a setting has changed, draw the page again. */
export function draw(services, rooms, changed) {
  const here = rooms.find(r => r.path === location.pathname);
  const mine = rooms.filter(r => r.service === here?.service && (!r.inner || r === here));
  const menu = services.map(s => ({ ...s, first: rooms.find(r => r.service === s.name) })).filter(s => s.first);
  drawn = menu.map(s => ({ name: s, all: rooms.filter(r => r.service === s.name) }));
  const top = document.querySelector(".top"), main = document.querySelector("main");
  main.id ||= "main";
  if (main.tabIndex < 0)
    main.setAttribute("tabindex", "-1"); // a place to skip to
  const open = el("button", { type: "button", id: "services-open", className: "quiet", "aria-controls": "services" },
    word(here ? `service.${here.service}` : "page.menu"), here && mine.length ? word(here.title, { className: "here" }) : null, el("span", { "aria-hidden": "true", className: "fold" }));
  const list = el("ul", { id: "services", className: "panel" }, menu.map(s => el("li", { "data-service": s.name },
    el("a", { href: s.first.path, ...(s.name === here?.service && { "aria-current": "true" }) }, word(`service.${s.name}`), el("kbd", { "aria-hidden": "true" }, `g ${s.key}`)),
    s.name === here?.service ? el("ul", { className: "inner" }, mine.map(r => el("li", {}, link(r.path, r.title, r === here)))) : null)));
  const settings = el("button", { type: "button", id: "settings-open", className: "quiet", "aria-controls": "settings" },
    el("span", { "aria-hidden": "true" }, "⚙"), word("page.settings", { className: "hidden" }));
  const panel = el("div", { id: "settings", className: "panel" },
    setting("digits", "page.digits", [["", "page.own"], ["latn", "0123456789"], ["arab", "٠١٢٣٤٥٦٧٨٩"], ["arabext", "۰۱۲۳۴۵۶۷۸۹"]], changed),
    setting("days", "page.days", [["", "page.own"], ["gregory", "page.days.gregory"], ["persian", "page.days.persian"], ["both", "page.days.both"]], changed),
    setting("csv", "page.csv", [["", "page.csv.sheet"], ["plain", "page.csv.plain"]], changed),
    el("button", { type: "button", id: "keys-open", onclick: showKeys }, word("page.keys"), " ", el("kbd", { "aria-hidden": "true" }, "?")));
  top.replaceChildren(...top.querySelectorAll("h1"),
    el("a", { href: `#${main.id}`, className: "skip", "data-t": "page.skip", onclick: e => { e.preventDefault(); main.focus(); } }, t("page.skip")), // the address names things of the page
    el("a", { href: "/start.html", className: "to-start", title: "Serai" }, el("img", { src: "/mark.svg", alt: "", width: 32, height: 32 }), word("start.title", { className: "hidden" })),
    el("nav", { className: "services", "aria-labelledby": "services-name" }, word("page.menu", { id: "services-name", className: "hidden" }), open, list),
    el("nav", { className: "pages", "aria-labelledby": "pages-name" }, word("page.pages", { id: "pages-name", className: "hidden" }), mine.map(r => link(r.path, r.title, r === here))),
    el("div", { className: "ends" }, el("div", { className: "station" }, el("p", { className: "node" }, el("bdi", { id: "node-name" })),
    el("p", { className: "link", id: "link", "data-state": "unknown" }, el("span", { className: "dot", "aria-hidden": "true" }), " ", el("span", { id: "link-text", "aria-live": "polite" }))),
    el("div", { className: "settings", id: "signed-in" }),
    el("label", { className: "language" }, word("page.language", { className: "hidden" }), el("select", { id: "language" })),
    el("div", { className: "settings" }, settings, panel)));
  unfolds(open, list);
  unfolds(settings, panel);
  listen(menu);
}

/** Leaves out what is not open to who is here; opens says it of a service or a page. */
export function allow(opens) {
  for (const { name, all } of drawn) {
    const open = all.filter(opens), item = document.querySelector(`#services > li[data-service="${name.name}"]`);
    const shut = !open.length;
    item.hidden = shut;
    if (!shut)
      item.querySelector(":scope > a").href = open.find(r => !r.inner)?.path ?? open[0].path;
  }
  for (const a of document.querySelectorAll(".pages a, #services .inner a")) {
    const one = drawn.flatMap(d => d.all).find(r => r.path === a.getAttribute("href"));
    (a.closest(".inner li") ?? a).hidden = one ? !opens(one) : false;
  }
}

let door = { required: false, out: null };

/** Who signed in, with a way out; null: nobody, with a way in where one is required. What is given once is kept. */
export function who(signed, given = door) {
  door = given;
  const box = at("signed-in");
  if (!signed)
    return void box.replaceChildren(door.required ? el("a", { href: "/signin.html" }, t("sign.in")) : "");
  const open = el("button", { type: "button", id: "who-open", className: "quiet", "aria-controls": "who-panel" }, el("bdi", {}, signed.name));
  const panel = el("div", { id: "who-panel", className: "panel" },
    el("p", {}, el("bdi", { dir: "ltr" }, signed.id)),
    el("p", { className: "note" }, signed.roles.map(r => t(`sign.role.${r}`)).join(" · ")),
    el("p", { className: "note" }, t("sign.until", { moment: words.moment(signed.ends) })),
    el("p", {}, el("a", { href: "/account.html" }, t("account.title"))),
    el("button", { type: "button", id: "sign-out", onclick: door.out }, t("sign.out")));
  box.replaceChildren(open, panel);
  unfolds(open, panel);
}

// ---- keys ----

let pageKeys = () => []; // [["F2", "camera.open"], …] of the page
let going = null;        // the time of a g, or the timer of a letter after it

/** keys(): what the page's own keys do, as pairs of a key and the name of its words. */
export const tell = keys => { pageKeys = keys; };

function showKeys() {
  const row = (keys, what) => el("div", {}, el("dt", {}, keys.map(k => el("kbd", {}, k))), el("dd", {}, what));
  const own = pageKeys().map(([key, what]) => row(key.split("+"), t(what)));
  const close = () => box.close();
  const box = el("dialog", { id: "keys-dialog", "aria-labelledby": "keys-title", onclose: () => box.remove(), onkeydown: e => e.stopPropagation() },
    el("h2", { id: "keys-title" }, t("page.keys")), own.length ? el("dl", { className: "shortcuts" }, own) : null,
    el("h3", {}, t("page.keys.everywhere")),
    el("dl", { className: "shortcuts" }, row(["?"], t("page.keys")), row(["g", "s"], t("start.title")),
      [...document.querySelectorAll("#services > li:not([hidden]) > a")].map(a => row(a.querySelector("kbd").textContent.split(" "), a.querySelector("span").textContent))),
    el("div", { className: "tools" }, el("button", { type: "button", className: "strong", autofocus: true, onclick: close }, t("page.close"))));
  document.body.append(box);
  box.showModal();
}

function listen(menu) {
  const places = new Map([["s", ".to-start"], ...menu.map(s => [s.key, `#services > li[data-service="${s.name}"]:not([hidden]) > a`])]);
  document.addEventListener("keydown", e => {
    const waited = going;
    going = null;
    clearTimeout(waited?.timer);
    if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || e.target.closest?.(FIELDS) || document.querySelector("dialog[open]"))
      return;
    const key = /^[a-z]$/.test(e.key) ? e.key : e.shiftKey ? "" : /^Key([A-Z])$/.exec(e.code)?.[1].toLowerCase(); // by place where the keyboard writes another script
    if (e.key === "?" || e.key === "؟") {
      e.preventDefault();
      showKeys();
    } else if (waited?.g && places.has(key)) {
      e.preventDefault();
      going = { timer: setTimeout(() => document.querySelector(places.get(key))?.click(), SETTLED) };
    } else if (key === "g" && !e.repeat)
      going = { g: true, timer: setTimeout(() => { going = null; }, 2000) };
  });
}
