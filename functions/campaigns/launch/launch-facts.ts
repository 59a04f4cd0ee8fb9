import type { ChangeFacts } from '../applying/change-facts.ts';
import type { Amount, Budget } from '../domain/budget.ts';
import type { AccountFacts, SlotFacts } from '../domain/publishing-facts.ts';
import type { XLimits } from '../domain/x-limits.ts';

/** Another publication on the workspace's accounts. */
export interface Elsewhere {
  accountId: string;
  /** UTC. */
  publishAt: string;
  /** Null for a post outside campaigns. */
  campaign: { campaignId: string; name: string } | null;
}

/** Everything that a launch check considers. The order of lists does not matter. */
export interface LaunchFacts {
  slots: readonly SlotFacts[];
  accounts: readonly AccountFacts[];
  budget: Budget | null;
  /** What the campaign has already spent and reserved. */
  spent: Amount;
  /** Posts of its slots whose cost is in `spent`. */
  counted: ReadonlySet<string>;
  /** The workspace's X budget for a UTC month (`2026-12`), and what is spent or planned by month; null: no limit. */
  workspaceBudget: { monthlyMicros: number; usedMicros: Readonly<Record<string, number>> } | null;
  limits: XLimits;
  /** Posts of the whole app by UTC day (`2026-12-01`), without this campaign's. */
  appPosts: Readonly<Record<string, number>>;
  elsewhere: readonly Elsewhere[];
  /** Whether the campaign adds UTM parameters to links. */
  marksLinks: boolean;
  /** Result of `sightOf` for its experiment, and whether it is signed off; null: no experiment. */
  experiment: {
    blocks: number;
    smallestLift: number | null;
    cannotConclude: boolean;
    isSignedOff: boolean;
    /** How many blocks would detect a doubling; null if these do. */
    neededBlocks?: number | null;
    /** The rest of the registration, which the report covers too. */
    registration?: Readonly<Record<string, unknown>>;
  } | null;
  /** UTC days on which the metrics of a post are read; each is billed once. */
  metricsDays: number;
  /** What a newer plan changes in a launched campaign; left out before the launch. */
  change?: ChangeFacts;
}
