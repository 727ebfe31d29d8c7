// One certificate: a line of what it is worth; everything else when it is asked for.

import * as words from "./language.js";
import { SIGN, code, el } from "./dom.js";

const { t } = words;
const SOON = 90; // days

const GRADE = { vouched: "good", "own-decision": "good", certified: "good", waiting: "warn", proposed: "warn", withdrawn: "bad" };

/** Whether anything that names it holds the words searched. */
export const matches = (c, wanted) =>
  [c.state, c.name, c.words, c.common_name, c.subject, c.sha256].some(s => s && s.toLocaleLowerCase().includes(wanted));

const fingerprint = hex => code(hex.match(/.{1,4}/g).join(" "));

/** What members and this node vouch for it as. */
function purposes(c) {
  const list = c.purposes ?? [];
  return list.length ? list.map(p => words.or(`for.${p}`, p)).join(", ") : t("for.issuer");
}

/** Each who vouched; a voucher whose key no longer counts is shown as such, and so is one who took it back. */
function vouchers(c, keys) {
  if (!c.vouchers.length)
    return null;
  return el("ul", { className: "vouchers" }, c.vouchers.map(v => {
    const lost = ["compromised", "forked"].includes(keys.get(v.member));
    const grade = v.counts ? "good" : lost ? "bad" : "none";
    const why = v.counts ? t("voucher.counts") : v.withdrawn ? t("voucher.withdrawn") : lost ? t(`voucher.${keys.get(v.member)}`) : t("voucher.uncounted");
    return el("li", { className: grade }, el("b", { "aria-hidden": "true" }, SIGN[grade]), ` ${words.state(v.member)} `,
      el("span", { className: "note" }, `${why} · ${v.purpose && c.vouchers.some(o => o.purpose !== v.purpose) ? `${words.or(`for.${v.purpose}`, v.purpose)} · ` : ""}${words.ago(v.at)}`));
  }));
}

function period(c) {
  const n = c.expires_in_days;
  if (n < 0)
    return t("cert.ended", { at: words.day(c.not_after.slice(0, 10)) });
  return n <= SOON ? t("cert.soon", { n }) : t("cert.until", { at: words.day(c.not_after.slice(0, 10)) });
}

function row(key, ...value) {
  return el("div", {}, el("dt", {}, t(key)), el("dd", {}, value));
}

function explanation(c, keys) {
  return [
    el("p", {}, t(words.has(`why.${c.why}`) ? `why.${c.why}` : "why.none", { k: c.vouchers.filter(v => v.counts).length, n: c.needed })),
    vouchers(c, keys),
    el("dl", { className: "facts-of" },
      row("cert.subject", el("bdi", {}, c.subject)),
      row("cert.use", t(`use.${c.use}`)),
      row("cert.for", purposes(c)),
      c.types?.length ? row("cert.types", c.types.flatMap((type, i) => [i ? ", " : "", code(type)])) : null,
      row("cert.key", code(c.key)),
      row("cert.period", words.day(c.not_before.slice(0, 10)), " – ", words.day(c.not_after.slice(0, 10))),
      c.use === "issuer" ? row("cert.crl", c.crl ? t(c.crl.current ? "crl.current" : "crl.old", { at: words.moment(c.crl.this_update) }) : t("crl.none")) : null,
      c.origins.length ? row("cert.origins", el("ul", {}, c.origins.map(o => el("li", {}, o.member ? `${words.state(o.member)} · ` : "", el("bdi", {}, o.source), o.list ? [" · ", el("bdi", {}, o.list.provider), `, ${words.day(o.list.date.slice(0, 10))}`] : null, o.at ? ` · ${words.ago(o.at)}` : "")))) : null,
      row("cert.fingerprint", el("code", { className: "digest" }, fingerprint(c.sha256)))),
    c.findings?.length ? el("ul", { className: "noticed" }, c.findings.map(f => el("li", {}, el("span", { className: "badge" }, t(`severity.${f.severity ?? "note"}`)),
      words.or(`finding.${f.reason}`, el("bdi", { lang: "en" }, f.detail || f.reason)), f.clause ? [" ", code(f.clause)] : null))) : null,
  ].filter(Boolean);
}

/** keys: standing of each member's key. needed: how many must vouch, where the certificate does not say. */
export function certificate(c, keys, needed) {
  const grade = c.believed ? (c.expires_in_days <= SOON ? "warn" : "good") : GRADE[c.why] === "good" ? "none" : GRADE[c.why] ?? "none";
  const counting = c.vouchers.filter(v => v.counts).length;
  const box = el("div", { className: "explained" });
  const d = el("details", { className: grade },
    el("summary", {}, el("b", { className: "mark", "aria-hidden": "true" }, SIGN[grade]),
      el("span", { className: "name" }, el("bdi", {}, c.common_name || c.subject)),
      el("span", { className: "note" }, words.has(`short.${c.why}`) ? t(`short.${c.why}`, { k: counting, n: c.needed ?? needed }) : c.why, " · ", period(c), " · ", code(c.key))),
    box);
  d.addEventListener("toggle", () => {
    if (d.open && !box.childNodes.length)
      box.append(...explanation(c, keys));
  });
  return el("li", { id: `c-${c.sha256}` }, d);
}
