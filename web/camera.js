// The camera: looks for a seal in what it sees by asking the node, and takes the picture when one is read.

import * as api from "./api.js";
import { frame } from "./evidence.js";

const PAUSE = 500;
const SIDE = 1600;

export class Camera {
  #view; #stream = null; #run = 0; #found;

  /** found(bytes) is called with the first frame in which the node reads a seal. */
  constructor(view, found) {
    this.#view = view;
    this.#found = found;
  }

  get open() { return this.#stream !== null; }

  /** Throws a word of the catalogue: camera.none, camera.denied, camera.busy. */
  async start() {
    if (!navigator.mediaDevices?.getUserMedia)
      throw "camera.none";
    const run = ++this.#run;
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: "environment", width: { ideal: 1920 } } });
    } catch (e) {
      throw e.name === "NotAllowedError" ? "camera.denied" : e.name === "NotReadableError" ? "camera.busy" : "camera.none";
    }
    if (run !== this.#run) { // closed while the question was open
      stream.getTracks().forEach(track => track.stop());
      return;
    }
    this.#stream = stream;
    this.#view.srcObject = stream;
    await this.#view.play();
    this.#watch(run);
  }

  stop() {
    this.#run++;
    this.#stream?.getTracks().forEach(track => track.stop());
    this.#stream = null;
    this.#view.srcObject = null;
  }

  async take() {
    return frame(this.#view, this.#view.videoWidth, this.#view.videoHeight, 2400);
  }

  async #watch(run) {
    while (run === this.#run) {
      await new Promise(done => setTimeout(done, PAUSE));
      if (run !== this.#run || !this.#view.videoWidth)
        continue;
      try {
        const bytes = await frame(this.#view, this.#view.videoWidth, this.#view.videoHeight, SIDE, 0.85);
        const seen = await api.inspect(bytes);
        if (run === this.#run && ["vds", "idb", "vds-nc"].includes(seen.kind))
          return this.#found(bytes);
      } catch {
        // the node is away: the page says so elsewhere, looking goes on
      }
    }
  }
}
