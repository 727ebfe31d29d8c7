// What the Lane needs to open without its node (offline-worker.js). It verifies nothing then: no anchors, lists or register are kept.

self.KEEP = {
  name: "lane",
  pages: ["/"],
  files: ["/", "/console.css", "/mark.svg", "/lane.webmanifest", "/lane.js", "/lane-form.js", "/lane-late.js", "/api.js", "/camera.js", "/chip.js", "/dom.js", "/drop.js",
    "/evidence.js", "/header.js", "/language.js", "/live.js", "/decided.js", "/chart.js", "/csv.js", "/pictures.css", "/offline.js", "/page.js", "/queue.js", "/verdict.js", "/i18n/en.json"],
  mayMiss: [],
  told: ["/v1/node", "/v1/words", "/v1/agreement"], // the same for everybody
};

importScripts("/offline-worker.js");
