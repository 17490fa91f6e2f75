/** Three short tones, made here; off until the first gesture, as browsers want it, and a mute that is remembered. */

/** What the 1972 machine played: pitch in Hz, length in s, loudness. */
const TONES = Object.freeze({
  paddle: { hz: 459, s: 0.06, gain: 0.09 },
  wall: { hz: 226, s: 0.03, gain: 0.07 },
  point: { hz: 490, s: 0.24, gain: 0.07 },
});
const KEY = "rallypoint.mute";
const FADE_S = 0.012; // without it a square wave clicks as it ends

export class Sound {
  constructor() {
    /** @type {AudioContext | null} */
    this.context = null;
    this.muted = false;
    try {
      this.muted = localStorage.getItem(KEY) === "1";
    } catch {
      /* nothing is remembered here */
    }
    const unlock = () => this.#unlock();
    for (const gesture of ["pointerdown", "keydown", "click"]) addEventListener(gesture, unlock, { passive: true });
  }

  /** @returns {boolean} whether it is quiet now */
  toggle() {
    this.muted = !this.muted;
    try {
      localStorage.setItem(KEY, this.muted ? "1" : "0");
    } catch {
      /* it holds for this page */
    }
    return this.muted;
  }

  /** @param {keyof TONES} name */
  play(name) {
    const { context } = this;
    if (this.muted || !context || context.state !== "running" || document.hidden) return;
    const { hz, s, gain } = TONES[name];
    const at = context.currentTime;
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.type = "square";
    tone.frequency.value = hz;
    volume.gain.setValueAtTime(gain, at);
    volume.gain.setValueAtTime(gain, at + s);
    volume.gain.linearRampToValueAtTime(0, at + s + FADE_S);
    tone.connect(volume).connect(context.destination);
    tone.start(at);
    tone.stop(at + s + FADE_S);
  }

  #unlock() {
    if (navigator.userActivation?.isActive === false) return; // Escape, or a finger not lifted yet, is no gesture to a browser
    try {
      this.context ??= new AudioContext();
      if (this.context.state === "suspended") this.context.resume().catch(() => {});
    } catch {
      /* no sound on this device: the game is the same */
    }
  }
}
