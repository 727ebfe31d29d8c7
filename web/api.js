// Talks to the node that served this page, and to nothing else.

const PATIENCE = 20_000;
const READING = 90_000; // a chip with many pictures behind a slow reader

/** What went wrong, by the schema Error; reason "unreachable" when no answer came. */
export class Trouble extends Error {
  constructor(reason, detail, hint, status = 0) {
    super(detail);
    Object.assign(this, { reason, detail, hint, status });
  }
}

async function call(path, { patience = PATIENCE, ...options } = {}) {
  let answer;
  try {
    answer = await fetch(path, { cache: "no-store", credentials: "omit", redirect: "error", signal: AbortSignal.timeout(patience), ...options });
  } catch {
    throw new Trouble("unreachable", "", "");
  }
  let body;
  try {
    body = await answer.json();
  } catch {
    throw new Trouble("unreachable", "", "", answer.status);
  }
  return { status: answer.status, body };
}

async function must(promise) {
  const { status, body } = await promise;
  if (status >= 400)
    throw new Trouble(body.error?.reason ?? "internal", body.error?.detail ?? "", body.error?.hint ?? "", status);
  return body;
}

const post = (path, type, body, signal, patience) =>
  must(call(path, { method: "POST", headers: { "Content-Type": type }, body, ...(signal && { signal }), ...(patience && { patience }) }));

export const node = () => must(call("/v1/node"));
export const words = () => must(call("/v1/words"));
export const agreement = language => must(call(`/v1/agreement?language=${encodeURIComponent(language)}`));
export const check = request => post("/v1/check", "application/json", request);
export const licence = (request, patience) => post("/v1/licence", "application/json", request, null, patience);
export const pack = () => must(call("/v1/licence/pack"));
export const offence = note => post("/v1/offences", "application/json", JSON.stringify(note));
export const trust = () => must(call("/v1/trust"));
export const read = request => post("/v1/read", "application/json", request, null, READING);
export const inspect = (bytes, signal) => post("/v1/inspect", "application/octet-stream", bytes, signal);

/** 503 is an answer here: it says which part is missing. */
export const ready = async () => (await call("/v1/ready")).body;
