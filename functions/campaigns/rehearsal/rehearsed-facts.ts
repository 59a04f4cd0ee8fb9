import { nothing } from '../budget/reserve.ts';
import type { Campaign } from '../domain/campaign.ts';
import type { CheckedSlot } from '../domain/check.ts';
import type { CatchUpPolicy } from '../domain/plan-policies.ts';
import type { AccountFacts, PostFacts, SlotFacts } from '../domain/publishing-facts.ts';
import type { LatenessPolicy, RehearsalSettings } from '../domain/rehearsal.ts';
import type { TrialSlot } from '../experiments/trials.ts';
import { sameContent } from '../plan-expansion/content.ts';
import type { CheckedWorkspace } from '../store/checks.ts';
import { stagePace } from './pace.ts';
import type { Setting } from './setting.ts';

interface Known {
  campaign: Pick<Campaign, 'budget'>;
  catchUp: CatchUpPolicy;
  slots: readonly TrialSlot[];
  /** The slots of the latest check. */
  checked: readonly CheckedSlot[];
  workspace: CheckedWorkspace | undefined;
}

/** The setting of a rehearsal of the plan: facts of the latest check, where the content is the same. */
export const settingOf = (
  { seed, x }: RehearsalSettings,
  { campaign, catchUp, slots, checked, workspace }: Known,
): Setting => {
  const before = new Map(checked.map((slot) => [slot.slotKey, slot]));
  const accounts = new Map(workspace?.accounts.map((account) => [account.accountId, account]));
  const accountIds = [...new Set(slots.map(({ accountId }) => accountId))];
  const { monthlyMicros = null, usedMicros = {} } = workspace?.budget ?? {};
  return {
    ...{ seed, x, budget: campaign.budget, spent: nothing, pace: stagePace, lateness: latenessOf(catchUp) },
    slots: slots.map((slot) => factsOf(slot, before.get(slot.slotKey))),
    accounts: accountIds.map((accountId) => accounts.get(accountId) ?? healthy(accountId)),
    workspaceBudget: monthlyMicros === null ? null : { monthlyMicros, usedMicros },
  };
};

const factsOf = (
  { slotKey, trackId, accountId, publishAt, content }: TrialSlot,
  before: CheckedSlot | undefined,
): SlotFacts => {
  const isSame = before?.accountId === accountId && sameContent(before.content, content);
  const post = (isSame ? before.facts : null) ?? plainPost(slotKey);
  return { slotKey, trackId, accountId, publishAt, post };
};

/** Defaults for an unknown post: one part of plain text that X has not seen. */
const plainPost = (slotKey: string): PostFacts => ({
  ...{ postId: '', status: 'draft', campaignId: null, contentHash: slotKey, approval: 'not_needed' },
  ...{ findings: [], media: [], parts: [{ hasUrl: false, isMarked: true, weightedLength: 0 }] },
});

const healthy = (accountId: string): AccountFacts => ({
  ...{ accountId, health: 'healthy', maxWeightedLength: Infinity, isAutomationConfirmed: true },
});

/**
 * Without a pause, policies that move the remaining slots let a late post wait as long as `publish_late` can at most.
 */
const longestMinutes = 7 * 24 * 60;

/** The lateness policy for a single post that corresponds to a catch-up policy. */
const latenessOf = (catchUp: CatchUpPolicy): LatenessPolicy => {
  switch (catchUp.kind) {
    case 'publish_late':
    case 'skip':
      return catchUp;
    case 'shift_rest':
    case 'compress':
      return { kind: 'publish_late', withinMinutes: longestMinutes };
  }
};
