import type { SlotFacts } from '../domain/publishing-facts.ts';
import { contentProblems } from './content-problems.ts';
import { atSlot, type Found, found } from './found.ts';
import type { LaunchFacts } from './launch-facts.ts';

/** Checks whether the content of each slot can be published. @param slots in order of time */
export const checkContent = (slots: readonly SlotFacts[], facts: LaunchFacts, campaignId: string): Found[] => {
  const accounts = new Map(facts.accounts.map((account) => [account.accountId, account]));
  return [
    ...slots.flatMap((slot): Found[] => {
      const { post } = slot;
      const place = atSlot(slot);
      if (slot.problem) return [unmade(slot.problem, place)];
      if (!post) {
        return [found('blocker', 'post_unknown', place, 'There is no such post.', 'Choose another post.')];
      }
      const problems = contentProblems(post, accounts.get(slot.accountId));
      return [
        ...problems.map(({ code, message, advice }) => found('blocker', code, place, message, advice)),
        ...(post.campaignId === null || post.campaignId === campaignId ? [] : [taken(slot, post.campaignId)]),
        ...(facts.marksLinks && hasUnmarked(slot) ? [unmarked(slot)] : []),
      ];
    }),
    ...repeated(slots),
  ];
};

const unmade = ({ message }: NonNullable<SlotFacts['problem']>, place: Found['place']): Found => {
  const advice = 'Correct its values or the template, then check again.';
  return found('blocker', 'content_unmade', place, `The post cannot be made from its template: ${message}`, advice);
};

const taken = (slot: SlotFacts, by: string): Found => {
  const advice = 'Choose another post, or take this one out of the plan of that campaign.';
  return found(
    'blocker',
    'post_taken',
    atSlot(slot),
    `The post belongs to the campaign ${by}, which has not ended.`,
    advice,
  );
};

const hasUnmarked = ({ post }: SlotFacts): boolean =>
  post?.parts.some((part) => part.hasUrl && !part.isMarked) ?? false;

const unmarked = (slot: SlotFacts): Found => {
  const message = 'A link of the post lacks the UTM parameters of the campaign, so its visits cannot be attributed.';
  return found('warning', 'link_unmarked', atSlot(slot), message, 'Edit the post with `utmFrom` set to the campaign.');
};

/** X rejects text that the account has posted already. The hash includes the account. */
const repeated = (slots: readonly SlotFacts[]): Found[] => {
  const first = new Map<string, string>();
  return slots.flatMap((slot) => {
    const hash = slot.post?.contentHash;
    if (hash === undefined) return [];
    const before = first.get(hash);
    first.set(hash, before ?? slot.slotKey);
    if (before === undefined) return [];
    const message = `The text is the same as in the slot ${before} of this account; X rejects repeated text.`;
    return [found('blocker', 'repeated_text', atSlot(slot), message, 'Change the text.')];
  });
};
