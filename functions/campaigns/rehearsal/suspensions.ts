import type { SlotFacts } from '../domain/publishing-facts.ts';
import type { XFaults } from '../domain/rehearsal.ts';
import type { Draw } from './draw.ts';

interface Suspension {
  accountId: string;
  from: number;
  /** Null: permanently. */
  until: number | null;
}

/** Suspension periods of accounts. */
export class Suspensions {
  readonly #all: readonly Suspension[];

  constructor(all: readonly Suspension[]) {
    this.#all = all;
  }

  /** The longest-lasting suspension of an account at an instant, if any. */
  of(accountId: string, at: number): Suspension | undefined {
    const endOf = ({ until }: Suspension): number => until ?? Infinity;
    return this.#all
      .filter((each) => each.accountId === accountId && each.from <= at && at < endOf(each))
      .sort((one, other) => endOf(other) - endOf(one))[0];
  }
}

/** The requested suspensions, plus the requested number of random ones; the seed decides which accounts and when. */
export const suspensionsOf = (
  { suspensions, drawnSuspensions }: XFaults,
  slots: readonly Pick<SlotFacts, 'accountId' | 'publishAt'>[],
  draw: Draw,
): Suspensions => {
  const instants = slots.map(({ publishAt }) => Date.parse(publishAt));
  const [first, last] = [Math.min(...instants), Math.max(...instants)];
  const drawn = [...new Set(slots.map(({ accountId }) => accountId))]
    .map((accountId) => ({ accountId, rank: draw('suspended', accountId) }))
    .sort((one, other) => one.rank - other.rank)
    .slice(0, drawnSuspensions)
    .map(({ accountId }): Suspension => {
      const from = first + Math.floor((last - first) * draw('suspended at', accountId));
      return { accountId, from, until: null };
    });
  const asked = suspensions.map(({ accountId, from, to }): Suspension => ({
    accountId,
    from: Date.parse(from),
    until: to === null ? null : Date.parse(to),
  }));
  return new Suspensions([...asked, ...drawn]);
};
