// Words of the page, and how its language writes dates, numbers and states.

const FALLBACK = "en";
const RTL = new Set(["ar", "fa", "prs", "ps", "ur"]);
const LOCALE = { prs: "fa-AF" }; // what the browser calls it where it does not know the language's own tag
const STORE = "serai.language";

let tag = FALLBACK;
let catalogue = {};
let english = {};

const fetchCatalogue = async t => (await fetch(`/i18n/${t}.json`)).json();

/** The reader's choice, else the first of the browser's that the node offers, else the node's first. */
export function preferred(offered) {
  const own = l => Object.keys(LOCALE).find(k => LOCALE[k] === l && offered.includes(k)) ?? l.split("-")[0];
  const wanted = [localStorage.getItem(STORE), ...navigator.languages.map(own)];
  return wanted.find(l => offered.includes(l)) ?? offered[0] ?? FALLBACK;
}

export async function use(language, remember = false) {
  english = Object.keys(english).length ? english : await fetchCatalogue(FALLBACK);
  try {
    catalogue = language === FALLBACK ? english : await fetchCatalogue(language);
    tag = language;
  } catch {
    return; // the words of before stay
  }
  if (remember)
    localStorage.setItem(STORE, language);
  document.documentElement.lang = tag;
  document.documentElement.dir = RTL.has(tag) ? "rtl" : "ltr";
  for (const e of document.querySelectorAll("[data-t]"))
    e.textContent = t(e.dataset.t);
  document.title = `${t(document.documentElement.dataset.title)} · Serai`;
}

export const current = () => tag;

/** What the reader chose in the header: digits latn, arab or arabext; days gregory, persian or both; csv plain; empty: as the language has it, a
 * table with the mark that spreadsheets want. */
const SETTINGS = { digits: ["latn", "arab", "arabext"], days: ["gregory", "persian", "both"], csv: ["plain"] };
const chosen = Object.fromEntries(Object.entries(SETTINGS).map(([name, may]) => [name, may.find(v => v === localStorage.getItem(`serai.${name}`)) ?? ""]));

export const setting = name => chosen[name];

export function set(name, value) {
  chosen[name] = value;
  value ? localStorage.setItem(`serai.${name}`, value) : localStorage.removeItem(`serai.${name}`);
}

const inCalendar = calendar => new Intl.Locale(LOCALE[tag] ?? tag, { ...(calendar && { calendar }), ...(chosen.digits && { numberingSystem: chosen.digits }) }).toString();

/** For dates, numbers, lists and sorting. */
export const locale = () => inCalendar(chosen.days === "both" ? "" : chosen.days);
export const has = key => key in catalogue;
/** The text of a key that may not be there, else what is given. */
export const or = (key, otherwise) => has(key) ? t(key) : otherwise;

/** The text of a key with {name} replaced; with n, the plural form the language wants. */
export function t(key, values = {}) {
  let text = catalogue[key] ?? english[key] ?? key;
  if (typeof text === "object")
    text = text[new Intl.PluralRules(locale()).select(values.n ?? 0)] ?? text.other;
  return text.replace(/\{(\w+)\}/g, (_, name) => {
    const v = values[name];
    return typeof v === "number" ? new Intl.NumberFormat(locale()).format(v) : v ?? "";
  });
}

/** "travel.purpose" -> the reader's word for a word of the agreement; the word itself when there is none. */
export const word = (kind, value) => has(`${kind}.${value}`) ? t(`${kind}.${value}`) : value.replace(/[-_]/g, " ");

export const number = n => new Intl.NumberFormat(locale()).format(n);

/** An amount as the node writes it, "120.50", with the digits it has behind the point. */
export const amount = s => new Intl.NumberFormat(locale(), { minimumFractionDigits: (s.split(".")[1] ?? "").length }).format(Number(s));

/** A date in the calendar of the language or the one that was chosen; with both, the other one beside it, apart from the direction of the rest. */
function dated(date, options, beside) {
  const format = new Intl.DateTimeFormat(locale(), options);
  if (chosen.days !== "both")
    return format.format(date);
  const other = format.resolvedOptions().calendar === "persian" ? "gregory" : "persian";
  return `${format.format(date)} (\u2068${new Intl.DateTimeFormat(inCalendar(other), beside).format(date)}\u2069)`;
}

/** A calendar day; what is no whole date stays as it is. */
export function day(text) {
  const options = { dateStyle: "long", timeZone: "UTC" };
  return /^\d{4}-\d\d-\d\d$/.test(text) ? dated(new Date(`${text}T00:00:00Z`), options, options) : text;
}

export const moment = text => dated(new Date(text), { dateStyle: "medium", timeStyle: "short" }, { dateStyle: "medium" });

/** "07:05" with the digits of the reader. */
export const clock = text => text.split(":").map(n => new Intl.NumberFormat(locale(), { minimumIntegerDigits: 2 }).format(n)).join(":");

export const list = items => new Intl.ListFormat(locale(), { type: "conjunction" }).format(items);

/** "8 hours" */
export const hours = n => new Intl.NumberFormat(locale(), { style: "unit", unit: "hour", unitDisplay: "long" }).format(n);

/** "2 days ago" */
export function ago(text) {
  const seconds = (Date.parse(text) - Date.now()) / 1000;
  const [unit, size] = Math.abs(seconds) < 3600 ? ["minute", 60] : Math.abs(seconds) < 86400 ? ["hour", 3600] : ["day", 86400];
  return new Intl.RelativeTimeFormat(locale(), { numeric: "auto" }).format(Math.round(seconds / size), unit);
}

/** "IR" -> Iran */
export function state(code) {
  try {
    return /^[A-Z]{2}$/.test(code) ? new Intl.DisplayNames(locale(), { type: "region" }).of(code) : code;
  } catch {
    return code;
  }
}

export const language = code => {
  const name = new Intl.DisplayNames(LOCALE[code] ?? code, { type: "language" }).of(code);
  return name[0].toLocaleUpperCase(code) + name.slice(1);
};
