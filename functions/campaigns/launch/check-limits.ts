import { counted } from '#shared/text.ts';
import { appShareGiven, appShareUnbounded } from '#shared/x-app-share.ts';
import type { SlotFacts } from '../domain/publishing-facts.ts';
import { windowMs } from '../domain/x-limits.ts';
import { atAccount, atSlot, type Found, found, nowhere } from './found.ts';
import type { LaunchFacts } from './launch-facts.ts';

const dayOf = (instant: string): string => new Date(instant).toISOString().slice(0, 10);
const partsOf = ({ post }: SlotFacts): number => post?.parts.length ?? 1;

const sumBy = (slots: readonly SlotFacts[], keyOf: (slot: SlotFacts) => string): Map<string, number> => {
  const sums = new Map<string, number>();
  for (const slot of slots) sums.set(keyOf(slot), (sums.get(keyOf(slot)) ?? 0) + partsOf(slot));
  return sums;
};

/** Finds days, accounts and windows in which X accepts fewer posts than planned. @param slots in order of time */
export const checkLimits = (slots: readonly SlotFacts[], facts: LaunchFacts): Found[] => [
  ...appDays(slots, facts),
  ...accountDays(slots, facts),
  ...accountWindows(slots, facts),
];

/** X's daily limit for posts of the app, shared by all workspaces. */
const appDays = (slots: readonly SlotFacts[], { limits: { appPostsPerDay }, appPosts }: LaunchFacts): Found[] =>
  [...sumBy(slots, ({ publishAt }) => dayOf(publishAt))].flatMap(([day, planned]): Found[] => {
    const all = planned + (appPosts[day] ?? 0);
    if (all > appPostsPerDay * appShareGiven) {
      const message = `On ${day} (UTC) the campaign plans ${counted(planned, 'post')}, more than is left of the ${appPostsPerDay} a day that X accepts from all workspaces together.`;
      return [found('blocker', 'app_day_full', nowhere, message, 'Spread the posts over more days.')];
    }
    if (all <= appPostsPerDay * appShareUnbounded) return [];
    const message = `On ${day} (UTC) more than half of the posts that X accepts from all workspaces are planned.`;
    return [found('warning', 'app_day_busy', nowhere, message, 'Posts may be late. Spread them over more days.')];
  });

const accountDays = (slots: readonly SlotFacts[], { limits, elsewhere }: LaunchFacts): Found[] => {
  const most = limits.accountPostsPerDay;
  if (most === null) return [];
  const others = Map.groupBy(elsewhere, ({ accountId, publishAt }) => `${accountId}/${dayOf(publishAt)}`);
  return [...sumBy(slots, ({ accountId, publishAt }) => `${accountId}/${dayOf(publishAt)}`)].flatMap(
    ([key, planned]) => {
      const all = planned + (others.get(key)?.length ?? 0);
      const [accountId = '', day = ''] = key.split('/');
      if (all <= most) return [];
      const message = `On ${day} (UTC) ${all} posts are planned for the account; X accepts ${most}.`;
      return [found('blocker', 'account_day_full', atAccount(accountId), message, 'Spread the posts over more days.')];
    },
  );
};

/**
 * Reports each account once, at its first slot with X's 15-minute window full. A warning only, as posts wait for the
 * next.
 */
const accountWindows = (slots: readonly SlotFacts[], { limits, elsewhere }: LaunchFacts): Found[] => {
  const planned = slots.map((slot) => ({ ...slot, slot, parts: partsOf(slot) }));
  const others = elsewhere.map(({ accountId, publishAt }) => ({ accountId, publishAt, slot: null, parts: 1 }));
  return [...Map.groupBy([...planned, ...others], ({ accountId }) => accountId).values()].flatMap((ofAccount) => {
    const sorted = ofAccount
      .map((each) => ({ ...each, at: Date.parse(each.publishAt) }))
      .sort((one, other) => one.at - other.at);
    let [from, within] = [0, 0];
    for (const { slot, at, parts } of sorted) {
      within += parts;
      for (let first = sorted[from]; first && first.at <= at - windowMs; first = sorted[from]) {
        within -= first.parts;
        from += 1;
      }
      if (slot && within > limits.accountPostsPerWindow) {
        const message = `Within 15 minutes ${within} posts are planned for the account; X accepts ${limits.accountPostsPerWindow}.`;
        const advice = 'The rest are published up to 15 minutes late. Set a larger minimum gap for the account.';
        return [found('warning', 'account_window_full', atSlot(slot), message, advice)];
      }
    }
    return [];
  });
};
