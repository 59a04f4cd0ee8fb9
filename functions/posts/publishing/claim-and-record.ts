import type { TaskOrigin } from '#shared/lambda/task.ts';
import type { Deps } from '../deps.ts';
import { withHash } from '../domain/content-hash.ts';
import { type Lease, leaseOf } from '../domain/lease.ts';
import type { Media } from '../domain/media.ts';
import { type Post, toBeLookedFor } from '../domain/post.ts';
import { claim, type ClaimRequest, hold, mayBeOnX, mayStillLand, type Met, record } from '../domain/publication.ts';
import { release } from '../domain/release.ts';
import { withShortLinks } from '../domain/short-link.ts';
import { stopOver } from '../domain/stops.ts';
import { filesOf } from '../read-files.ts';
import { makeShortLinks } from '../short-links/make-short-links.ts';
import { blockerNow } from './claim-checks.ts';
import { uploadOf } from './media-upload.ts';

interface OnPost {
  workspaceId: string;
  postId: string;
}

/**
 * Lets one execution publish the post now, after checking everything that may have changed since it was scheduled. The
 * same execution gets the same answer again, unless publishing was stopped since, or it is the last look: once the
 * files are on X, however long that takes, everything is checked again right before the first part is published.
 * @throws DomainError `changed_meanwhile` if another execution or a person wrote at the same time
 */
export const claimPost = async (
  deps: Deps,
  { workspaceId, postId, scheduleVersion, isLastLook = false }: OnPost & Omit<ClaimRequest, 'execution'>,
  origin: TaskOrigin,
) => {
  const [post, hasEnded] = await Promise.all([
    deps.posts.find(workspaceId, postId),
    deps.deletedWorkspaces.hasEnded(workspaceId),
  ]);
  if (!post || hasEnded) return { outcome: 'skip' };
  const decision = claim(post, { execution: origin.execution, scheduleVersion, isLastLook }, deps.now());
  if (decision.outcome === 'stopped') {
    await deps.posts.save(decision.post, origin);
    return { outcome: 'stopped' };
  }
  if (decision.outcome !== 'go') return decision;
  const files = await filesOf(deps, post);
  const isClaimed = decision.post === post;
  // A post that may already be on X is looked up there first; nothing is sent until that is settled.
  if (mayBeOnX(decision.post)) {
    const sought = await withLinks(deps, decision.post, isClaimed);
    if (!isClaimed) await deps.posts.save(withHash(sought, files), origin);
    return toPublish(sought, files);
  }
  const lease = await leaseFor(deps, post, origin, { isToUpload: files.size > 0 && !isLastLook });
  // Read after the lease is written: whoever stops publishing writes first, and then reads the leases.
  const [stops, blocker] = await Promise.all([
    deps.stops.find(workspaceId),
    // The same execution is asking again; it already passed these checks.
    isClaimed && !isLastLook ? undefined : blockerNow(deps, post, files),
  ]);
  const stop = stops && stopOver(stops, post.accountId);
  if (stop) {
    if (lease) await deps.leases.giveBack(lease);
    return post.publication?.isUnsettled === true
      ? lookFirst(deps, decision.post, files, origin)
      : holdForStop(deps, hold(post, stop), origin);
  }
  const claimed = blocker ? hold(post, blocker) : await withLinks(deps, decision.post, isClaimed);
  // Losing the write to another execution or a person throws: the workflow retries and checks again.
  if (blocker || !isClaimed) await deps.posts.save(blocker ? claimed : withHash(claimed, files), origin);
  if (!blocker) return toPublish(claimed, files, { lease, areUploaded: isLastLook });
  if (lease) await deps.leases.giveBack(lease);
  return { outcome: 'stopped' };
};

/**
 * Adds the short links of the content, which its first claim decides: whatever is sent or searched for later has the
 * same text, even if the workspace changes its setting meanwhile.
 */
const withLinks = async (deps: Deps, post: Post, isClaimed: boolean): Promise<Post> =>
  isClaimed || post.shortLinks !== null ? post : { ...post, shortLinks: await makeShortLinks(deps, post) };

