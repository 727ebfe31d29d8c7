// What the pages on slots and waiting share: names of posts, times of the clock at the post, troubles.

import * as words from "./language.js";
import { el } from "./dom.js";
import { problem } from "./problem.js";

const { t } = words;

export const KINDS = ["passport", "identity-card", "residence-permit", "travel-document", "seafarer"];

export const postName = p => p.names[words.current()] ?? p.names.en ?? p.post;
export const gateName = (p, g) => t("slot.gate", { post: postName(p), direction: t(`slot.direction.${g.direction}`), class: t(`slot.class.${g.class}`) });

/** "2027-03-16T10:00+03:30" -> 10:00, and its day. */
export const hour = local => words.clock(local.slice(11, 16));
export const dayOf = local => words.day(local.slice(0, 10));

/** A moment on the clock of a post. */
export function atPost(text, offset) {
  const shown = new Date(Date.parse(text) + offset * 60_000).toISOString();
  return { day: shown.slice(0, 10), hour: words.clock(shown.slice(11, 16)) };
}

/** Minutes as people say them. */
export function minutes(n) {
  return n < 60 ? t("waiting.minutes", { n }) : t("waiting.hours", { h: Math.floor(n / 60), m: n % 60 });
}

export const trouble = e => problem(e, "slot.trouble");

export function kinds(select) {
  const kept = select.value || KINDS[0];
  select.replaceChildren(...KINDS.map(k => el("option", { value: k }, t(`slot.kind.${k}`))));
  select.value = kept;
}

/** All gates of all posts as choices; those without slots only where they are wanted. */
export function places(select, posts, all) {
  const kept = select.value;
  select.replaceChildren(...posts.map(p => {
    const gates = p.gates.filter(g => all || g.places > 0);
    return gates.length ? el("optgroup", { label: postName(p) }, gates.map(g => el("option", { value: g.place }, gateName(p, g)))) : null;
  }).filter(Boolean));
  if (kept)
    select.value = kept;
  if (select.selectedIndex < 0)
    select.selectedIndex = 0;
}
