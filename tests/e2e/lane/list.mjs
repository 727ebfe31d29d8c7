// A trust list as GET /v1/trust gives it, of any size: ten members in every standing, other states around them.

import { createHash } from "node:crypto";

const DAY = 86_400_000;
const at = days => new Date(Date.now() + days * DAY).toISOString().replace(/\.\d+Z/, "Z");
const hex = of => createHash("sha256").update(String(of)).digest("hex");

const MEMBERS = ["AF", "AZ", "IR", "KG", "KZ", "PK", "TJ", "TM", "TR", "UZ"];
const OTHERS = "AD AE AL AM AR AT AU BA BD BE BG BH BR BY CA CH CI CL CN CO CR CY CZ DE DK DO DZ EE EG ES ET FI FR GB GE GR HK HR HU ID IE IL IN IQ IS IT JM JO JP KE KR KW LB LI LT LU LV MA MC MD ME MK MN MT MX MY NA NG NL NO NP NZ OM PA PE PH PL PT PY QA RO RS RU RW SA SE SG SI SK SM SN SY TH TN TZ UA UG US UY VA VN ZA".split(" ");

const voucher = (member, more = {}) => ({ member, at: at(-40), counts: true, withdrawn: false, ...more });

function certificate(state, i, more = {}) {
  const ends = more.ends ?? 400 + i * 211 % 3000;
  delete more.ends;
  return { sha256: hex(`${state} ${i}`), subject: `C=${state}, O=SPECIMEN, CN=SPECIMEN country signer ${i + 1}`,
    common_name: `SPECIMEN country signer ${i + 1}`, use: "issuer", key: ["brainpoolP256r1", "RSA 4096", "P-384"][i % 3], not_before: at(ends - 3650), not_after: at(ends),
    expires_in_days: ends, believed: true, why: "vouched", purposes: ["travel documents"], origins: [{ source: `${state.toLowerCase()}-country-${i + 1}.der`, member: state, at: at(-100), purposes: ["travel documents"] }],
    vouchers: ["KZ", "IR", "TR", "UZ"].map(m => voucher(m)), needed: 4, crl: { this_update: at(-10), next_update: at(20), current: true }, findings: [], ...more };
}

const known = (state, anchors, more = {}) => ({ state, name: `${state.toLowerCase()}.specimen`, key: "counts", since: null, reason: null, acts: 3 + anchors.length, latest: at(-12), anchors, missing: [], expires_soon: anchors.filter(c => c.expires_in_days >= 0 && c.expires_in_days <= 90).length, ...more });
const nothing = state => known(state, [], { name: null, key: "none", acts: 0, latest: null, missing: ["country-signer", "node-key"] });

/** own: SHA-256 of a certificate of KZ that is really there; each: certificates of a member; others: of all other states together. */
export function list({ own, each = 6, others = 540 } = {}) {
  const many = (state, n) => Array.from({ length: n }, (_, i) => certificate(state, i));
  const members = MEMBERS.map(state => {
    if (["AF", "KG", "PK"].includes(state))
      return nothing(state);
    const anchors = many(state, each);
    if (state === "KZ" && own)
      anchors[0].sha256 = own;
    if (state === "TJ")
      return known(state, [certificate(state, 0, { believed: false, why: "proposed", vouchers: ["TJ", "IR"].map(m => voucher(m)) }),
        certificate(state, 1, { vouchers: [voucher("KZ"), voucher("IR"), voucher("TR"), voucher("UZ"), voucher("AZ", { counts: false })] })],
      { missing: ["current-crl"] });
    if (state === "AZ")
      return known(state, [...anchors, certificate(state, 50, { believed: false, why: "withdrawn", vouchers: [voucher("AZ", { counts: false }), voucher("TR", { counts: false, withdrawn: true })] })],
        { key: "compromised", since: at(-5), reason: "SPECIMEN report", missing: ["own-vouch"] });
    if (state === "TM")
      return known(state, anchors, { key: "forked", since: at(-2) });
    if (state === "UZ")
      anchors.push(certificate(state, 60, { ends: 23 }), certificate(state, 61, { ends: -700, why: "own-decision", vouchers: [] }), certificate(state, 62, { use: "signer", why: "certified", purposes: [], vouchers: [], crl: null,
        findings: [{ reason: "weak-digest", clause: "Doc 9303-12 4.4", detail: "SHA-1 is in use", severity: "warning" }] }));
    return known(state, anchors);
  });
  const per = Math.ceil(others / OTHERS.length);
  return { member: "IR", at: at(0), rules: { confirmations: 4, reports: 2 }, list: { version: 57, digest: hex(57) }, members,
    others: OTHERS.map(state => ({ state, anchors: many(state, per), expires_soon: 0 })),
    licence_lists: [
      { provider: "SPECIMEN bloc", issue: 12, date: at(-3), next_update: at(80), not_after: null, state: "current", reason: null, age_days: 3,
        entries: 10, usable: 10, defective: 0, source: "bloc.vical", member: "IR", at: at(-2), do: null },
      { provider: "SPECIMEN elsewhere", issue: null, date: at(-120), next_update: at(-30), not_after: null, state: "stale", reason: "VICAL_STALE",
        age_days: 120, entries: 40, usable: 39, defective: 3, source: "elsewhere.cbor", member: "IR", at: at(-110), do: "get a newer list" }],
    waiting: [{ kind: "certificate", subject: "C=KG, O=SPECIMEN, CN=SPECIMEN country signer", issuer: null, source: "kg.ldif", at: at(-3) },
      { kind: "revocation-list", subject: null, issuer: "C=TM, O=SPECIMEN, CN=SPECIMEN country signer 1", source: "tm.crl", at: at(-1) }] };
}
