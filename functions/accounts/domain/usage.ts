import * as z from 'zod';
import { AccountId, CampaignId, PostId, WorkspaceId } from '#shared/ids.ts';
import { Instant } from '#shared/time.ts';

/** X's price for a call or a number of resources read, charged to a workspace. In millionths of a US dollar. */
export const Charge = z.object({
  kind: z.string(),
  /** Number of calls, or of resources read. */
  quantity: z.int().min(1).default(1),
  micros: z.int().min(0),
  /** UTC month in which it counts, such as `2026-11`. */
  month: z.string(),
  /** UTC day in which a sent post counts, such as `2026-11-30`; no other charge has one. */
  day: z.string().optional(),
});
export type Charge = z.infer<typeof Charge>;

/** Whom a charge is attributed to. */
export interface ChargedTo {
  workspaceId: string;
  accountId: string;
  campaignId: string | null;
  postId: string | null;
}

const Line = z.object({ count: z.int(), micros: z.int() });

/** What X has cost a workspace in a UTC month. */
export const Usage = z.object({
  workspaceId: WorkspaceId,
  month: z.string(),
  /** Counts the writes. */
  version: z.int().min(1),
  updatedAt: Instant,
  /** Counts the changes of the counters; unchanged while no call is billed. */
  moves: z.int().min(0),
  spentMicros: z.int(),
  /** The budget when it was last applied; null: no limit. */
  budgetMicros: z.int().min(0).nullable(),
  /** Since when a due post has cost more than what is left of the budget; null: none has. */
  exhaustedAt: Instant.nullable(),
  /** `spentMicros` as last published. */
  talliedMicros: z.int(),
  kinds: z.record(z.string(), Line),
  accounts: z.record(AccountId, z.int()),
  campaigns: z.record(CampaignId, z.int()),
  /** Posts sent, by day of the month (`01` to `31`, UTC). */
  postsOfDay: z.record(z.string(), z.int()),
});
export type Usage = z.infer<typeof Usage>;

/** Percentages of a budget at which to warn, highest first. */
const warnings = [80, 50] as const;

/** Returns the highest warning percentage that a change of spending has crossed; undefined for none. */
export const warningBetween = (beforeMicros: number, { spentMicros, budgetMicros }: Usage): 50 | 80 | undefined => {
  if (budgetMicros === null || budgetMicros === 0) return undefined;
  return warnings.find((percent) => {
    const line = (budgetMicros * percent) / 100;
    return beforeMicros < line && spentMicros >= line;
  });
};

/** Sums of a ledger, in the form of a month's usage. */
export type Sums = Pick<Usage, 'spentMicros' | 'kinds' | 'accounts' | 'campaigns'>;

export const noSums = (): Sums => ({ spentMicros: 0, kinds: {}, accounts: {}, campaigns: {} });

/** Returns the sums with another charge added. */
export const plusCharge = (
  sums: Sums,
  { kind, quantity, micros }: Charge,
  { accountId, campaignId }: ChargedTo,
): Sums => {
  const line = sums.kinds[kind] ?? { count: 0, micros: 0 };
  return {
    spentMicros: sums.spentMicros + micros,
    kinds: { ...sums.kinds, [kind]: { count: line.count + quantity, micros: line.micros + micros } },
    accounts: { ...sums.accounts, [accountId]: (sums.accounts[accountId] ?? 0) + micros },
    campaigns:
      campaignId === null
        ? sums.campaigns
        : { ...sums.campaigns, [campaignId]: (sums.campaigns[campaignId] ?? 0) + micros },
  };
};

/** A ledger entry for any charge except that of creating a post, which is stored in its publication. */
export const LedgerEntry = Charge.extend({
  workspaceId: WorkspaceId,
  accountId: AccountId,
  campaignId: CampaignId.nullable(),
  postId: PostId.nullable(),
});
