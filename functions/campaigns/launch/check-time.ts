import type { SlotFacts } from '../domain/publishing-facts.ts';
import { atSlot, type Found, found } from './found.ts';
import type { Elsewhere } from './launch-facts.ts';

/** How late a slot can be at the launch, for slots that are to be published immediately. */
const latenessMs = 60_000;
/** Executions live for a year (AWS Step Functions quotas), so a run cannot wait beyond 300 days. */
const furthestMs = 300 * 86_400_000;

/** Finds slots whose time has passed or is too far ahead. */
export const checkTimes = (slots: readonly SlotFacts[], now: string): Found[] =>
  slots.flatMap((slot): Found[] => {
    const ahead = Date.parse(slot.publishAt) - Date.parse(now);
    if (ahead < -latenessMs) {
      const advice = 'Move it or leave it out.';
      return [found('blocker', 'slot_past', atSlot(slot), `Its time ${slot.publishAt} has passed.`, advice)];
    }
    if (ahead <= furthestMs) return [];
    const message = `Its time ${slot.publishAt} is more than 300 days ahead.`;
    return [found('blocker', 'slot_too_far', atSlot(slot), message, 'Plan it in a later campaign.')];
  });

/** Posts of two campaigns on one account within this time compete. */
const clashMs = 3_600_000;

/** Finds slots within an hour of another campaign's post on the same account, each with the nearest one. */
export const checkClashes = (slots: readonly SlotFacts[], elsewhere: readonly Elsewhere[]): Found[] => {
  const byAccount = Map.groupBy(
    elsewhere.flatMap(({ accountId, publishAt, campaign }) =>
      campaign ? [{ accountId, at: Date.parse(publishAt), publishAt, campaign }] : [],
    ),
    ({ accountId }) => accountId,
  );
  for (const others of byAccount.values()) {
    others.sort((one, other) => one.at - other.at || (one.campaign.campaignId < other.campaign.campaignId ? -1 : 1));
  }
  return slots.flatMap((slot) => {
    const others = byAccount.get(slot.accountId) ?? [];
    const at = Date.parse(slot.publishAt);
    const after = firstFrom(others, at);
    const [nearest] = [others[after - 1], others[after]]
      .filter((each) => each !== undefined && Math.abs(each.at - at) < clashMs)
      .sort((one, other) => Math.abs((one?.at ?? 0) - at) - Math.abs((other?.at ?? 0) - at));
    if (!nearest) return [];
    const { campaign, publishAt } = nearest;
    const message = `The campaign ${campaign.name} (${campaign.campaignId}) publishes on the same account at ${publishAt}.`;
    return [found('warning', 'campaign_clash', atSlot(slot), message, 'Move one of them if they compete.')];
  });
};

/** Index of the first item at or after an instant. */
const firstFrom = (sorted: readonly { at: number }[], at: number): number => {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle]?.at ?? Infinity) < at) low = middle + 1;
    else high = middle;
  }
  return low;
};
