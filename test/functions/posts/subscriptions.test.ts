import { beforeEach, describe, expect, test, vi } from 'vitest';
import {
  AccountCapabilitiesChanged,
  AccountConnected,
  AccountDisconnected,
  AccountHealthChanged,
} from '#events/accounts.ts';
import { CampaignCancelled, CampaignSlotPlanned } from '#events/campaigns.ts';
import { followStanding } from '#events/standing.ts';
import { listensTo } from '#functions/posts/contract.ts';
import { newPublication, type Post } from '#functions/posts/domain/post.ts';
import { subscriptions } from '#functions/posts/subscriptions.ts';
import { notFound } from '#shared/errors.ts';
import { standingStore } from '#shared/standing.ts';
import { anEvent, inboxRecord } from '#test/support/context-harness.ts';
import { type Harness, harness } from './harness.ts';
import {
  accountId,
  aPart,
  aPost,
  aScheduledPost,
  author,
  campaignId,
  laterSlotId,
  noon,
  otherAccountId,
  otherCampaignId,
  out,
  slotId,
  workspaceId,
} from './samples.ts';

let context: Harness;
beforeEach(async () => {
  context = await harness();
});

test('the context subscribes to exactly the events that its contract names', () => {
  const { table } = context.deps;
  const followed = [...subscriptions(context.deps), ...followStanding(standingStore(table))];
  const types = new Set(followed.map(({ definition }) => definition.type));
  expect([...types].sort()).toEqual(listensTo.map(({ type }) => type).sort());
});

describe('what is known of an account', () => {
  const connected = (version: number, maxWeightedLength = 280) =>
    context.happened(AccountConnected, otherAccountId, version, {
      xUserId: '1',
      username: 'x',
      capabilities: { maxWeightedLength },
    });
  const disconnected = (version: number) => context.happened(AccountDisconnected, otherAccountId, version, {});
  const known = () => context.deps.accounts.find(workspaceId, otherAccountId);

  test('follows its events', async () => {
    await connected(1, 25_000);
    expect(await known()).toMatchObject({ isConnected: true, maxWeightedLength: 25_000 });
    await context.happened(AccountCapabilitiesChanged, otherAccountId, 2, { capabilities: { maxWeightedLength: 280 } });
    expect(await known()).toMatchObject({ isConnected: true, maxWeightedLength: 280 });
    await disconnected(3);
    expect(await known()).toMatchObject({ isConnected: false });
    await connected(4);
    expect(await known()).toMatchObject({ isConnected: true, maxWeightedLength: 280 });
  });

  test('ignores an older event that arrives late', async () => {
    await disconnected(2);
    await connected(1);
    expect(await known()).toMatchObject({ isConnected: false });
  });
});

const { id: postId } = aPost();
const slotData = {
  campaignId,
  slotId,
  postId,
  publishAt: '2026-11-22T13:00:00.000Z',
  timeZone: 'Europe/Berlin',
  planVersion: 1,
};
const planned = (said: object = {}) => context.happened(CampaignSlotPlanned, slotId, 1, { ...slotData, ...said });
const stored = () => context.deps.posts.find(workspaceId, postId);

describe("a campaign's slot", () => {
  test('schedules its post, with the campaigns context as actor', async () => {
    await context.deps.posts.create(aPost(), author);
    await planned();
    expect(await stored()).toMatchObject({
      status: 'scheduled',
      campaignId,
      scheduledAt: '2026-11-22T13:00:00.000Z',
      changedBy: { type: 'system', id: 'campaigns' },
      correlationId: 'correlation-1',
    });
    expect(context.told().at(-1)).toMatchObject(['post.scheduled', { campaignId, scheduleVersion: 1 }]);
  });

  test('received twice schedules once', async () => {
    await context.deps.posts.create(aPost(), author);
    await planned();
    await planned();
    expect(await stored()).toMatchObject({ version: 2, scheduleVersion: 1 });
  });

  test('received after a newer plan version changes nothing', async () => {
    await context.deps.posts.create(aPost(), author);
    await planned({ planVersion: 2, publishAt: '2026-11-22T15:00:00.000Z' });
    await planned({ planVersion: 1 });
    expect(await stored()).toMatchObject({ scheduledAt: '2026-11-22T15:00:00.000Z', slot: { planVersion: 2 } });
  });

  test.each(['deleted', 'published', 'publishing'] as const)('leaves a %s post alone', async (status) => {
    await context.deps.posts.create(aPost({ status }), author);
    await planned();
    expect(await stored()).toMatchObject({ status, version: 1 });
  });

  test('ignores an unknown post, and one that a later campaign has taken', async () => {
    await planned();
    const slot = { slotId: laterSlotId, planVersion: 1 };
    await context.deps.posts.create(aPost({ campaignId: otherCampaignId, slot }), author);
    await planned();
    expect(await stored()).toMatchObject({ campaignId: otherCampaignId, status: 'draft' });
  });

  test('received after its campaign’s end cancels its post, even if the first delivery broke off', async () => {
    await context.deps.posts.create(aPost(), author);
    await context.happened(CampaignCancelled, campaignId, 3, {});
    const save = context.deps.posts.save.bind(context.deps.posts);
    vi.spyOn(context.deps.posts, 'save').mockImplementation(async (post, by) => {
      if (post.status === 'cancelled') throw new Error('the table is away');
      return save(post, by);
    });
    await expect(planned()).rejects.toThrow('did not take');
    expect(await stored()).toMatchObject({ status: 'scheduled', campaignId });
    vi.restoreAllMocks();
    await planned();
    expect(await stored()).toMatchObject({ status: 'cancelled', campaignId });
  });

  test('that is malformed is reported as a failed batch item, to be delivered again', async () => {
    await context.deps.posts.create(aPost(), author);
    const record = inboxRecord(anEvent(CampaignSlotPlanned, slotId, 1, slotData, noon.toISOString()));
    const spoilt = { ...record, body: record.body.replace(slotData.publishAt, 'soon') };
    expect(await context.wake({ Records: [spoilt] })).toEqual({
      batchItemFailures: [{ itemIdentifier: record.messageId }],
    });
    expect(await stored()).toMatchObject({ version: 1 });
  });
});

