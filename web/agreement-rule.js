// The rule of an article as the text has it, without its wordings, with its parts told apart.

import { el } from "./dom.js";

const WORDS = ["agreement", "allow", "require", "recognise", "refer", "when", "unless", "except", "between", "with", "permission", "stay", "of", "by", "otherwise", "define", "words", "for", "parties", "party", "case", "given", "gives",
  "example", "because", "admit", "and", "or", "not", "is", "in", "any", "days", "day", "per", "visit", "reservation", "reciprocity", "bound", "fee", "limit", "category", "trust", "records", "in force", "from", "after", "notice", "optional"];
const TOKEN = new RegExp(`(?<c>#.*$)|(?<s>"(?:[^"\\\\]|\\\\.)*")|(?<n>\\b\\d{4}-\\d\\d-\\d\\d\\b|\\b\\d+(?:\\.\\d+)?\\b)|(?<k>\\b(?:${WORDS.join("|")})\\b)`, "g");

function line(text) {
  const out = [];
  let from = 0;
  for (const m of text.matchAll(TOKEN)) {
    out.push(text.slice(from, m.index), el("span", { className: Object.keys(m.groups).find(k => m.groups[k] !== undefined) }, m[0]));
    from = m.index + m[0].length;
  }
  return [...out, text.slice(from), "\n"];
}

/** Lines as a block of program text; the language of rules is English whatever the reader's is. */
export const block = lines => el("pre", { className: "rule", lang: "en", dir: "ltr" }, lines.map(line));

/** { rule, examples }: lines of the article that begins at line n (from 1) and ends before line end. */
export function parts(text, n, end) {
  const rule = [], examples = [];
  let wording = false, example = false;
  for (const l of text.slice(n, end - 1)) {
    if (/^ +(title|text|note) [a-z-]{2,8} "/.test(l)) {
      wording = true;
      continue;
    }
    if (wording && /^ +"/.test(l))
      continue;
    wording = false;
    if (/^ {2}\S/.test(l))
      example = /^ {2}example\b/.test(l);
    (example ? examples : rule).push(l);
  }
  const trim = list => list.join("\n").replace(/^\n+|\s+$/g, "").split("\n").filter((l, i, all) => all.length > 1 || l);
  return { rule: trim(rule), examples: trim(examples) };
}
