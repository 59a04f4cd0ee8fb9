import { lostUpdate } from '#shared/entities.ts';
import { DomainError, notFound } from '#shared/errors.ts';
import { findReference, patienceFor } from '#shared/events/reference.ts';
import type { Caller } from '#shared/http/route.ts';
import { knownTimeZone } from '#shared/http/time-zone.ts';
import { instantAfter } from '#shared/time.ts';
import { requireReady } from '../checks/readiness.ts';
import type { Deps } from '../deps.ts';
import { type Post, schedule } from '../domain/post.ts';
import { hasTime, type Queue, type QueueSlot } from '../domain/queue.ts';
import type { Writer } from '../may-change.ts';
import { slotTimes } from './slot-times.ts';

/** No post can be scheduled further ahead (see `schedule`). */
const furthestDays = 300;
/** Number of slots compared with the schedule at a time. */
const slotsAtOnce = 50;
/** How often to look again at a slot that others are taking at the same time, before it is left to them. */
const maxLooks = 5;

/**
 * Sets the slots of an account's queue.
 * @throws DomainError `account_not_found`, `invalid_time_zone`, `changed_meanwhile`
 */
export const setQueue = async (
  { accounts, queues, now, patience: all }: Deps,
  accountId: string,
  { timeZone, slots }: { timeZone: string; slots: QueueSlot[] },
  caller: Caller,
  assertRead: (queue: { version: number }) => void,
): Promise<Queue> => {
  const { workspaceId } = caller;
  const zone = knownTimeZone(timeZone);
  const patience = patienceFor(accountId, now(), all);
  if (!(await findReference(() => accounts.find(workspaceId, accountId), patience))) throw notFound('account');
  const queue = await queues.find(workspaceId, accountId);
  assertRead(queue ?? { version: 0 });
  return queue
    ? queues.save({ ...queue, timeZone: zone, slots }, caller)
    : queues.create({ workspaceId, accountId, timeZone: zone, slots }, caller);
};

/** Returns an account's queue. @throws DomainError `account_not_found`, `queue_not_found` if none was set */
export const getQueue = async ({ accounts, queues }: Deps, accountId: string, { workspaceId }: Caller) => {
  const queue = await queues.find(workspaceId, accountId);
  if (queue) return queue;
  throw notFound((await accounts.find(workspaceId, accountId)) ? 'queue' : 'account');
};

const refuse = (code: string, message: string): DomainError =>
  new DomainError('conflict', code, message, { fields: [{ path: 'path.postId', code, message }] });

/**
 * Schedules a post in the next free slot of its account; posts that are queued at the same time get different slots.
 * @throws DomainError `queue_empty`, `queue_full`, `post_scheduled`, and those of scheduling
 */
export const queuePost = async (deps: Deps, post: Post, caller: Writer): Promise<Post> => {
  const { workspaceId, accountId } = post;
  if (post.status === 'scheduled') throw refuse('post_scheduled', 'The post already has a time. Cancel it first.');
  const now = deps.now();
  // Whether the post may be scheduled at all is checked before its account's queue.
  schedule(post, now.toISOString(), null, now);
  const queue = await deps.queues.find(workspaceId, accountId);
  if (!queue || queue.slots.length === 0)
    throw refuse('queue_empty', "The account's queue has no time slots. Add some first.");
  for await (const at of freeTimes(deps, queue, now)) {
    const scheduled = { ...schedule(post, at, queue.timeZone, now), scheduledBy: caller.personId };
    const taken = await takeSlot(deps, post, await requireReady(deps, scheduled), at, caller);
    if (taken) return taken;
  }
  throw refuse(
    'queue_full',
    `Every slot of the next ${furthestDays} days is taken. Add time slots or schedule the post yourself.`,
  );
};

/** Yields the slot times that no post has according to the index of posts by time, which may be behind. */
async function* freeTimes({ posts }: Deps, queue: Queue, now: Date): AsyncGenerator<string, void> {
  const { workspaceId, accountId } = queue;
  const times = slotTimes(queue.slots, queue.timeZone, now, furthestDays);
  for (;;) {
    const some = times.take(slotsAtOnce).toArray();
    const [first] = some;
    const last = some.at(-1);
    if (first === undefined || last === undefined) return;
    const taken = new Set<string>();
    const filter = { accountId, from: first, to: instantAfter(last, 1) };
    let cursor: string | undefined;
    do {
      const page = await posts.list(workspaceId, filter, { limit: 100, cursor, scope: { queue: accountId } });
      for (const post of page.items) {
        if (post.scheduledAt !== null && hasTime(post, accountId, post.scheduledAt)) taken.add(post.scheduledAt);
      }
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    for (const at of some) if (!taken.has(at)) yield at;
  }
}

/** Gives the post the slot at that time; undefined if another post has it. @throws DomainError `changed_meanwhile` */
const takeSlot = async (
  { posts, queues }: Deps,
  read: Post,
  scheduled: Post,
  at: string,
  caller: Writer,
): Promise<Post | undefined> => {
  const { workspaceId, accountId, id } = scheduled;
  for (let looks = 0; looks < maxLooks; looks += 1) {
    const taken = await queues.findTaken(workspaceId, accountId, at);
    const holder = taken && (await posts.find(workspaceId, taken.postId));
    if (holder && holder.id !== id && hasTime(holder, accountId, at)) return undefined;
    const saved = await queues.take(scheduled, at, taken, caller);
    if (saved) return saved;
    const standing = await posts.find(workspaceId, id);
    if (standing?.version !== read.version) throw lostUpdate();
  }
  return undefined;
};
