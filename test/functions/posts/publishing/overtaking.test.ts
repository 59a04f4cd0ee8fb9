import { describe, expect, test } from 'vitest';
import { AccountConnected, AccountDisconnected, AccountHealthChanged } from '#events/accounts.ts';
import { CampaignCancelled, CampaignSlotPlanned } from '#events/campaigns.ts';
import * as approval from '#functions/posts/approval/contract.ts';
import { plan, type Post } from '#functions/posts/domain/post.ts';
import { claim, hold } from '#functions/posts/domain/publication.ts';
import { recoverPost } from '#functions/posts/publishing/recover.ts';
import { queuePost, setQueue } from '#functions/posts/queue/enqueue.ts';
import { reschedulePosts } from '#functions/posts/scheduling/bulk-contract.ts';
import * as scheduling from '#functions/posts/scheduling/contract.ts';
import { tasks } from '#functions/posts/task-names.ts';
import { writeEach } from '#functions/posts/transfer/write.ts';
import * as writing from '#functions/posts/writing/contract.ts';
import { systemAuthor } from '#shared/actor.ts';
import type { Operation } from '#shared/http/operation.ts';
import type { Caller } from '#shared/http/route.ts';
import { instantAfter } from '#shared/time.ts';
import { owner } from '#test/support/http-event.ts';
import { type Harness, harness } from '../harness.ts';
import { accountId, aPost, author, campaignId, noon, otherAccountId, slotId, workspaceId } from '../samples.ts';

/*
 * A person's last decision stands, whatever is in flight. For every state, act and arrival: a post is in that state,
 * somebody resumes its campaign, a person acts, and then something arrives that was sent before the act.
 */

const { id: postId } = aPost();
const at = (seconds: number) => instantAfter(noon, 1000 * seconds);
const due = at(60);
/** When the campaign was launched, when it was resumed or cancelled, and when the person acts. */
const [launchedAt, toldAt, actedAt] = [at(-10), at(100), at(102)];
const slot = { campaignId, slotId, postId, publishAt: due, timeZone: 'Etc/UTC' };
const caller = {
  ...owner,
  ...{ people: [owner.personId], role: 'owner' },
  ...{ actor: { type: 'person', id: owner.personId }, correlationId: 'correlation-1' },
} as Caller;

/** The states in which a resumption can find a post that its campaign planned. */
const states = {
  'held by a pause': (post: Post) =>
    hold(claimed(post), { code: 'campaign_paused', reason: 'Its campaign is paused.' }),
  'held for its account': (post: Post) => hold(claimed(post), { code: 'account_locked', reason: 'X locked it.' }),
  'held for its approval': (post: Post) => hold(claimed(post), { code: 'approval_missing', reason: 'Not approved.' }),
  scheduled: (post: Post) => post,
  overdue: (post: Post) => ({ ...post, nextAttemptAt: due }),
} as const satisfies Record<string, (post: Post) => Post>;

const claimed = (post: Post): Post => {
  const decision = claim(post, { execution: 'execution-1', scheduleVersion: 1 }, new Date(due));
  if (decision.outcome !== 'go') throw new Error(`not claimed: ${decision.outcome}`);
  return decision.post;
};

const prepare = async (state: keyof typeof states): Promise<Harness> => {
  const context = await harness();
  await context.deps.accounts.learn(workspaceId, 1, {
    accountId: otherAccountId,
    isConnected: true,
    maxWeightedLength: 280,
  });
  const slots = [{ weekday: 1, time: '14:00' }];
  await setQueue(context.deps, accountId, { timeZone: 'Etc/UTC', slots }, caller, () => undefined);
  const publishAt = state === 'scheduled' ? at(3_600) : due;
  const planned = plan(aPost(), { ...slot, publishAt, planVersion: 1, askedAt: launchedAt }, new Date(launchedAt));
  if (!planned) throw new Error('not planned');
  const { version: _, ...fresh } = states[state](planned);
  await context.deps.posts.create(fresh, author);
  context.clock.set(new Date(actedAt));
  return context;
};

const standing = async ({ deps }: Harness): Promise<Post> => {
  const post = await deps.posts.find(workspaceId, postId);
  if (!post) throw new Error('no post');
  return post;
};

const on = (operation: Operation, body?: object) => async (context: Harness) => {
  const { version } = await standing(context);
  return context.call(operation, { path: { postId }, headers: { 'if-match': `"v${version}"` }, ...(body && { body }) });
};

/** What people do. `speaks`: about when the post is published, so that nothing sent earlier may change it. */
const acts = {
  cancel: { speaks: true, act: on(scheduling.cancelPost) },
  reschedule: { speaks: true, act: on(scheduling.schedulePost, { publishAt: at(7_200) }) },
  'reschedule many': {
    speaks: true,
    act: (context: Harness) => context.call(reschedulePosts, { body: { items: [{ postId, publishAt: at(7_200) }] } }),
  },
  'cancel, and schedule again': {
    speaks: true,
    act: async (context: Harness) => {
      await on(scheduling.cancelPost)(context);
      return on(scheduling.schedulePost, { publishAt: at(7_200) })(context);
    },
  },
  'publish at once': { speaks: true, act: on(scheduling.publishPost) },
  delete: { speaks: true, act: on(writing.deletePost) },
  'approve for another time': {
    speaks: true,
    act: on(approval.approvePost, { schedule: { publishAt: at(7_200) } }),
  },
  edit: { speaks: false, act: on(writing.changePost, { parts: [{ text: 'Other words' }] }) },
  'move to another account': { speaks: false, act: on(writing.changePost, { accountId: otherAccountId }) },
  approve: { speaks: false, act: on(approval.approvePost, {}) },
  disconnect: {
    speaks: false,
    act: async (context: Harness) => {
      await context.happened(AccountDisconnected, accountId, 7, {});
      return { status: 200 };
    },
  },
} as const satisfies Record<string, { speaks: boolean; act: (context: Harness) => Promise<{ status: number }> }>;

