// Passkeys and the ministry's account: what the page Sign in offers of them, and adding a passkey.

import * as api from "./api.js";

const bytes = text => Uint8Array.fromBase64 ? Uint8Array.fromBase64(text, { alphabet: "base64url" })
  : Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), c => c.charCodeAt(0));
const text = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

/** What the person did at the device, or did not. */
async function device(act) {
  try {
    return await act();
  } catch {
    throw { reason: "passkey-stopped", detail: "" };
  }
}

/** An attempt that ended is said in one way, whatever ended it. */
async function node(act) {
  try {
    return await act();
  } catch (e) {
    throw e.reason?.startsWith("challenge-") ? { reason: "begun", detail: e.detail } : e;
  }
}

export const able = () => typeof PublicKeyCredential === "function";

async function signIn() {
  const begun = await node(() => api.passkey("sign-in/passkey/begin", {}));
  const got = await device(() => navigator.credentials.get({ publicKey: { challenge: bytes(begun.challenge), rpId: begun.place, timeout: begun.seconds * 1000, userVerification: "required" } }));
  await node(() => api.passkey("sign-in/passkey/finish", {
    id: text(got.rawId), handle: text(got.response.userHandle ?? new ArrayBuffer(0)), clientData: text(got.response.clientDataJSON),
    authenticatorData: text(got.response.authenticatorData), signature: text(got.response.signature),
  }));
}

/** Of who is signed in; label: how they call it. */
export async function add(label) {
  const begun = await node(() => api.passkey("passkeys/begin", {}));
  const made = await device(() => navigator.credentials.create({ publicKey: {
    challenge: bytes(begun.challenge), rp: { id: begun.place, name: begun.place }, timeout: begun.seconds * 1000, attestation: "none",
    user: { id: bytes(begun.handle), name: begun.person, displayName: begun.name },
    pubKeyCredParams: [-7, -8, -257].map(alg => ({ type: "public-key", alg })),
    authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
    excludeCredentials: begun.passkeys.map(p => ({ type: "public-key", id: bytes(p.credential) })),
  } }));
  await node(() => api.passkey("passkeys/finish", { label, clientData: text(made.response.clientDataJSON), attestation: text(made.response.attestationObject) }));
}

/** The sections of the page; way draws one, next is where one wanted to go. */
export const ways = (offered, way, next, strong) => [
  offered.ways.includes("passkey") && able() ? way("use-passkey", "sign.passkey", "sign.passkey.text", "sign.in", signIn, strong) : null,
  offered.ways.includes("oidc") ? way("use-provider", "sign.oidc", "sign.oidc.text", "sign.go-on", () => {
    location.assign(`/v1/sign-in/provider?${new URLSearchParams({ next })}`);
    return new Promise(() => {}); // the page is being left
  }, strong && !offered.ways.includes("passkey")) : null];
