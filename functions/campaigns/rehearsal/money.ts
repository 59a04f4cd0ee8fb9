import { instantAt } from '#shared/time.ts';
import { billingMonthOf } from '#shared/x-prices.ts';
import { budgetSpent, mayPublish } from '../budget/may-publish.ts';
import { minus, nothing, plus } from '../budget/reserve.ts';
import { xCostOf } from '../budget/x-cost.ts';
import type { Amount } from '../domain/budget.ts';
import type { PostFacts } from '../domain/publishing-facts.ts';
import type { End, Run } from './run.ts';
import type { Setting } from './setting.ts';
import { held } from './standing.ts';

type Word =
  | { kind: 'permitted' }
  | { kind: 'over'; end: End }
  /** The workspace's budget of the month is spent; the post continues next month. */
  | { kind: 'next_month'; at: number };

const costOf = (post: PostFacts, at: number): Amount => ({
  micros: xCostOf(post, instantAt(at)),
  posts: 1,
});

const nextMonth = (at: number): number => {
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
};

/** Both budgets: the campaign's, which pauses it, and the workspace's monthly one, which holds single posts. */
export class Money {
  readonly #setting: Pick<Setting, 'budget' | 'workspaceBudget'>;
  readonly #months = new Map<string, number>();
  #spent: Amount;
  #pause: { at: number; end: End } | null = null;

  constructor(setting: Pick<Setting, 'budget' | 'spent' | 'workspaceBudget'>) {
    this.#setting = setting;
    this.#spent = setting.spent;
  }

  /** When the campaign paused, and how its posts end. */
  get pause(): { at: number; end: End } | null {
    return this.#pause;
  }

  /** Reserves the cost of a post before it is sent. Repeating it for the same post reserves nothing more. */
  ask(run: Run, post: PostFacts, at: number): Word {
    if (this.#pause) return { kind: 'over', end: this.#pause.end };
    const cost = costOf(post, at);
    const decision = mayPublish(this.#setting.budget, this.#spent, cost, run.held);
    if (decision.outcome === 'pause') {
      this.#pause = { at, end: held(budgetSpent, decision.reason) };
      return { kind: 'over', end: this.#pause.end };
    }
    if (!this.#countInMonth(run, cost.micros, at)) return { kind: 'next_month', at: nextMonth(at) };
    this.#spent = decision.spent;
    run.held = cost;
    return { kind: 'permitted' };
  }

  /** Releases what was reserved for a post but not billed. */
  giveBack(run: Run): void {
    this.#spent = plus(minus(this.#spent, run.held), run.billed);
    run.held = run.billed;
    if (!run.inMonth) return;
    const { month, micros } = run.inMonth;
    this.#months.set(month, this.#countedIn(month) - micros + run.billed.micros);
    run.inMonth = null;
  }

  #countedIn(month: string): number {
    return this.#months.get(month) ?? 0;
  }

  #countInMonth(run: Run, micros: number, at: number): boolean {
    const { workspaceBudget } = this.#setting;
    if (!workspaceBudget || run.inMonth) return true;
    const month = billingMonthOf(new Date(at));
    const { monthlyMicros, usedMicros } = workspaceBudget;
    if ((usedMicros[month] ?? 0) + this.#countedIn(month) + micros > monthlyMicros) return false;
    this.#months.set(month, this.#countedIn(month) + micros);
    run.inMonth = { month, micros };
    return true;
  }
}

/** Adds what X bills for a part that it accepted. Alt texts are billed with the first part. */
export const billPart = (run: Run, { parts, media }: PostFacts, part: number, at: number): void => {
  const billed = parts.slice(part, part + 1);
  const first = part === 0;
  const micros = xCostOf({ parts: billed, media: first ? media : [] }, instantAt(at));
  run.billed = plus(run.billed, { micros, posts: first ? 1 : nothing.posts });
};
