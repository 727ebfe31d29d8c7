// Talks to the node that served this page, and to nothing else.

const PATIENCE = 20_000;
const READING = 90_000; // a chip with many pictures behind a slow reader

/** What went wrong, by the schema Error; reason "unreachable" when no answer came. */
export class Trouble extends Error {
  constructor(reason, detail, hint, status = 0, body = null) {
    super(detail);
    Object.assign(this, { reason, detail, hint, status, body });
  }
}

const stops = new Set(); // signals of work that the person may stop
let leaving = false;     // what is sent while a page goes away goes on without it
addEventListener("pagehide", () => { leaving = true; });
addEventListener("pageshow", () => { leaving = false; });

/** What is asked from now on ends when the signal says so, until the function that is given back is called. */
export function stoppedBy(signal) {
  stops.add(signal);
  return () => stops.delete(signal);
}

async function call(path, { patience = PATIENCE, signal, ...options } = {}) {
  let answer;
  try {
    answer = await fetch(path, { cache: "no-store", credentials: "same-origin", redirect: "error", keepalive: leaving,
      signal: AbortSignal.any([AbortSignal.timeout(patience), ...stops, ...(signal ? [signal] : [])]), ...options });
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

let ended = () => {};
/** told(reason): the node wants to know who asks: "sign-in", "session-idle", "session-ended"… */
export const whenSignedOut = told => { ended = told; };

async function must(promise) {
  const { status, body } = await promise;
  if (status === 401)
    ended(body.error?.reason ?? "sign-in");
  if (status >= 400)
    throw new Trouble(body.error?.reason ?? "internal", body.error?.detail ?? "", body.error?.hint ?? "", status, body);
  return body;
}

const post = (path, type, body, signal, patience) =>
  must(call(path, { method: "POST", headers: { "Content-Type": type }, body, ...(signal && { signal }), ...(patience && { patience }) }));

/** Whether one signs in here, by which ways, and who did. A node of before them asks nobody. */
export const signIn = async () => {
  const { status, body } = await call("/v1/sign-in");
  return status === 200 ? body : { required: false, ways: [], who: null };
};
export const signInLink = link => post("/v1/sign-in/link", "application/json", JSON.stringify({ link }));
export const signInCertificate = () => post("/v1/sign-in/certificate", "application/json", "{}");
export const passkeys = () => must(call("/v1/passkeys"));
export const passkey = (what, request) => post(`/v1/${what}`, "application/json", JSON.stringify(request));
export const signOut = everywhere => post("/v1/sign-out", "application/json", JSON.stringify(everywhere ? { everywhere } : {}));
export const persons = () => must(call("/v1/persons"));
export const personsLog = after => must(call(`/v1/persons/log?after=${after}`));
export const person = (what, request) => post(`/v1/persons${what ? `/${what}` : ""}`, "application/json", JSON.stringify(request));
export const node = () => must(call("/v1/node"));
export const words = () => must(call("/v1/words"));
export const agreement = language => must(call(`/v1/agreement?language=${encodeURIComponent(language)}`));
export const check = request => post("/v1/check", "application/json", request);
export const licence = (request, patience) => post("/v1/licence", "application/json", request, null, patience);
export const pack = () => must(call("/v1/licence/pack"));
export const offence = note => post("/v1/offences", "application/json", JSON.stringify(note));
export const trust = () => must(call("/v1/trust"));
const say = (path, body) => post(path, "application/json", JSON.stringify(body));
export const screen = request => say("/v1/notices/screen", request);
export const lists = () => must(call("/v1/lists"));
export const complaint = request => say("/v1/complaints", request);
export const complaints = query => must(call(`/v1/complaints?${query}`));
export const complaintFollow = request => say("/v1/complaints/follow", request);
export const complaintAppeal = request => say("/v1/complaints/appeal", request);
export const complaintStep = request => say("/v1/complaints/step", request);
export const posts = () => must(call("/v1/posts"));
export const waiting = (post, hours) => must(call(`/v1/posts/${encodeURIComponent(post)}/waiting?hours=${hours}`));
export const waitingCount = request => say("/v1/waiting", request);
export const slots = query => must(call(`/v1/slots?${query}`));
export const slotBook = request => say("/v1/slots", request);
export const slotShow = request => say("/v1/slots/show", request);
export const slotCancel = request => say("/v1/slots/cancel", request);
export const slotChange = request => say("/v1/slots/change", request);
export const slotCheck = request => say("/v1/slots/check", request);
export const notices = which => must(call(`/v1/notices${which ? `?which=${which}` : ""}`));
export const noticeKinds = () => must(call("/v1/notices/kinds"));
export const noticeDrafts = () => must(call("/v1/notices/drafts"));
export const noticeShow = request => say("/v1/notices/show", request);
export const noticeCheck = request => say("/v1/notices/check", request);
export const noticeDraft = request => say("/v1/notices/draft", request);
export const noticeSign = request => say("/v1/notices/sign", request);
export const redress = (what, request) => say(`/v1/redress/${what}`, request);
export const noticeAct = request => say("/v1/notices/act", request);
export const hits = (what, request) => say(`/v1/hits/${what}`, request);
export const cyberObjects = query => must(call(`/v1/cyber/objects?${new URLSearchParams(query)}`));
export const cyberObject = query => must(call(`/v1/cyber/object?${new URLSearchParams(query)}`));
export const cyberIndicator = query => must(call(`/v1/cyber/indicator?${new URLSearchParams(query)}`));
export const cyberReleases = () => must(call("/v1/cyber/releases"));
export const cyberRules = () => must(call("/v1/cyber/rules"));
export const cyberRefused = () => must(call("/v1/cyber/quarantine?most=100"));
export const cyberInbox = query => must(call(`/v1/cyber/inbox?${new URLSearchParams(query)}`));
export const cyberInboxMark = request => say("/v1/cyber/inbox", request);
export const cyberAlerts = query => must(call(`/v1/cyber/alerts?${new URLSearchParams(query)}`));
export const cyberAlert = (what, request) => say(`/v1/cyber/alerts/${what}`, request);
export const cyberAct = (what, request) => say(`/v1/cyber/${what}`, request);
const asked = (path, query) => must(call(`${path}?${new URLSearchParams(Object.entries(query).filter(([, v]) => v))}`));
export const playbooks = query => asked("/v1/playbooks", query);
export const playbookText = query => asked("/v1/playbooks/text", query);
export const playbookVersions = query => asked("/v1/playbooks/versions", query);
export const playbookLook = request => say("/v1/playbooks/look", request);
export const playbookAct = (what, request) => say(`/v1/playbooks/${what}`, request);
export const cooperationPreview = request => say("/v1/cooperation/preview", request);
export const cooperationRecord = query => asked("/v1/cooperation/record", query);
export const drills = query => asked("/v1/drills", query);
export const drillReport = query => asked("/v1/drills/report", query);
export const drillAct = (what, request) => say(`/v1/drills/${what}`, request);
export const contacts = () => asked("/v1/contacts", {});
export const contactAct = (what, request) => say(`/v1/contacts/${what}`, request);
export const capabilities = query => asked("/v1/capabilities", query);
export const capabilityMatches = query => asked("/v1/capabilities/matches", query);
export const capabilityAct = (what, request) => say(`/v1/capabilities/${what}`, request);
export const advisories = query => asked("/v1/exposure/advisories", query);
export const advisory = query => asked("/v1/exposure/advisory", query);
export const advisoryCheck = file => post("/v1/exposure/advisories/check", "application/octet-stream", file);
export const advisoryTake = (query, file) => post(`/v1/exposure/advisories?${new URLSearchParams(query)}`, "application/octet-stream", file);
export const need = query => must(call(`/v1/need?${query}`));
export const permissions = language => must(call(`/v1/permissions?language=${encodeURIComponent(language)}`));
const told = (path, patience) => request => post(path, "application/json", JSON.stringify(request), null, patience);
export const apply = told("/v1/applications", READING);
export const follow = told("/v1/applications/follow", READING);
export const ownFile = told("/v1/applications/own-file");
export const applications = state => must(call(`/v1/applications${state ? `?state=${encodeURIComponent(state)}` : ""}`));
export const application = told("/v1/applications/show");
export const applicationFile = told("/v1/applications/file");
export const giveBack = told("/v1/applications/return");
export const decide = told("/v1/applications/decide");
export const issue = told("/v1/applications/issue");
export const extend = told("/v1/applications/extend");
export const revoke = told("/v1/permissions/revoke");
export const consultations = () => must(call("/v1/consultations"));
export const consultation = told("/v1/consultations/show");
export const opinion = told("/v1/consultations/answer");
export const manifests = () => must(call("/v1/manifests"));
export const manifest = id => must(call(`/v1/manifests/${encodeURIComponent(id)}`));
export const manifestTake = (query, file) => post(`/v1/manifests?${query}`, "application/octet-stream", file, null, READING);
export const manifestResults = (id, query) => must(call(`/v1/manifests/${encodeURIComponent(id)}/results?${new URLSearchParams(query)}`));
export const manifestErase = (id, office) => say(`/v1/manifests/${encodeURIComponent(id)}/erase`, { office });
export const maturity = query => must(call(`/v1/maturity?${new URLSearchParams(query)}`));
export const maturityExport = query => must(call(`/v1/maturity/export?${new URLSearchParams(query)}`));
export const maturityAssess = request => say("/v1/maturity/assess", request);
export const maturityPublish = request => say("/v1/maturity/publish", request);
export const maturityReview = request => say("/v1/maturity/review", request);
export const exposure = () => must(call("/v1/exposure"));
export const exposureMembers = () => must(call("/v1/exposure/members"));
export const exposureDetail = request => say("/v1/exposure/detail", request);
export const exposurePublish = request => say("/v1/exposure/publish", request);
export const read = request => post("/v1/read", "application/json", request, null, READING);
export const inspect = (bytes, signal) => post("/v1/inspect", "application/octet-stream", bytes, signal);

/** 503 is an answer here: it says which part is missing. */
export const offences = query => asked("/v1/offences", query);
export const ready = async () => (await call("/v1/ready")).body;
export const stayStatistics = days => must(call(`/v1/statistics/stays?days=${days}`));
export const queueStatistics = days => must(call(`/v1/statistics/queues?days=${days}`));
export const federation = () => must(call("/v1/federation"));
export const operator = () => must(call("/v1/operator"));
export const bound = on => must(call(`/v1/agreement/bound?${new URLSearchParams(on ? { on } : {})}`));
export const whatIf = request => post("/v1/agreement/what-if", "application/json", JSON.stringify(request), null, READING);

/** The answer of an operation as a PDF, in that language; without a request it is one of GET. */
export async function paper(path, language, request) {
  const options = { cache: "no-store", credentials: "same-origin", redirect: "error", signal: AbortSignal.timeout(READING) };
  const headers = { Accept: "application/pdf", ...(request && { "Content-Type": "application/json" }) };
  const url = `${path}${path.includes("?") ? "&" : "?"}language=${encodeURIComponent(language)}`;
  let answer;
  try {
    answer = await fetch(url, { ...options, headers, ...(request && { method: "POST", body: JSON.stringify(request) }) });
  } catch {
    throw new Trouble("unreachable", "", "");
  }
  if (answer.ok && answer.headers.get("Content-Type") === "application/pdf")
    return answer.blob();
  const body = await answer.json().catch(() => null);
  await must(Promise.resolve({ status: answer.status, body: body ?? {} }));
  throw new Trouble("internal", "", "", answer.status);
}

/** Outlines of States for the map; null where the node has none. */
export const outlines = async () => {
  try {
    return await (await fetch("/map.json")).json();
  } catch {
    return null;
  }
};

/** The agreement as its members sign it: text, not JSON. */
export const agreementText = async () => {
  const answer = await fetch("/v1/agreement/text", { cache: "no-store", credentials: "same-origin", redirect: "error", signal: AbortSignal.timeout(PATIENCE) });
  if (!answer.ok)
    throw new Trouble("not-ready", "", "", answer.status);
  return answer.text();
};
