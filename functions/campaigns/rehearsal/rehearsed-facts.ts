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
  /** The slots as the latest check found them. */
  checked: readonly CheckedSlot[];
  workspace: CheckedWorkspace | undefined;
}

/** What a rehearsal of the plan plays: the facts of the latest check, as far as they are about the same content. */
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

/** Nothing is known of it: one part of plain text that X has not seen. */
const plainPost = (slotKey: string): PostFacts => ({
  ...{ postId: '', status: 'draft', campaignId: null, contentHash: slotKey, approval: 'not_needed' },
  ...{ findings: [], media: [], parts: [{ hasUrl: false, isMarked: true, weightedLength: 0 }] },
});

const healthy = (accountId: string): AccountFacts => ({
  ...{ accountId, health: 'healthy', maxWeightedLength: Infinity, isAutomationConfirmed: true },
});

/** In a plan without a pause, moving the rest leaves a late post its turn for as long as such a policy may wait at most. */
const longestMinutes = 7 * 24 * 60;

/** What the policy for pauses and outages means for a single post that is late. */
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
