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

/** For dates, numbers, lists and sorting. */
export const locale = () => LOCALE[tag] ?? tag;
export const has = key => key in catalogue;

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

/** A calendar day, in the calendar of the language; what is no whole date stays as it is. */
export function day(text) {
  if (!/^\d{4}-\d\d-\d\d$/.test(text))
    return text;
  return new Intl.DateTimeFormat(locale(), { dateStyle: "long", timeZone: "UTC" }).format(new Date(`${text}T00:00:00Z`));
}

export const moment = text => new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "short" }).format(new Date(text));

export const list = items => new Intl.ListFormat(locale(), { type: "conjunction" }).format(items);

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
