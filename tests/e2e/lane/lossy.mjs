// A bad line between browser and node, on loopback: TCP that delays, breaks off, loses answers that the node has given, and brings requests twice.

import { connect, createServer } from "node:net";

const MOST = 32 * 1024 * 1024;
const wait = ms => new Promise(done => setTimeout(done, ms));

/** The first request in the bytes, whole, or null: { method, path, body, bytes }. To the node it comes as if it had been asked there. */
function requestIn(bytes, target) {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0)
    return null;
  const head = bytes.subarray(0, end).toString("latin1");
  const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
  if (bytes.length < end + 4 + length)
    return null;
  const [method, path] = head.split(" ", 2);
  const kept = head.split("\r\n").filter(l => !/^(host|connection|origin|referer):/i.test(l));
  const body = bytes.subarray(end + 4, end + 4 + length);
  return { method, path, body: body.toString(), bytes: Buffer.concat([Buffer.from(`${kept.join("\r\n")}\r\nHost: ${target.host}\r\nConnection: close\r\n\r\n`, "latin1"), body]) };
}

/** The node's whole answer; it closes after it. */
const answerTo = (bytes, target) => new Promise((done, fail) => {
  const parts = [], node = connect(Number(target.port), target.hostname, () => node.write(bytes));
  node.on("data", p => parts.push(p));
  node.on("end", () => done(Buffer.concat(parts)));
  node.on("error", fail);
});

/**
 * { url, asked: [{ method, path, body, fate }], fate, close() }. fate(request) says what happens to one: "through"; "refuse" (it never arrives); "drop" (the
 * node works, the answer is lost); "cut" (lost in its middle); "twice" (the node gets it twice, one after the other); a number (ms late).
 */
export async function lossy(url, fate = () => "through") {
  const target = new URL(url), open = new Set();
  const self = { asked: [], fate, working: 0 };

  async function serve(request, socket) {
    if (request.path.startsWith("/v1/events")) // it would not end
      return socket.end("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
    const how = self.fate(request);
    self.asked.push({ method: request.method, path: request.path.split("?")[0], body: request.body, fate: how, at: Date.now() });
    if (how === "refuse")
      return socket.destroy();
    if (typeof how === "number")
      await wait(how);
    let answer = await answerTo(request.bytes, target);
    if (how === "twice")
      answer = await answerTo(request.bytes, target);
    if (how === "drop")
      return socket.destroy();
    if (how === "cut")
      return socket.write(answer.subarray(0, answer.length / 2), () => socket.destroy());
    socket.end(answer);
  }

  const server = createServer(socket => {
    let bytes = Buffer.alloc(0);
    open.add(socket);
    socket.on("close", () => open.delete(socket));
    socket.on("error", () => {});
    socket.on("data", part => {
      bytes = Buffer.concat([bytes, part]);
      const request = bytes.length > MOST ? socket.destroy() && null : requestIn(bytes, target);
      if (request) {
        bytes = Buffer.alloc(0);
        self.working++;
        serve(request, socket).catch(() => socket.destroy()).finally(() => { self.working--; });
      }
    });
  });
  await new Promise(done => server.listen(0, "127.0.0.1", done));
  self.url = `http://127.0.0.1:${server.address().port}/`;
  self.close = () => { open.forEach(s => s.destroy()); server.close(); };
  return self;
}

/** The same numbers from the same seed: what a bad line did can be done again. */
export function chances(seed) {
  let s = seed >>> 0;
  return () => {
    s = s + 0x6d2b79f5 >>> 0;
    let t = Math.imul(s ^ s >>> 15, 1 | s);
    t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t;
    return ((t ^ t >>> 14) >>> 0) / 4294967296;
  };
}
