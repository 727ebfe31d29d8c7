// Stands between the browser and the node: hands everything on, but answers what a test wants answered otherwise, and can be cut off.

import { request as httpRequest, createServer } from "node:http";

const HOP = ["connection", "keep-alive", "transfer-encoding", "origin", "referer"];

async function bodyOf(request) {
  const parts = [];
  for await (const part of request)
    parts.push(part);
  return Buffer.concat(parts);
}

function hand(target, request, body, response) {
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([k]) => !HOP.includes(k)));
  const onward = httpRequest(new URL(request.url, target), { method: request.method, headers: { ...headers, host: new URL(target).host } }, answer => {
    response.writeHead(answer.statusCode, Object.fromEntries(Object.entries(answer.headers).filter(([k]) => !HOP.includes(k))));
    answer.pipe(response);
  });
  onward.on("error", () => response.destroy());
  onward.end(body);
}

/** { url, asked: [{ method, path, body }], answers: "METHOD /path" -> (body, response) => [status, JSON], cut: boolean, close() } */
export async function between(target) {
  const self = { asked: [], answers: {}, cut: false };
  const server = createServer(async (request, response) => {
    if (self.cut)
      return request.socket.destroy();
    const body = await bodyOf(request).catch(() => Buffer.alloc(0));
    const path = request.url.split("?")[0];
    self.asked.push({ method: request.method, path, url: request.url, body: body.toString() });
    const own = self.answers[`${request.method} ${path}`];
    const given = own && await own(body.length ? JSON.parse(body.toString()) : null, response);
    if (response.destroyed)
      return;
    if (!given)
      return hand(target, request, body, response);
    response.writeHead(given[0], { "Content-Type": "application/json", "Cache-Control": "no-store" });
    response.end(JSON.stringify(given[1]));
  });
  await new Promise(done => server.listen(0, "127.0.0.1", done));
  self.url = `http://127.0.0.1:${server.address().port}/`;
  self.close = () => { server.closeAllConnections(); server.close(); };
  return self;
}
