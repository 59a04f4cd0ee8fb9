import { DomainError, type FieldError } from '#shared/errors.ts';
import { findReference, patienceFor } from '#shared/events/reference.ts';
import type { Deps } from '../deps.ts';
import { type Campaign, holds } from '../domain/campaign.ts';
import type { Claim, KnownPost } from '../domain/known-post.ts';

type Plan = Pick<Campaign, 'id' | 'workspaceId' | 'slots'>;

/**
 * The claims by which a campaign takes the posts of its slots. A post belongs to one campaign that has not ended: a
 * claim is written with the campaign, on condition that the post has not been taken meanwhile.
 * @throws DomainError that names the posts: `post_not_found`, or `posts_unusable` for what is out, deleted or taken.
 */
export const claimsFor = async (deps: Deps, { id, workspaceId, slots }: Plan): Promise<Claim[]> => {
  const posts = await Promise.all(
    slots.map(async ({ postId }) =>
      findReference(() => deps.posts.find(workspaceId, postId), patienceFor(postId, deps.now(), deps.patience)),
    ),
  );
  const missing = posts.flatMap((post, place) =>
    post ? [] : [refusal(place, 'post_not_found', 'does not exist in this workspace')],
  );
  if (missing.length > 0) {
    const said = 'Some of the posts do not exist in this workspace.';
    throw new DomainError('not-found', 'post_not_found', said, { fields: missing });
  }
  const known = posts.filter((post) => post !== undefined);
  const blockers = await Promise.all(known.map((post, place) => blockerOf(deps, workspaceId, id, post, place)));
  const fields = blockers.filter((each) => each !== undefined);
  if (fields.length > 0) {
    throw new DomainError('conflict', 'posts_unusable', 'Some of the posts cannot be used in this campaign.', {
      fields,
    });
  }
  return slots.flatMap(({ id: slotId, postId }, place) => {
    const seen = known[place]?.taken?.slotId ?? null;
    return seen === slotId ? [] : [{ postId, slotId, seen }];
  });
};

const blockerOf = async (
  { campaigns }: Deps,
  workspaceId: string,
  campaignId: string,
  { status, taken }: KnownPost,
  place: number,
): Promise<FieldError | undefined> => {
  if (status === 'published') return refusal(place, 'post_published', 'is already published');
  if (status === 'deleted') return refusal(place, 'post_deleted', 'was deleted');
  if (!taken || taken.campaignId === campaignId) return undefined;
  const other = await campaigns.find(workspaceId, taken.campaignId);
  if (!other || !holds(other, taken.slotId)) return undefined;
  return refusal(place, 'post_in_campaign', `belongs to the campaign ${other.id}, which is not completed or cancelled`);
};

const refusal = (place: number, code: string, message: string): FieldError => ({
  path: `body.posts.${place}.postId`,
  code,
  message,
});
