// Verifies a licence and decides its recognition on this device, without the line: libserai as WebAssembly, signatures by WebCrypto.
// What it says has the fields and words of POST /v1/licence; what needs the line is named in not_checked.

/** What keeps this device from answering by itself: reason "no-module" (not served, or the browser cannot run it), "no-crypto"
    (no WebCrypto: the page did not come over https or from loopback), "request", "pack", "pack-expired", "too-large" or "internal". */
export class Incapable extends Error {
  constructor(reason, detail) {
    super(detail);
    Object.assign(this, { name: "Incapable", reason, detail });
  }
}

/** Fetches and prepares the module, once. Rejects with Incapable. */
export async function load() {
}

/**
 * The answer to one request: schema LicenceAnswer without receipt, status.state "not asked". Rejects with Incapable.
 * request: the body of POST /v1/licence ({ evidence, session, status_token, typed, driver, language, examined, translation, permit,
 *   statement, … }); an item of evidence may carry bytes (a Uint8Array) in place of base64 and so may session and status_token;
 *   the four things that a person says may stand together in said; at (RFC 3339) is now unless it is given.
 * pack: the body of GET /v1/licence/pack.
 */
export async function verify(request, pack) {
  return {
    id: request.id ?? "specimen", at: request.at ?? new Date().toISOString().replace(/\.\d+Z$/, "Z"), member: pack.member,
    agreement: { title: "SPECIMEN", version: 1, sha256: "0".repeat(64) }, outcome: "refer",
    evidence: [{ kind: "mdoc", result: "undetermined", reason: "specimen", detail: "a fixed answer" }],
    strength: "signed, device not proved",
    licence: { issuer: "KZ", number: "SPECIMEN", family_name: "SPECIMEN", given_name: "SPECIMEN", birth: "1990-05-05",
      issued: "2024-05-01", expiry: "2034-05-01", authority: "SPECIMEN" },
    categories: [{ category: "B", vienna: "B", scheme: "1968", codes: [], findings: [], outcome: "refer", said: "refer to an officer",
      article: null, title: null, until: null, reasons: [], missing: ["licence.status"] }],
    status: { asked: false, state: "not asked" }, findings: [], not_checked: ["revocation", "device", "status at home"],
    trust: { as_of: null },
  };
}
