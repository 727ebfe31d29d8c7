// The receipt of a check for the traveller: made of the signed text behind "#" in the address, which goes to no server.

import * as page from "./page.js";
import * as words from "./language.js";
import { at, el } from "./dom.js";

const { t } = words;
const text = (() => {
  try {
    return decodeURIComponent(location.hash.slice(1));
  } catch {
    return "";
  }
})();
const value = key => text.split("\n").find(l => l.startsWith(`${key} `))?.slice(key.length + 1);

function draw() {
  const code = value("code"), admitted = value("verdict") === "admit" || /^officer admits$/m.test(text);
  if (!text.startsWith("serai receipt v1\n") || !code) {
    at("sheet").replaceChildren(el("p", {}, t("receipt.none")));
    return;
  }
  const time = value("time"), last = value("last day");
  const rows = [["receipt.member", words.state(value("member") ?? "")], ["receipt.time", time ? words.moment(time) : null], ["receipt.post", value("post")],
    ["receipt.article", value("article")], ["receipt.days", value("days left")], ["receipt.last", last ? words.day(last) : null], ["receipt.fee", value("fee")]];
  at("sheet").replaceChildren(
    el("h2", {}, t(admitted ? "receipt.admitted" : "receipt.referred")),
    el("dl", {}, rows.filter(([, v]) => v && v !== "-").map(([k, v]) => el("div", {}, el("dt", {}, t(k)), el("dd", {}, v)))),
    el("p", {}, t("receipt.complain")),
    el("p", { className: "code-large" }, el("a", { href: `/complaints.html#${code}` }, el("bdi", { dir: "ltr" }, code))),
    el("p", { className: "small-print" }, t("receipt.small")));
}

at("print").addEventListener("click", () => print());
await page.start({ speak: draw });
await page.keepWatch();
