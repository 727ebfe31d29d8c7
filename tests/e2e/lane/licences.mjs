// SPECIMEN answers of POST /v1/licence and a pack, for what the page draws.

const SHA = "5e2a".repeat(16);
const reason = (code, article = "11", facts = []) => ({ code, article, clause: null, text: code, said: code, facts });

export const category = (letters, outcome = "recognised", more = {}) => ({ category: letters, vienna: letters, scheme: "1968", codes: [], findings: [], outcome,
  said: outcome, article: "11", title: "Driving licences", until: outcome.startsWith("recognised") ? "2030-05-01" : null, reasons: [reason(outcome)], missing: [], ...more });

export function answer({ id = "road-specimen", outcome = "recognised", categories = [category("B")], ...more } = {}) {
  return { id, at: "2026-11-22T04:00:00Z", member: "IR", agreement: { title: "Travel and security cooperation (illustrative)", version: 3, sha256: SHA }, outcome,
    evidence: [{ kind: "mdoc", result: "genuine" }], strength: "signed, device not proved",
    licence: { issuer: "KZ", number: "SPECIMEN-0042", family_name: "SPECIMEN", given_name: "AIGERIM", birth: "1990-05-14", issued: "2024-05-01", expiry: "2034-05-01",
      authority: "SPECIMEN Administrative Police" },
    categories, status: { asked: true, state: "answered", word: "valid", from: "KZ", as_of: "2026-11-22T03:58:00Z", reference: "IR-q-000017" },
    findings: [], not_checked: ["revocation", "device"], trust: { as_of: "2026-11-22T01:00:00Z", anchor: "SPECIMEN IACA" }, receipt: "serai note v1\nSPECIMEN\n", ...more };
}

const all = "AM A1 A2 A B1 B BE C1 C1E C CE D1 D1E D DE".split(" ");

export const cases = portrait => ({
  recognised: answer({ licence: { ...answer().licence, ...(portrait && { portrait }) }, categories: ["AM", "B1", "B", "BE"].map(c => category(c)) }),
  every: answer({ categories: [...all.map(c => category(c)), category("T", "not recognised", { vienna: null, scheme: "domestic", reasons: [reason("category-unknown", null)], article: null, title: null }),
    category("TRAM", "refer", { reasons: [reason("unknown-word")] }), category("PSV9", "not recognised", { vienna: null, reasons: [reason("category-unknown", null)], article: null, title: null })] }),
  restricted: answer({ outcome: "recognised with restrictions", categories: [
    category("B", "recognised with restrictions", { codes: [{ code: "01.06", sign: null, value: null, known: true }, { code: "78", sign: null, value: null, known: true }], reasons: [reason("restricted")] }),
    category("C1", "recognised with restrictions", { codes: [{ code: "S01", sign: "<=", value: "5500", known: true }, { code: "777", sign: null, value: null, known: false }], findings: ["CODE_UNKNOWN"], reasons: [reason("restricted")] })] }),
  refer: answer({ outcome: "refer", evidence: [{ kind: "barcode", result: "well-formed" }], strength: "card", licence: { ...answer().licence, issuer: "PK", number: "LTV-SPECIMEN-7" },
    categories: [category("LTV", "refer", { vienna: "B", scheme: "domestic", until: null, reasons: [reason("missing-fact")], missing: ["licence.translation", "licence.permit", "driver.residence", "licence.status"] }),
      category("M", "refer", { vienna: "A", scheme: "domestic", until: null, reasons: [reason("missing-fact")], missing: ["licence.translation", "licence.permit", "licence.examined", "driver.resident since"] })],
    status: { asked: true, state: "late", from: "PK", reference: "IR-q-000018" }, not_checked: ["status at home"] }),
  not: answer({ outcome: "not recognised", categories: [category("B", "not recognised", { until: null, reasons: [reason("condition-not-met")] }), category("C", "not recognised", { until: null, reasons: [reason("condition-not-met")] })],
    status: { asked: true, state: "answered", word: "suspended", reason: "court-order", since: "2026-08-01", until: "2027-02-01", from: "KZ", as_of: "2026-11-22T03:58:00Z", reference: "IR-q-000019" } }),
  forged: answer({ outcome: "refer", evidence: [{ kind: "mdoc", result: "forged", reason: "DIGEST_MISMATCH" }], categories: [category("B", "not recognised", { until: null, reasons: [reason("condition-not-met")] })],
    status: { asked: false, state: "not asked" } }),
});

export const pack = (hours = 72) => ({ member: "IR", at: new Date(Date.now() - 3 * 3600e3).toISOString(), expires: new Date(Date.now() + hours * 3600e3).toISOString(),
  agreement: { text: "", title: "Travel and security cooperation (illustrative)", version: 3, sha256: SHA }, anchors: [] });
