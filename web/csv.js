// Tables as files: CSV (RFC 4180) in UTF-8. Text that a spreadsheet would take for a formula gets ' before it.

import * as words from "./language.js";
import { el } from "./dom.js";

const { t } = words;
const FORMULA = /^[=+\-@\uFF1D\uFF0B\uFF0D\uFF20\t\r\n]/;

/** A number stays one; everything else is text. */
function cell(value) {
  if (typeof value === "number")
    return String(value);
  const s = String(value ?? ""), text = FORMULA.test(s) ? `'${s}` : s;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll("\"", "\"\"")}"` : text;
}

/** Some spreadsheets read UTF-8 only behind the mark, so it stands there unless the reader wants none. */
export const mark = () => words.setting("csv") === "plain" ? "" : "\uFEFF";

export const text = (heads, rows) => mark() + [heads, ...rows].map(r => r.map(cell).join(",") + "\r\n").join("");

const scalar = v => v === null || typeof v !== "object";

/** What the node answered as a table: a column for each thing that is said, "worst.high" for one in another; lists of words in one cell, of other lists how many. */
export function flat(list) {
  const rows = list.map(o => new Map(Object.entries(o).flatMap(([k, v]) => scalar(v) ? [[k, v]]
    : Array.isArray(v) ? [[k, v.every(scalar) ? v.join("; ") : v.length]] : Object.entries(v).map(([m, w]) => [`${k}.${m}`, scalar(w) ? w : Array.isArray(w) ? w.length : Object.keys(w).length]))));
  const heads = [...new Set(rows.flatMap(r => [...r.keys()]))];
  return list.length ? { heads, rows: rows.map(r => heads.map(h => r.get(h) ?? "")) } : null;
}

export function save(name, content, type = "text/csv;charset=utf-8") {
  const a = el("a", { href: URL.createObjectURL(new Blob([content], { type })), download: name });
  a.click();
  setTimeout(() => URL.revokeObjectURL(a.href), 10_000);
}

/** The table as a file of today. */
export function saveTable(name, { heads, rows }) {
  save(`${name}-${new Date().toISOString().slice(0, 10)}.csv`, text(heads, rows));
}

/** The button. table() gives { heads, rows } when it is pressed; null: nothing to save. */
export function tools(name, table) {
  const press = () => {
    const made = table();
    if (made)
      saveTable(name, made);
  };
  return el("button", { type: "button", className: "small no-print csv", onclick: press, "data-t": "csv.save" }, t("csv.save"));
}
