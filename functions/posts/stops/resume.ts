import type { Author } from '#shared/actor.ts';
import { retryOnLostUpdate, unlessOvertaken } from '#shared/entities.ts';
import { inLanes } from '#shared/lanes.ts';
import type { Deps } from '../deps.ts';
import type { Post } from '../domain/post.ts';
import {
  type AfterStop,
  afterStop,
  noStops,
  type ResumePolicy,
  type Stopped,
  type Stops,
  withoutStop,
} from '../domain/stops.ts';
import { mostAhead } from './contract.ts';

type Standing = Pick<Stops, 'workspace' | 'accounts'>;

interface Resumption {
  workspaceId: string;
  stopped: Stopped;
  policy: ResumePolicy;
}

/** A held post before and after a resumption. */
export interface Resumed {
  before: Post;
  after: Post;
  becomes: AfterStop;
}

/** Returns what a resumption would do. */
export const previewResumption = async (
  deps: Deps,
  { workspaceId, stopped, policy }: Resumption,
): Promise<Resumed[]> => {
  const stops = (await deps.stops.find(workspaceId)) ?? noStops(workspaceId);
  return plan(deps, workspaceId, withoutStop(stops, stopped, policy), policy);
};

/**
 * Ends a stop, and releases the posts that it held. The stop is ended first: a post that is being held meanwhile finds
 * that out itself. A repeated call does what is left to do.
 */
export const resumePublishing = async (
  deps: Deps,
  { workspaceId, stopped, policy }: Resumption,
  author: Author,
): Promise<Resumed[]> => {
  const stops = await retryOnLostUpdate(async () => {
    const standing = (await deps.stops.find(workspaceId)) ?? noStops(workspaceId);
    const next = withoutStop(standing, stopped, policy);
    return next === standing ? standing : deps.stops.save(next, author);
  });
  return carryOut(deps, { workspaceId, stops, policy }, author);
};

/**
 * Releases posts still held by a stop that is over: those that the index did not show yet when publishing was resumed.
 */
export const releaseStragglers = async (
  deps: Deps,
  { workspaceId, policy }: Omit<Resumption, 'stopped'>,
  author: Author,
): Promise<void> => {
  const stops = (await deps.stops.find(workspaceId)) ?? noStops(workspaceId);
  await carryOut(deps, { workspaceId, stops, policy }, author);
};

/** Number of posts written concurrently, so that those of a long stop fit into one request. */
const lanes = 10;

const carryOut = async (
  deps: Deps,
  { workspaceId, stops, policy }: { workspaceId: string; stops: Standing; policy: ResumePolicy },
  author: Author,
): Promise<Resumed[]> => {
  const resumed = await plan(deps, workspaceId, stops, policy);
  await inLanes(resumed, lanes, async ({ before, after }) => {
    const isSaid = after.status === before.status && after.problem?.code === before.problem?.code;
    // Whoever changed a post meanwhile has decided on it, or released it already.
    if (!isSaid) await unlessOvertaken(deps.posts.save(after, author));
  });
  return resumed;
};

/** Plans what becomes of the posts that stops hold, longest due first. */
const plan = async (
  { posts, now }: Pick<Deps, 'posts' | 'now'>,
  workspaceId: string,
  stops: Standing,
  policy: ResumePolicy,
): Promise<Resumed[]> => {
  const held = await posts.heldByStop(workspaceId);
  return held
    .toSorted((one, other) => (dueOf(one) < dueOf(other) ? -1 : 1))
    .map((before) => {
      const { becomes, post: after } = afterStop(before, stops, policy, now());
      return { before, after, becomes };
    });
};

/** When a post was to be published (UTC). */
export const dueOf = ({ publication, updatedAt }: Post): string => publication?.dueAt ?? updatedAt;

/** Counts the scheduled posts, of the account or of all, whose time is still to come. */
export const countAhead = async (
  { posts, now }: Pick<Deps, 'posts' | 'now'>,
  workspaceId: string,
  stopped: Stopped,
) => {
  const scope = { operation: 'postsAhead', workspaceId };
  const filter = { status: 'scheduled' as const, from: now().toISOString(), accountId: stopped ?? undefined };
  return (await posts.list(workspaceId, filter, { limit: mostAhead, scope })).items.length;
};
