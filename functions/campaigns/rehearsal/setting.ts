import type { Amount, Budget } from '../domain/budget.ts';
import type { AccountFacts, SlotFacts } from '../domain/publishing-facts.ts';
import type { LatenessPolicy, RehearsalSettings } from '../domain/rehearsal.ts';

/** What is rehearsed, and under which conditions. The order of lists does not matter. */
export interface Setting extends RehearsalSettings {
  /** With unique keys. */
  slots: readonly SlotFacts[];
  accounts: readonly AccountFacts[];
  budget: Budget | null;
  /** What the campaign has already spent. */
  spent: Amount;
  /** The workspace's X budget for a UTC month (`2026-12`), and what is used by month; null: no limit. */
  workspaceBudget: { monthlyMicros: number; usedMicros: Readonly<Record<string, number>> } | null;
  lateness: LatenessPolicy;
  pace: RehearsalPace;
}

/** Timing of publishing on a stage, in milliseconds. */
export interface RehearsalPace {
  /** From the time of a post to its call to X: minimum and maximum, drawn uniformly. */
  dispatchMs: readonly [least: number, most: number];
  /** Duration of one call to X. */
  callMs: number;
  /** After a send without a response: time until it can no longer land, and is visible if it did. */
  settleMs: number;
  /** Delay before a retry while X does not respond. */
  pauseMs: number;
  /** Posts that waited for the same instant are spread over this time. */
  jitterMs: number;
}