describe('the cancellation of a campaign', () => {
  const cancelled = () => context.happened(CampaignCancelled, campaignId, 3, {});
  const ids = ['V', 'W', 'X', 'Y', 'Z'].map((last) => `pst_01KATJ9V5H8Q3M4N5P6R7S8T9${last}`);
  const statuses = async () =>
    (await Promise.all(ids.map((id) => context.deps.posts.find(workspaceId, id)))).map((post) => post?.status);

  test('cancels its scheduled and held posts once, and leaves publishing, published and other posts', async () => {
    const before = ['scheduled', 'held', 'publishing', 'published'] as const;
    for (const [place, status] of before.entries()) {
      await context.deps.posts.create(aScheduledPost({ id: ids[place] ?? '', status, campaignId }), author);
    }
    await context.deps.posts.create(aScheduledPost({ id: ids[4] ?? '', campaignId: otherCampaignId }), author);
    await cancelled();
    expect(await statuses()).toEqual(['cancelled', 'cancelled', 'publishing', 'published', 'scheduled']);
    const changes = context.changes.length;
    await cancelled();
    expect(context.changes).toHaveLength(changes);
  });

  test('fails, to be delivered again, when saving a post fails with post_not_found', async () => {
    await context.deps.posts.create(aScheduledPost({ campaignId }), author);
    vi.spyOn(context.deps.posts, 'save').mockRejectedValueOnce(notFound('post'));
    await expect(cancelled()).rejects.toThrow('did not take campaign.cancelled');
    vi.restoreAllMocks();
    await cancelled();
    expect(context.events().at(-1)?.definition.type).toBe('post.cancelled');
  });

  test('is applied to the stored post when a concurrent write made the first read stale', async () => {
    await context.deps.posts.create(aScheduledPost({ campaignId }), author);
    const stale = await context.deps.posts.ofCampaign(workspaceId, campaignId);
    vi.spyOn(context.deps.posts, 'ofCampaign').mockResolvedValueOnce(stale);
    const [post] = stale;
    if (!post) throw new Error('no post');
    await context.deps.posts.save({ ...post, timeZone: 'UTC' }, author);
    await cancelled();
    expect(await statuses()).toMatchObject({ 0: 'cancelled' });
  });
});

describe('a held post', () => {
  const problem = (code: string) => ({ code, reason: 'It was held.' });
  const holdFor = (code: string, said: Partial<Post> = {}) =>
    context.deps.posts.create(
      aScheduledPost({ status: 'held', nextAttemptAt: null, problem: problem(code), ...said }),
      author,
    );
  const health = (to: string, version = 5) =>
    context.happened(AccountHealthChanged, accountId, version, { health: to, reason: 'X says so.' });

  test('is resumed once its account is healthy, and keeps its original due time', async () => {
    await holdFor('account_suspended');
    context.clock.set(new Date(noon.getTime() + 60_000));
    await health('healthy');
    expect(await stored()).toMatchObject({
      status: 'scheduled',
      problem: null,
      nextAttemptAt: context.clock.now().toISOString(),
      publication: { dueAt: noon.toISOString() },
    });
    expect(context.told().at(-1)).toMatchObject(['post.scheduled', { scheduleVersion: 2 }]);
    const writes = context.changes.length;
    await health('healthy');
    expect(context.changes).toHaveLength(writes);
  });

  test.each(['suspended', 'locked', 'reconnect_needed', 'limited', 'disconnected'])(
    'stays held while its account is %s',
    async (now) => {
      await holdFor('account_suspended');
      await health(now);
      expect(await stored()).toMatchObject({ status: 'held', version: 1 });
    },
  );

  test('is resumed once its account is connected again', async () => {
    await holdFor('account_reconnect_needed');
    await context.happened(AccountConnected, accountId, 9, {
      xUserId: '1',
      username: 'acme',
      capabilities: { maxWeightedLength: 280 },
    });
    expect(await stored()).toMatchObject({ status: 'scheduled' });
  });

  test('is resumed where it stopped when it is a partly published thread', async () => {
    const publication = { ...newPublication(noon.toISOString()), parts: [out()], attempts: 20 };
    await holdFor('account_locked', { parts: [aPart(), aPart()], publication });
    await health('healthy');
    expect(await stored()).toMatchObject({ status: 'publishing', publication: { parts: [out()], attempts: 0 } });
  });
});

test('a slot in the past is scheduled for now by the clock of the test', async () => {
  await context.deps.posts.create(aPost(), author);
  await planned({ publishAt: '2026-11-22T11:00:00.000Z' });
  expect(await stored()).toMatchObject({ scheduledAt: noon.toISOString() });
});
