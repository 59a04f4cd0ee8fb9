import type { Amount, Budget } from '../domain/budget.ts';
import type { AccountFacts, SlotFacts } from '../domain/publishing-facts.ts';
import type { LatenessPolicy, RehearsalSettings } from '../domain/rehearsal.ts';

/** What is rehearsed, and where. The order of lists does not matter. */
export interface Setting extends RehearsalSettings {
  /** No two have the same key. */
  slots: readonly SlotFacts[];
  accounts: readonly AccountFacts[];
  budget: Budget | null;
  /** What the campaign has spent already. */
  spent: Amount;
  /** The workspace's money for X in a UTC month (`2026-12`), and what is used of it already; null: no bound. */
  workspaceBudget: { monthlyMicros: number; usedMicros: Readonly<Record<string, number>> } | null;
  lateness: LatenessPolicy;
  pace: RehearsalPace;
}

/** How the stage publishes, in milliseconds. */
export interface RehearsalPace {
  /** From the instant of a post to its call of X: least and most, drawn evenly. */
  dispatchMs: readonly [least: number, most: number];
  /** What one call of X takes. */
  callMs: number;
  /** After a send without an answer: until it can no longer land, and shows if it did. */
  settleMs: number;
  /** X is not there: tried again after this long. */
  pauseMs: number;
  /** Those who waited for the same instant are spread over this long. */
  jitterMs: number;
}