/** The stores as seen by a reader that read the post before the person acted. */
const asReadBefore = ({ deps }: Harness, post: Post) => ({
  ...deps,
  posts: { ...deps.posts, find: async () => post, get: async () => post },
});

/** What loses against the person's write is retried and reads what stands; only that retry counts. */
const refused = (work: Promise<unknown>) => work.catch(() => undefined);

/** What was in flight before the person acted, and arrives after. */
const arrivals: Record<string, (context: Harness, before: Post) => Promise<unknown>> = {
  'the plan of the resumption': (context) =>
    context.happened(CampaignSlotPlanned, slotId, 2, { ...slot, planVersion: 2, askedAt: toldAt }),
  'the plan of the launch, again': (context) =>
    context.happened(CampaignSlotPlanned, slotId, 1, { ...slot, planVersion: 1, askedAt: launchedAt }),
  'the end of the campaign': (context) => context.happened(CampaignCancelled, campaignId, 9, {}, toldAt),
  'an execution that read it before': (context, before) =>
    refused(
      context.deps.posts.save(
        { ...before, status: 'publishing', claimedBy: 'execution-1' },
        systemAuthor('posts', { correlationId: 'c' }),
      ),
    ),
  'an execution of an earlier scheduling': (context, before) =>
    context.run(tasks.claim, { workspaceId, postId, scheduleVersion: before.scheduleVersion }, 'execution-2'),
  'what an earlier execution met': (context) =>
    context.run(tasks.record, { workspaceId, postId, parts: [{ outcome: 'not_reached' }] }, 'execution-1'),
  'the healer, who read it before': (context, before) =>
    recoverPost(
      { ...asReadBefore(context, before) },
      { workspaceId, postId },
      systemAuthor('posts', { correlationId: 'c' }),
    ),
  'a queue that read it before': (context, before) => refused(queuePost(asReadBefore(context, before), before, caller)),
  'an import of the same post': (context, before) => refused(writeEach(context.deps, [before], caller)),
  'news that its account is well': (context) =>
    context.happened(AccountHealthChanged, accountId, 3, { health: 'healthy', reason: 'X says so.' }, toldAt),
  'news that its account is connected': (context) =>
    context.happened(
      AccountConnected,
      accountId,
      2,
      { xUserId: '1', username: 'x', capabilities: { maxWeightedLength: 280 } },
      toldAt,
    ),
};

/** What a person decides about a post's time. */
const timeOf = ({ status, scheduledAt, nextAttemptAt, scheduleVersion }: Post) => ({
  status,
  scheduledAt,
  nextAttemptAt,
  scheduleVersion,
});
/** What else a person decides about it. */
const contentOf = ({ accountId: account, parts, approval: said, contentVersion }: Post) => ({
  account,
  parts,
  said,
  contentVersion,
});

const pairs = Object.keys(acts).flatMap((act) => Object.keys(arrivals).map((arrival) => ({ act, arrival })));

describe.each(Object.keys(states) as (keyof typeof states)[])('a post that is %s', (state) => {
  test.each(pairs)('keeps the person’s decision: $act, then $arrival', async ({ act, arrival }) => {
    const context = await prepare(state);
    const before = await standing(context);
    const { speaks, act: perform } = acts[act as keyof typeof acts];
    expect((await perform(context)).status).toBeLessThan(300);
    const said = await standing(context);
    context.clock.set(new Date(instantAfter(context.clock.now(), 2_000)));
    await arrivals[arrival]?.(context, before);
    const left = await standing(context);
    expect(contentOf(left)).toEqual(contentOf(said));
    if (speaks) expect(timeOf(left)).toEqual(timeOf(said));
  });
});

test.each(['news that its account is well', 'news that its account is connected'])(
  'a post held for its account stays held after a disconnect, despite older news: %s',
  async (arrival) => {
    const context = await prepare('held for its account');
    const before = await standing(context);
    await acts.disconnect.act(context);
    await arrivals[arrival]?.(context, before);
    expect(timeOf(await standing(context))).toEqual(timeOf(before));
  },
);

describe('an event from after a person’s decision', () => {
  test('counts: a resumed campaign plans a post again that a person had cancelled', async () => {
    const context = await prepare('held by a pause');
    await on(scheduling.cancelPost)(context);
    const askedAt = instantAfter(context.clock.now(), 1_000);
    context.clock.set(new Date(instantAfter(askedAt, 1_000)));
    await context.happened(CampaignSlotPlanned, slotId, 2, { ...slot, planVersion: 2, askedAt });
    expect(await standing(context)).toMatchObject({ status: 'scheduled', campaignId, timeSetAt: askedAt });
  });

  test('counts: a cancelled campaign cancels a post that a person had scheduled', async () => {
    const context = await prepare('held by a pause');
    await on(scheduling.schedulePost, { publishAt: at(7_200) })(context);
    await context.happened(CampaignCancelled, campaignId, 9, {}, instantAfter(context.clock.now(), 1_000));
    expect(await standing(context)).toMatchObject({ status: 'cancelled' });
  });
});

describe('a post without a record of when its time was set', () => {
  test('is planned as usual', async () => {
    const context = await prepare('held by a pause');
    const post = await standing(context);
    await context.deps.posts.save({ ...post, timeSetAt: null }, author);
    await context.happened(CampaignSlotPlanned, slotId, 2, { ...slot, planVersion: 2 });
    expect(await standing(context)).toMatchObject({ status: 'scheduled', slot: { planVersion: 2 } });
  });
});
