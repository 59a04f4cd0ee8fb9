import type { ContentQuestion } from '#events/campaign-content.ts';
import { overriding } from '#shared/lazy.ts';
import type { Deps } from '../deps.ts';
import type { Post, PostStatus } from '../domain/post.ts';

type Slot = ContentQuestion['slots'][number];

/** Statuses in which a campaign can still plan a post. */
const open: readonly PostStatus[] = ['draft', 'scheduled', 'held', 'failed', 'cancelled', 'missed'];

const isBefore = (one: Slot, other: Slot): boolean => {
  const apart = Date.parse(one.publishAt) - Date.parse(other.publishAt);
  return apart < 0 || (apart === 0 && one.slotKey < other.slotKey);
};

/**
 * Returns, for each slot, dependencies under which the posts of earlier slots are scheduled at the times of those
 * slots, and the posts of later slots are drafts. So of two slots with the same text, the later one gets the finding.
 * Each other post is read once.
 */
export const besideSlots = (deps: Deps, slots: readonly Slot[], posts: ReadonlyMap<string, Post>) => {
  const slotOf = new Map(slots.map((slot) => [slot.postId, slot]));
  const others = new Map<string, Promise<Post | undefined>>();
  const readOnce = (workspaceId: string, postId: string): Promise<Post | undefined> => {
    const read = others.get(postId) ?? deps.posts.find(workspaceId, postId);
    others.set(postId, read);
    return read;
  };
  return (judged: Slot): Deps => ({
    ...deps,
    posts: overriding(deps.posts, {
      find: async (workspaceId, postId) => {
        const [slot, post] = [slotOf.get(postId), posts.get(postId)];
        if (!slot || !post) return readOnce(workspaceId, postId);
        if (!open.includes(post.status)) return post;
        if (!isBefore(slot, judged)) return { ...post, status: 'draft' };
        return { ...post, status: 'scheduled', scheduledAt: slot.publishAt };
      },
    }),
  });
};
