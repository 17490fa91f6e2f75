/**
 * The host's clock, estimated: match time runs on the monotonic clock of the process that hosts the match.
 *
 * An exchange brings the offset by its midpoint; of the last eight the one with the shortest way is believed. The clock then slews by at most 1 %, so that
 * nothing on the screen jumps and stamps never go back, and steps only when it is wrong by more than 100 ms.
 */

const KEPT = 8;
const SETTLED = 5; // the exchanges at the start: until then a better one is believed at once
const SLEW = 0.01;
const STEP_MS = 100;
const FORGET = 32; // answers that never came

export class HostClock {
  /** @param {() => number} [local] a monotonic clock in ms */
  constructor(local = () => performance.now()) {
    this.local = local;
    /** @type {Map<number, number>} */
    this.asked = new Map();
    this.count = 0;
    this.reset();
  }

  /** Another host, another clock: nothing known before holds. */
  reset() {
    /** @type {{rtt: number, offset: number}[]} */
    this.samples = [];
    this.asked.clear();
    this.offset = 0;
    this.target = 0;
    this.known = false;
    this.readAt = this.local();
  }

  /** Whether host time can be told at all. */
  get isKnown() {
    return this.known;
  }

  /** The shortest round trip of the last eight, in ms, or null. */
  get rtt() {
    return this.samples.length ? Math.min(...this.samples.map((sample) => sample.rtt)) : null;
  }

  /** How much the last eight round trips differ, in ms. */
  get spread() {
    const trips = this.samples.map((sample) => sample.rtt);
    return trips.length ? Math.max(...trips) - Math.min(...trips) : 0;
  }

  /**
   * A first guess, from a snapshot: late by its way here.
   * @param {number} hostMs
   */
  guess(hostMs) {
    if (this.known) return;
    this.offset = this.target = hostMs - this.local();
    this.known = true;
  }

  /**
   * A question to send now.
   * @returns {number} its number
   */
  ask() {
    this.count += 1;
    this.asked.set(this.count, this.local());
    if (this.asked.size > FORGET) this.asked.delete(this.asked.keys().next().value);
    return this.count;
  }

  /**
   * @param {number} count the number of the question
   * @param {number} hostMs the host's time as it answered, rounded down
   */
  answer(count, hostMs) {
    const sentAt = this.asked.get(count);
    if (sentAt === undefined) return;
    this.asked.delete(count);
    const receivedAt = this.local();
    this.samples.push({ rtt: receivedAt - sentAt, offset: hostMs + 0.5 - (sentAt + receivedAt) / 2 });
    if (this.samples.length > KEPT) this.samples.shift();
    this.target = this.samples.reduce((best, sample) => (sample.rtt < best.rtt ? sample : best)).offset;
    const settling = this.samples.length < SETTLED;
    if (!this.known || settling || Math.abs(this.target - this.offset) > STEP_MS) this.offset = this.target;
    this.known = true;
  }

  /**
   * The host's time.
   * @returns {number} ms since the match's start, with a fraction
   */
  now() {
    const local = this.local();
    const most = (local - this.readAt) * SLEW;
    this.readAt = local;
    this.offset += Math.min(Math.max(this.target - this.offset, -most), most);
    return local + this.offset;
  }
}
