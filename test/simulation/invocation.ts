import { never, type Simulation } from './simulation.ts';

/** The probability of each fault, per call to the outside. */
export interface Chaos {
  /** The process dies before or after a call. */
  crash: number;
  /** AWS fails a call: nothing was done. */
  awsFault: number;
  /** An event is delivered twice. */
  duplicateEvent: number;
  /** The event that starts a workflow is lost. */
  lostStart: number;
  /** An execution is stopped at some step. */
  abort: number;
  /** X cuts, delays, limits and loses answers. */
  x: number;
}

/** Counts the faults, so that a run without any is not taken for proof. */
export interface Incidents {
  crashes: number;
  awsFaults: number;
  timeouts: number;
  lateArrivals: number;
  lostAnswers: number;
  aborts: number;
  lostStarts: number;
  duplicateEvents: number;
  rollbacks: number;
}

export const noIncidents = (): Incidents => ({
  crashes: 0,
  awsFaults: 0,
  timeouts: 0,
  lateArrivals: 0,
  lostAnswers: 0,
  aborts: 0,
  lostStarts: 0,
  duplicateEvents: 0,
  rollbacks: 0,
});

/** One run of a function, in a process that may die at any call it makes. Effects it has requested still happen. */
export class Invocation {
  #isDead = false;
  readonly #simulation: Simulation;
  readonly #chaos: Chaos;
  readonly #incidents: Incidents;
  readonly #die: (reason: string) => void;

  constructor(simulation: Simulation, chaos: Chaos, incidents: Incidents, die: (reason: string) => void) {
    this.#simulation = simulation;
    this.#chaos = chaos;
    this.#incidents = incidents;
    this.#die = die;
  }

  /** Checked again each time: the process may die between two steps. */
  hasDied(): boolean {
    return this.#isDead;
  }

  /** A call to the outside: it takes time, may fail, and the process may die before or after its effect. */
  async step<T>(what: string, effect: () => Promise<T>): Promise<T> {
    await this.#simulation.turn();
    if (this.hasDied() || this.#crashes(`before ${what}`)) return never();
    if (this.#simulation.chance(this.#chaos.awsFault)) {
      this.#incidents.awsFaults += 1;
      throw new Error(`AWS fails ${what}`);
    }
    const result = await effect();
    if (this.hasDied() || this.#crashes(`after ${what}`)) return never();
    await this.#simulation.turn();
    return this.hasDied() ? never() : result;
  }

  #crashes(when: string): boolean {
    if (!this.#simulation.chance(this.#chaos.crash)) return false;
    this.#incidents.crashes += 1;
    this.#simulation.note(`a process dies ${when}`);
    this.die('Lambda.Unknown');
    return true;
  }

  die(reason: string): void {
    this.#isDead = true;
    this.#die(reason);
  }
}

/** The port, with each of its calls as a step of the invocation. */
export const stepped = <Port extends object>(invocation: Invocation, name: string, port: Port): Port => {
  const steps = Object.entries(port).map(([operation, call]: [string, unknown]) => {
    if (typeof call !== 'function') return [operation, call];
    const effect = call as (...given: unknown[]) => Promise<unknown>;
    return [operation, (...given: unknown[]) => invocation.step(`${name}.${operation}`, () => effect(...given))];
  });
  return Object.fromEntries(steps) as Port;
};

/** Runs a function as Lambda does: it answers, fails, dies, or times out. */
export const invoke = <T>(
  simulation: Simulation,
  { chaos, incidents, timeoutMs }: { chaos: Chaos; incidents: Incidents; timeoutMs: number },
  work: (invocation: Invocation) => Promise<T>,
): Promise<T> =>
  new Promise((resolve, reject) => {
    const invocation = new Invocation(simulation, chaos, incidents, (reason) => {
      reject(new Error(reason));
    });
    let isDone = false;
    simulation.after(timeoutMs, () => {
      if (isDone || invocation.hasDied()) return;
      incidents.timeouts += 1;
      simulation.note('a function runs out of time');
      invocation.die('Sandbox.Timedout');
    });
    work(invocation).then(
      (value) => {
        isDone = true;
        resolve(value);
      },
      (error: unknown) => {
        isDone = true;
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
