// What Roadside needs without a line (offline-worker.js).

self.KEEP = {
  name: "roadside",
  pages: ["/roadside.html"],
  files: ["/roadside.html", "/console.css", "/roadside.css", "/mark.svg", "/roadside.webmanifest", "/roadside.js", "/api.js", "/camera.js", "/dom.js",
    "/evidence.js", "/header.js", "/language.js", "/live.js", "/offline.js", "/page.js", "/queue.js", "/roadside-answer.js", "/roadside-evidence.js", "/roadside-known.js",
    "/roadside-offences.js", "/roadside-pictograms.js", "/roadside-scan.js", "/i18n/en.json"],
  mayMiss: ["/roadside-verify.js", "/serai.wasm"],
  told: ["/v1/licence/pack", "/v1/node", "/v1/words", "/v1/agreement"], // the same for everybody
};

importScripts("/offline-worker.js");
