// How much of its time each list has used up: revocation lists of members and lists of licence authorities, against the day their next one is due.

import * as words from "./language.js";
import { bars, multiples } from "./chart.js";
import { el } from "./dom.js";

const { t } = words;

/** The list of a state that is worst off: of each of its issuers the one that is here. */
function revocation(members, now) {
  return members.flatMap(m => {
    const lists = m.anchors.filter(c => c.believed && c.use === "issuer" && c.crl?.this_update).map(c => row(m.state, words.state(m.state), c.crl.this_update, c.crl.next_update, now));
    return lists.sort((a, b) => (b.value ?? -1) - (a.value ?? -1)).slice(0, 1);
  });
}

/** value: percent of the time between this list and the next that has passed; null: it names no next one. */
function row(label, name, from, due, now) {
  const begin = Date.parse(from), end = due ? Date.parse(due) : NaN;
  const value = end > begin ? Math.max(0, 100 * (now - begin) / (end - begin)) : null;
  return { label, name, from, due, value, grade: value === null ? "none" : value > 100 ? "bad" : value > 80 ? "warn" : "good" };
}

function picture(title, rows) {
  const drawn = rows.filter(r => r.value !== null).sort((a, b) => b.value - a.value);
  const late = drawn.filter(r => r.value > 100).length;
  const says = `${title}. ${t("trust.ages.late", { late, of: drawn.length })}`;
  return { title: says, picture: drawn.length ? bars(drawn.map(r => ({ label: r.label, value: r.value, said: words.ago(r.from), grade: r.grade })), { most: Math.max(110, ...drawn.map(r => Math.min(r.value, 200))), limit: 100, said: says }) : el("p", {}, "–") };
}

/** Parts of the section; empty where no list is here. */
export function ages(trust) {
  const now = Date.parse(trust.at);
  const groups = [[t("trust.ages.crl"), revocation(trust.members, now)],
    [t("trust.ages.licences"), (trust.licence_lists ?? []).filter(l => l.date).map((l, i) => row(words.number(i + 1), l.provider, l.date, l.next_update, now))]].filter(([, rows]) => rows.length);
  if (!groups.length)
    return [];
  const said = (r, day) => [r.name, day(r.from), r.due ? day(r.due) : "–"];
  const numbers = { heads: [t("trust.ages.list"), t("trust.ages.whose"), t("trust.ages.from"), t("trust.ages.due")],
    rows: groups.flatMap(([title, rows]) => rows.map(r => [title, ...said(r, when => words.day(when.slice(0, 10)))])), plain: groups.flatMap(([title, rows]) => rows.map(r => [title, ...said(r, when => when)])) };
  return [el("p", { className: "note" }, t("trust.ages.note")), ...multiples(groups.map(([title, rows]) => picture(title, rows)), { name: "trust-ages", caption: t("trust.ages"), numbers })];
}
