/** A pseudo-random sequence of numbers from 0 (inclusive) to 1 (exclusive), determined by its seed (mulberry32). */
export const randomOf = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

interface Timer {
  at: number;
  order: number;
  ring: () => void;
}

/** Never resolves: the continuation of a dead process. */
export const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

/**
 * A simulated world in one process: its time passes only when nothing is left to do at an instant, and every wait takes
 * as long as the seed determines. The same seed gives the same run.
 */
export class Simulation {
  nowMs: number;
  readonly random: () => number;
  /** What happened, line by line. */
  readonly trace: string[] = [];
  /** A binary heap, the earliest first: a thousand posts have thousands of timers. */
  readonly #timers: Timer[] = [];
  #order = 0;

  constructor(seed: number, startMs: number) {
    this.random = randomOf(seed);
    this.nowMs = startMs;
  }

  chance(probability: number): boolean {
    return this.random() < probability;
  }

  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number {
    return least + Math.floor(this.random() * (most - least + 1));
  }

  note(line: string): void {
    this.trace.push(`${new Date(this.nowMs).toISOString().slice(11, 23)} ${line}`);
  }

  after(milliseconds: number, ring: () => void): void {
    const timer = { at: this.nowMs + Math.max(0, milliseconds), order: (this.#order += 1), ring };
    let place = this.#timers.push(timer) - 1;
    for (let parent = (place - 1) >> 1; place > 0 && this.#isBefore(place, parent); parent = (place - 1) >> 1) {
      this.#swap(place, parent);
      place = parent;
    }
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((wake) => {
      this.after(milliseconds, wake);
    });
  }

  /** A call over the network, during which others may act. Sometimes it takes long, rarely too long. */
  turn(): Promise<void> {
    if (this.chance(0.0004)) return this.sleep(this.between(8_000, 40_000));
    return this.sleep(this.chance(0.02) ? this.between(200, 3_000) : this.between(1, 40));
  }

  /** Lets time pass until `isOver`, which is checked each simulated second. @throws Error after `maxMs` */
  async run(isOver: () => boolean, maxMs: number): Promise<void> {
    const end = this.nowMs + maxMs;
    let nextLook = this.nowMs;
    for (;;) {
      // Everything that need not wait runs first.
      await new Promise((drained) => setImmediate(drained));
      if (this.nowMs >= nextLook) {
        if (isOver()) return;
        nextLook = this.nowMs + 1_000;
      }
      const next = this.#earliest();
      if (next === undefined) throw new Error('Nobody does anything any more, and it is not over');
      if (next.at > end) throw new Error(`It is not over after ${maxMs / 60_000} minutes`);
      this.nowMs = Math.max(this.nowMs, next.at);
      next.ring();
    }
  }

  #earliest(): Timer | undefined {
    const [first] = this.#timers;
    const last = this.#timers.pop();
    if (!first || !last || first === last) return first;
    this.#timers[0] = last;
    for (let place = 0; ;) {
      const [left, right] = [2 * place + 1, 2 * place + 2];
      let least = place;
      if (this.#isBefore(left, least)) least = left;
      if (this.#isBefore(right, least)) least = right;
      if (least === place) return first;
      this.#swap(place, least);
      place = least;
    }
  }

  #isBefore(one: number, other: number): boolean {
    const [a, b] = [this.#timers[one], this.#timers[other]];
    return a !== undefined && b !== undefined && (a.at < b.at || (a.at === b.at && a.order < b.order));
  }

  #swap(one: number, other: number): void {
    const [a, b] = [this.#timers[one], this.#timers[other]];
    if (a && b) [this.#timers[one], this.#timers[other]] = [b, a];
  }
}
