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
 * Lets one execution publish the post now, after a look at all that may have changed since it was scheduled. Asking again
 * as the same execution gives the same answer, unless something was stopped since, or it is the last look: once the files
 * are on X, which takes as long as it takes, all is looked at again right before the first part goes out.
 * @throws DomainError `changed_meanwhile` when another execution, or a person, wrote at the same time
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
  // What may be on X is looked for there before anything else counts; nothing is sent meanwhile.
  if (mayBeOnX(decision.post)) {
    const sought = await withLinks(deps, decision.post, isClaimed);
    if (!isClaimed) await deps.posts.save(withHash(sought, files), origin);
    return toPublish(sought, files);
  }
  const lease = await leaseFor(deps, post, origin, { isToUpload: files.size > 0 && !isLastLook });
  // Read after the lease is written: whoever stops publishing writes first, and then reads the leases.
  const [stops, blocker] = await Promise.all([
    deps.stops.find(workspaceId),
    // Its own execution asks again: it was let pass already.
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
  // Losing the write to another execution, or to a person's change, throws: the workflow retries and looks again.
  if (blocker || !isClaimed) await deps.posts.save(blocker ? claimed : withHash(claimed, files), origin);
  if (!blocker) return toPublish(claimed, files, { lease, areUploaded: isLastLook });
  if (lease) await deps.leases.giveBack(lease);
  return { outcome: 'stopped' };
};

/**
 * The post with the short links of its content, which its first claim decides: whatever is sent or looked for later has
 * the same text, also when the workspace changes its mind meanwhile.
 */
const withLinks = async (deps: Deps, post: Post, isClaimed: boolean): Promise<Post> =>
  isClaimed || post.shortLinks !== null ? post : { ...post, shortLinks: await makeShortLinks(deps, post) };

/** The right to send, which begins when everything that goes out is on X already: files are not published by themselves. */
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

/** What an earlier call may have put on X is looked for during a stop too: until that is known, the post is not held. */
const lookFirst = async (deps: Deps, post: Post, files: ReadonlyMap<string, Media>, origin: TaskOrigin) => {
  const sought = { ...post, publication: toBeLookedFor(post, deps.now()) };
  await deps.posts.save(withHash(sought, files), origin);
  return toPublish(sought, files);
};

/** Holds the post, and releases it again when somebody resumed meanwhile, who cannot have found it held. */
const holdForStop = async (deps: Deps, held: Post, origin: TaskOrigin) => {
  const saved = await deps.posts.save(held, origin);
  const stops = await deps.stops.find(saved.workspaceId);
  if (!stops || !stopOver(stops, saved.accountId)) await deps.posts.save(release(saved, deps.now()), origin);
  return { outcome: 'stopped' };
};

/** Records what an execution met: only the claim's own execution may do so, and only once. */
export const recordPost = async (deps: Deps, { workspaceId, postId, ...met }: OnPost & Met, origin: TaskOrigin) => {
  const { execution } = origin;
  // What it may have sent and nobody knows of lands until the lease runs out.
  const [post] = await Promise.all([
    deps.posts.find(workspaceId, postId),
    mayStillLand(met) ? undefined : deps.leases.end({ workspaceId, subjectId: postId, execution }),
  ]);
  if (post?.claimedBy !== execution) return { outcome: 'skip' };
  const recorded = await deps.posts.save(record(post, met, deps.now(), deps.faultPauseMs), origin);
  return { outcome: recorded.status };
};

/**
 * What goes out, for the workflow. `path` lets a plain post take the shortest way. Files go to X first: how long that
 * takes is not known, so the last look comes after it. A campaign is asked for its permit right before the first part
 * that this execution sends.
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

/** The parts after the first one, with and without a link: what a thread costs is known before it begins. */
const laterThan = ({ parts, urlParts }: Post, part: number) => {
  const withUrl = part === 0 ? urlParts.filter((each) => each > 0).length : 0;
  return { plain: part === 0 ? parts.length - 1 - withUrl : 0, withUrl };
};

const labelsOf = ({ replySettings, madeWithAi, paidPartnership }: Post) => ({
  replySettings,
  madeWithAi,
  paidPartnership,
});