/** Takes the lease once everything else is on X: uploading files does not publish them. */
const leaseFor = async (
  { leases, now, faultPauseMs }: Deps,
  { workspaceId, id: subjectId, accountId }: Post,
  { execution }: TaskOrigin,
  { isToUpload }: { isToUpload: boolean },
): Promise<Lease | undefined> => {
  if (isToUpload) return undefined;
  const lease = leaseOf({ workspaceId, subjectId, accountId, execution }, now(), faultPauseMs);
  await leases.take(lease);
  return lease;
};

/**
 * Searches for what an earlier call may have put on X, even during a stop; until that is settled, the post is not held.
 */
const lookFirst = async (deps: Deps, post: Post, files: ReadonlyMap<string, Media>, origin: TaskOrigin) => {
  const sought = { ...post, publication: toBeLookedFor(post, deps.now()) };
  await deps.posts.save(withHash(sought, files), origin);
  return toPublish(sought, files);
};

/** Holds the post, and releases it again if somebody resumed meanwhile, since they cannot have found it held. */
const holdForStop = async (deps: Deps, held: Post, origin: TaskOrigin) => {
  const saved = await deps.posts.save(held, origin);
  const stops = await deps.stops.find(saved.workspaceId);
  if (!stops || !stopOver(stops, saved.accountId)) await deps.posts.save(release(saved, deps.now()), origin);
  return { outcome: 'stopped' };
};

/** Records the outcome of an execution: only the execution that holds the claim may do so, and only once. */
export const recordPost = async (deps: Deps, { workspaceId, postId, ...met }: OnPost & Met, origin: TaskOrigin) => {
  const { execution } = origin;
  // If something it sent may still reach X, the lease is left to expire.
  const [post] = await Promise.all([
    deps.posts.find(workspaceId, postId),
    mayStillLand(met) ? undefined : deps.leases.end({ workspaceId, subjectId: postId, execution }),
  ]);
  if (post?.claimedBy !== execution) return { outcome: 'skip' };
  const recorded = await deps.posts.save(record(post, met, deps.now(), deps.faultPauseMs), origin);
  return { outcome: recorded.status };
};

/**
 * What to publish, for the workflow. `path` lets a plain post take the shortest way. Files are uploaded first; how long
 * that takes is unknown, so the last look comes after it. A campaign is asked for its permit right before the first
 * part that this execution sends.
 */
const toPublish = (
  post: Post,
  files: ReadonlyMap<string, Media>,
  { lease, areUploaded = false }: { lease?: Lease | undefined; areUploaded?: boolean } = {},
) => {
  const media = [...files.values()].map(uploadOf);
  return {
    outcome: 'go',
    path: pathOf(post, media.length > 0, areUploaded),
    accountId: post.accountId,
    campaignId: post.campaignId,
    timeSetAt: post.timeSetAt,
    isUnsettled: post.publication?.isUnsettled === true,
    media,
    parts: post.parts.map((content, part) => ({
      part,
      ...content,
      text: withShortLinks(
        content.text,
        (post.shortLinks ?? []).filter((link) => link.part === part),
      ),
      hasUrl: post.urlParts.includes(part),
      later: laterThan(post, part),
      ...labelsOf(post),
      ...(mayBeOnX(post) && { lookSince: post.publication?.lookSince }),
      ...(lease && { sendBy: lease.sendBy }),
    })),
  };
};

const pathOf = (
  post: Post,
  hasMedia: boolean,
  areUploaded: boolean,
): 'look' | 'media' | 'campaign' | 'plain' | 'full' => {
  if (mayBeOnX(post)) return 'look';
  if (hasMedia && !areUploaded) return 'media';
  if (post.campaignId !== null) return 'campaign';
  return post.parts.length === 1 && !hasMedia ? 'plain' : 'full';
};

/** The parts after the first one, with and without a link: the cost of a thread is known before it begins. */
const laterThan = ({ parts, urlParts }: Post, part: number) => {
  const withUrl = part === 0 ? urlParts.filter((each) => each > 0).length : 0;
  return { plain: part === 0 ? parts.length - 1 - withUrl : 0, withUrl };
};

const labelsOf = ({ replySettings, madeWithAi, paidPartnership }: Post) => ({
  replySettings,
  madeWithAi,
  paidPartnership,
});
