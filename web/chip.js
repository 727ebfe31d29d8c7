// What the chip of a document is worth, step by step, in plain words; every grade has a sign beside its colour.

import * as words from "./language.js";
import { SIGN, code, el } from "./dom.js";

const { t } = words;

const GRADE = { genuine: "good", expired: "warn", forged: "bad", revoked: "bad", malformed: "bad" };
const OF_STEP = { holds: "good", fails: "bad", "not-done": "none" };
const OF_GROUP = { holds: "good", altered: "bad", "not-covered": "bad", "not-supplied": "none" };

let shownUrl = null; // of the portrait: let go with the next one

/** One step: sign, what it says in this outcome, and what stands behind it. */
function step(name, grade, ...more) {
  return el("li", { className: grade }, el("b", { className: "mark", "aria-hidden": "true" }, SIGN[grade]),
    el("div", {}, el("p", {}, t(`chip.${name}.${grade}`)), more));
}

/** Tried, well or not. */
const proved = outcome => outcome === "holds" || outcome === "fails";

const note = (...children) => el("p", { className: "note" }, ...children);

function groups(list) {
  const order = Object.entries(list).sort(([a], [b]) => a.slice(2) - b.slice(2));
  return el("ul", { className: "groups" }, order.map(([name, state]) => el("li", { className: OF_GROUP[state], title: t(`group.${state}`) },
    el("b", { "aria-hidden": "true" }, SIGN[OF_GROUP[state]]), " ", words.or(`group.${name}`, code(name.toUpperCase())),
    el("span", { className: "hidden" }, `: ${t(`group.${state}`)}`))));
}

/** Lets go of the picture that was shown. */
export function forget() {
  if (shownUrl)
    URL.revokeObjectURL(shownUrl);
  shownUrl = null;
}

const showable = c => c.portrait?.format === "jpeg" && c.data_groups.dg2 === "holds";

/** The bytes this page sent, cut where the node says that the signed picture lies. Only JPEG is shown, and by the browser. */
export function portrait(c, files) {
  const p = c.portrait, file = p && files?.[p.file];
  if (!file || !showable(c))
    return null;
  forget();
  shownUrl = URL.createObjectURL(new Blob([file.subarray(p.offset, p.offset + p.length)], { type: "image/jpeg" }));
  const image = el("img", { src: shownUrl, alt: t("portrait.alt") });
  const figure = el("figure", { className: "portrait" }, image,
    el("figcaption", {}, t(c.result === "genuine" || c.result === "expired" ? "portrait.proved" : "portrait.unproved")));
  image.addEventListener("error", () => figure.replaceChildren(note(t("portrait.unread"))));
  return figure;
}

function vouching(anchor, who) {
  if (!anchor)
    return null;
  const by = who?.length ? note(t("chip.vouched", { who: words.list(who.map(words.state)) })) : null;
  return [note(el("a", { href: `/trust.html#${anchor.sha256}`, target: "_blank", rel: "noopener" }, el("bdi", {}, anchor.common_name)),
    ` · ${words.state(anchor.country.toUpperCase())}`), by];
}

function steps(c, who) {
  const s = c.steps, signed = s.signature === "fails" || s.message_digest === "fails" ? "fails" : s.signature;
  return el("ol", { className: "steps" },
    step("groups", OF_STEP[s.data_groups], Object.keys(c.data_groups).length ? groups(c.data_groups) : null),
    step("signed", OF_STEP[signed], c.signer ? note(el("bdi", {}, c.signer.common_name), ` · ${words.state(c.signer.country.toUpperCase())}`,
      c.signed ? ` · ${t("chip.when", { at: words.moment(c.signed) })}` : "") : null),
    step("chain", c.result === "revoked" ? "bad" : c.steps.chain === "not-done" ? "warn" : OF_STEP[s.chain], vouching(c.anchor, who)),
    proved(s.chip_authentication) && s.active_authentication === "not-done" ? null : step("copy", OF_STEP[s.active_authentication]),
    proved(s.chip_authentication) ? step("key", OF_STEP[s.chip_authentication]) : null,
    c.differs.length ? step("lines", "bad", note(c.differs.map(d => words.word("differs", d)).join(" · "))) : null);
}

function weak(list) {
  if (!list.length)
    return null;
  return el("details", {}, el("summary", {}, t("chip.noticed", { n: list.length })), el("ul", { className: "noticed" }, list.map(f =>
    el("li", {}, el("span", { className: "badge" }, t(`severity.${f.severity}`)),
      words.or(`finding.${f.reason}`, el("bdi", { lang: "en" }, f.detail)), f.clause ? [" ", code(f.clause)] : null))));
}

/** Why no picture is shown although there is one. */
function unshown(c) {
  if (c.data_groups.dg2 === "altered")
    return note(t("portrait.altered"));
  return c.portrait && !showable(c) ? note(t("portrait.format")) : null;
}

/** c: schema Chip. vouchers(sha256): members, or null when that is not known. */
export function chip(c, vouchers) {
  const grade = GRADE[c.result] ?? "warn";
  const none = c.result === "malformed" || !Object.values(c.steps).some(s => s !== "not-done");
  return el("section", { className: `chip ${grade}`, "aria-labelledby": "chip-title" },
    el("h3", { id: "chip-title" }, t("kind.chip")),
    el("p", { className: "say" }, el("b", { className: "word" }, `${SIGN[grade]} ${words.word("result", c.result)}`), " ",
      t(`chip.say.${c.result}`)),
    words.has(`reason.${c.reason}`) && c.reason !== c.result ? note(t(`reason.${c.reason}`)) : null,
    unshown(c), none ? null : steps(c, c.anchor ? vouchers?.(c.anchor.sha256) : null),
    weak(c.findings));
}
