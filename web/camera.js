// The camera: looks into what it sees, again and again, and hands over what was found. By itself it looks for a seal, by the node.

import * as api from "./api.js";
import { frame } from "./evidence.js";

const PAUSE = 500;
const SIDE = 1600;

/** A picture for the node out of what the camera shows, not larger than it needs for a code. */
export const still = (view, side = SIDE, quality = 0.85) => frame(view, view.videoWidth, view.videoHeight, side, quality);

async function sealIn(view) {
  const bytes = await still(view);
  const seen = await api.inspect(bytes);
  return ["vds", "idb", "vds-nc"].includes(seen.kind) ? bytes : null;
}

export class Camera {
  #view; #stream = null; #run = 0; #found; #look; #pause;

  /** found is called once, with the first thing look(view) gives that is not null. look may throw: looking goes on. */
  constructor(view, found, look = sealIn, pause = PAUSE) {
    this.#view = view;
    this.#found = found;
    this.#look = look;
    this.#pause = pause;
  }

  get open() { return this.#stream !== null; }

  get #track() { return this.#stream?.getVideoTracks()[0] ?? null; }

  /** Whether the camera has a lamp that the page may switch. */
  get lamp() { return this.#track?.getCapabilities?.().torch === true; }

  async light(on) {
    await this.#track?.applyConstraints({ advanced: [{ torch: on }] });
  }

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
    return still(this.#view, 2400, 0.9);
  }

  async #watch(run) {
    while (run === this.#run) {
      await new Promise(done => setTimeout(done, this.#pause));
      if (run !== this.#run || !this.#view.videoWidth)
        continue;
      try {
        const found = await this.#look(this.#view);
        if (run === this.#run && found !== null)
          return this.#found(found);
      } catch {
        // the node is away: the page says so elsewhere, looking goes on
      }
    }
  }
}
