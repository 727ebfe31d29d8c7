// Has a page kept for the time without a line (offline-worker.js).

/** Another worker of a wider scope may hold the page before. */
const controlled = worker => new Promise(done => {
  const look = () => navigator.serviceWorker.controller?.scriptURL.endsWith(worker) && done();
  navigator.serviceWorker.addEventListener("controllerchange", look);
  look();
});

/** fresh(): a newer version of the page is kept, and comes when it is opened again. Never awaited by what must not wait: false where the browser has no workers. */
export async function keep(worker, scope, fresh) {
  if (!navigator.serviceWorker)
    return false;
  await navigator.serviceWorker.register(worker, { scope, updateViaCache: "none" });
  navigator.serviceWorker.addEventListener("message", e => e.data.fresh && fresh());
  await controlled(worker);
  refresh();
  return true;
}

/** Looks whether the node has a newer version. */
export const refresh = () => navigator.serviceWorker?.controller?.postMessage("refresh");
