import { dayMs } from '#shared/time.ts';
import { appShareGiven, appShareUnbounded } from '#shared/x-app-share.ts';
import type { RehearsedLimit, XModel } from '../domain/rehearsal.ts';
import { windowMs } from '../domain/x-limits.ts';
import type { Draw } from './draw.ts';
import type { Suspensions } from './suspensions.ts';

/** X's response to one send of a post. */
export type Answer =
  | { kind: 'taken' }
  /** Only the model knows whether X created the post. */
  | { kind: 'no_answer'; hasLanded: boolean }
  /** `isKnown`: known from X's earlier responses, so that the call is not made. */
  | { kind: 'limited'; limit: RehearsedLimit; until: number; isKnown: boolean }
  | { kind: 'duplicate' }
  | { kind: 'suspended'; until: number | null };

/** One call to send a post. `key` identifies it for random draws; unique within a rehearsal. */
export interface Sending {
  accountId: string;
  /** Digest of the text with its account; null for a part that X does not check for duplicates. */
  text: string | null;
  key: string;
}

const dayNumberOf = (at: number): number => Math.floor(at / dayMs);

/** X's counters for an account. */
interface Counters {
  windowEndsAt: number;
  inWindow: number;
  day: number;
  onDay: number;
}

/**
 * A model of X: 15-minute windows per account that begin with its first post, daily limits of account and app, repeated
 * text, and the requested faults. Limits come with their end, as the rate limit ledger knows it from X's headers.
 */
export class X {
  readonly #model: XModel;
  readonly #draw: Draw;
  readonly #suspensions: Suspensions;
  readonly #accounts = new Map<string, Counters>();
  readonly #texts = new Set<string>();
  readonly #outages: readonly { from: number; to: number }[];
  #app = { day: -1, posts: 0 };

  constructor(model: XModel, suspensions: Suspensions, draw: Draw) {
    this.#model = model;
    this.#draw = draw;
    this.#suspensions = suspensions;
    this.#outages = model.faults.outages.map(({ from, to }) => ({ from: Date.parse(from), to: Date.parse(to) }));
  }

  /** Whether X does not respond at an instant. */
  isOut(at: number): boolean {
    return this.#outages.some(({ from, to }) => from <= at && at < to);
  }

  send({ accountId, text, key }: Sending, at: number): Answer {
    const { rateLimitShare, noAnswerShare, landedShare } = this.#model.faults;
    const counters = this.#countersOf(accountId, at);
    const limited = this.#limitAt(counters, at);
    if (limited) return limited;
    if (this.isOut(at)) return { kind: 'no_answer', hasLanded: false };
    const suspended = this.#suspensions.of(accountId, at);
    if (suspended) return { kind: 'suspended', until: suspended.until };
    if (text !== null && this.#texts.has(text)) return { kind: 'duplicate' };
    const fate = this.#draw('fate', key);
    if (fate < rateLimitShare) {
      // X has counted more posts than we have; nothing is sent before the window ends.
      counters.inWindow = this.#model.limits.accountPostsPerWindow;
      return { kind: 'limited', limit: 'account_window', until: counters.windowEndsAt, isKnown: false };
    }
    const isAnswered = fate >= rateLimitShare + noAnswerShare;
    const hasLanded = isAnswered || this.#draw('landed', key) < landedShare;
    if (hasLanded) {
      counters.inWindow += 1;
      counters.onDay += 1;
      this.#app.posts += 1;
      if (text !== null) this.#texts.add(text);
    }
    return isAnswered ? { kind: 'taken' } : { kind: 'no_answer', hasLanded };
  }

  #countersOf(accountId: string, at: number): Counters {
    const day = dayNumberOf(at);
    const known = this.#accounts.get(accountId) ?? { windowEndsAt: 0, inWindow: 0, day, onDay: 0 };
    if (known.windowEndsAt <= at) Object.assign(known, { windowEndsAt: at + windowMs, inWindow: 0 });
    if (known.day !== day) Object.assign(known, { day, onDay: 0 });
    if (this.#app.day !== day) this.#app = { day, posts: 0 };
    this.#accounts.set(accountId, known);
    return known;
  }

  #limitAt({ inWindow, windowEndsAt, onDay }: Counters, at: number): Answer | undefined {
    const { accountPostsPerWindow, accountPostsPerDay } = this.#model.limits;
    const tomorrow = (dayNumberOf(at) + 1) * dayMs;
    if (this.#app.posts >= this.#appAllows(at))
      return { kind: 'limited', limit: 'app_day', until: tomorrow, isKnown: true };
    if (accountPostsPerDay !== null && onDay >= accountPostsPerDay) {
      return { kind: 'limited', limit: 'account_day', until: tomorrow, isKnown: true };
    }
    if (inWindow < accountPostsPerWindow) return undefined;
    return { kind: 'limited', limit: 'account_window', until: windowEndsAt, isKnown: true };
  }

  /** How many posts of the app the workspace may have sent on that day so far. */
  #appAllows(at: number): number {
    const { othersPerDay, otherWorkspaces, limits } = this.#model;
    const others = (othersPerDay * (at % dayMs)) / dayMs;
    const all = others + this.#app.posts;
    if (all >= limits.appPostsPerDay * appShareGiven) return 0;
    if (all < limits.appPostsPerDay * appShareUnbounded) return Infinity;
    return Math.ceil(limits.appPostsPerDay / (1 + otherWorkspaces));
  }
}
