// What went wrong, in the reader's language.

import * as words from "./language.js";
import { el } from "./dom.js";

const { t } = words;
const KINDS = { 400: "request", 401: "denied", 403: "denied", 404: "gone", 409: "state", 410: "gone", 413: "request", 415: "request", 422: "request", 429: "often", 501: "off" };

/** For replaceChildren: the text NAME.REASON of the first of names that has one; else what kind of refusal it was, and behind it the node's own words, which are
 *  English. e: what api.js threw, or another error. */
export function problem(e, ...names) {
  const known = names.map(n => `${n}.${e.reason}`).find(words.has);
  if (known)
    return [t(known)];
  if (e.reason === "unreachable")
    return [t("sign.unreachable")];
  const said = [e.detail || (e.status === undefined ? e.message : ""), e.hint].filter(Boolean).join(" ");
  return [t(`problem.${e.status === undefined ? "here" : KINDS[e.status] ?? "node"}`), ...(said ? [" ", el("bdi", { lang: "en" }, said)] : [])];
}
