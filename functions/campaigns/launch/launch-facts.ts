import type { ChangeFacts } from '../applying/change-facts.ts';
import type { Amount, Budget } from '../domain/budget.ts';
import type { AccountFacts, SlotFacts } from '../domain/publishing-facts.ts';
import type { XLimits } from '../domain/x-limits.ts';

/** What goes out on the workspace's accounts besides the campaign. */
export interface Elsewhere {
  accountId: string;
  /** UTC. */
  publishAt: string;
  /** Null of a post that belongs to no campaign. */
  campaign: { campaignId: string; name: string } | null;
}

/** All that a launch check looks at. The order of lists does not matter. */
export interface LaunchFacts {
  slots: readonly SlotFacts[];
  accounts: readonly AccountFacts[];
  budget: Budget | null;
  /** What the campaign has spent already. */
  spent: Amount;
  /** The workspace's money for X in a UTC month (`2026-12`), and what is spent or planned of it already; null: no bound. */
  workspaceBudget: { monthlyMicros: number; usedMicros: Readonly<Record<string, number>> } | null;
  limits: XLimits;
  /** Posts of the whole app, this campaign's left out, by UTC day (`2026-12-01`). */
  appPosts: Readonly<Record<string, number>>;
  elsewhere: readonly Elsewhere[];
  /** Whether the campaign marks links. */
  marksLinks: boolean;
  /** What `sightOf` says of its experiment, and whether somebody signed for it; null where it has none. */
  experiment: {
    blocks: number;
    smallestLift: number | null;
    cannotConclude: boolean;
    isSignedOff: boolean;
    /** How many blocks would see a doubling; null where these do. */
    neededBlocks?: number | null;
    /** What else was registered: a report is about exactly that. */
    registration?: Readonly<Record<string, unknown>>;
  } | null;
  /** UTC days on which the metrics of a post are read, each billed once. */
  metricsDays: number;
  /** What a newer plan changes of a launched campaign; left out before the launch. */
  change?: ChangeFacts;
}
