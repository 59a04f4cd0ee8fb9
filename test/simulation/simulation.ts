/** A pseudo-random sequence of numbers from 0 (inclusive) to 1 (exclusive) that its seed determines (mulberry32). */
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

/** What never comes: the continuation of a process that is dead. */
export const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

/**
 * A world of its own in one process: its time passes only when nobody has anything left to do, and whatever is waited for
 * takes as long as the seed says. The same seed is the same run.
 */
export class Simulation {
  nowMs: number;
  readonly random: () => number;
  /** What happened, a line each. */
  readonly trace: string[] = [];
  #timers: Timer[] = [];
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
    this.#timers.push({ at: this.nowMs + Math.max(0, milliseconds), order: (this.#order += 1), ring });
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((wake) => {
      this.after(milliseconds, wake);
    });
  }

  /** A point at which others may come first: a call over the network. Now and then it takes long, rarely too long. */
  turn(): Promise<void> {
    if (this.chance(0.0004)) return this.sleep(this.between(8_000, 40_000));
    return this.sleep(this.chance(0.02) ? this.between(200, 3_000) : this.between(1, 40));
  }

  /** Lets time pass until `isOver`, which is asked each simulated second. @throws Error after `maxMs` */
  async run(isOver: () => boolean, maxMs: number): Promise<void> {
    const end = this.nowMs + maxMs;
    let nextLook = this.nowMs;
    for (;;) {
      // Whoever can go on without waiting does so first.
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
    let best = 0;
    this.#timers.forEach((timer, place) => {
      const leader = this.#timers[best];
      if (leader && (timer.at < leader.at || (timer.at === leader.at && timer.order < leader.order))) best = place;
    });
    return this.#timers.splice(best, 1)[0];
  }
}
