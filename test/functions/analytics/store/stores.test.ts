import { expect, test } from 'vitest';
import type { PostReading } from '#functions/analytics/domain/reading.ts';
import { rollUp } from '#functions/analytics/domain/roll-up.ts';
import { alertStore } from '#functions/analytics/store/alerts.ts';
import { dailySubjectStore } from '#functions/analytics/store/daily-subjects.ts';
import { deferredReadingStore } from '#functions/analytics/store/deferred-readings.ts';
import { knownAccountStore } from '#functions/analytics/store/known-accounts.ts';
import { knownCampaignStore } from '#functions/analytics/store/known-campaigns.ts';
import { readingStore } from '#functions/analytics/store/readings.ts';
import { rollUpStore } from '#functions/analytics/store/roll-ups.ts';
import { sweepStore } from '#functions/analytics/store/sweeps.ts';
import { placeAt, trackedPostStore } from '#functions/analytics/store/tracked-posts.ts';
import { newId } from '#shared/ids.ts';
import { shardOf, shards } from '#shared/shards.ts';
import { instantAfter } from '#shared/time.ts';
import { person } from '#test/support/context-harness.ts';
import { onTable } from '#test/support/on-table.ts';
import { accountId, campaignId, metricsOf, noon, workspaceId } from '../harness.ts';

const now = () => noon;
const day = '2026-11-22';
const after = (milliseconds: number) => instantAfter(noon, milliseconds);
const shard = shardOf(accountId);

const postOf = (publishedAt = noon.toISOString()) => ({
  ...{ id: newId('pst', noon), workspaceId, accountId, campaignId, trial: null, xPostIds: ['100'] },
  ...{ dueAt: publishedAt, publishedAt, costMicros: 15_000, format: null, templateId: null },
});
const readingOf = (postId: string, count: number): PostReading => ({
  ...{ postId, campaignId, variant: null, publishedAt: noon.toISOString(), latenessMs: 0, costMicros: 15_000 },
  ...{ availability: 'available', metrics: metricsOf(count), shortLinkClicks: null, isTold: true },
});

test('posts are found by publication time, each once, continuing from a place', async () => {
  await onTable(['byDue'], now, async (table) => {
    const posts = trackedPostStore(table);
    const made = Array.from({ length: 12 }, (_, place) => postOf(after(place)));
    for (const post of made) await posts.track(post, 800);
    const before = noon.getTime() + 12;
    const first = await posts.publishedBetween(shard, placeAt(0), before, 5);
    expect(first.map(({ post }) => post.id)).toEqual(made.slice(0, 5).map(({ id }) => id));
    const rest = await posts.publishedBetween(shard, first.at(-1)?.place ?? '', before, 100);
    expect(rest.map(({ post }) => post.id)).toEqual(made.slice(5).map(({ id }) => id));
    expect(await posts.publishedBetween(shard, placeAt(0), noon.getTime() + 3, 100)).toHaveLength(3);
    const sinceNoon = await posts.publishedBetween(shard, placeAt(noon.getTime()), noon.getTime() + 3, 100);
    expect(sinceNoon.map(({ post }) => post.id)).toEqual(made.slice(0, 3).map(({ id }) => id));
    // Known posts are not read again and keep their place.
    const known = new Map(made.slice(0, 3).map((post) => [post.id, { ...post, costMicros: 7 }]));
    const found = await posts.publishedBetween(shard, placeAt(0), noon.getTime() + 4, 100, (id) => known.get(id));
    expect(found.map(({ post }) => [post.id, post.costMicros])).toEqual(
      made.slice(0, 4).map(({ id, costMicros }, place) => [id, place < 3 ? 7 : costMicros]),
    );
    expect(await posts.publishedBetween(shard, placeAt(before), before, 100)).toEqual([]);
    const others = shards.filter((each) => each !== shard);
    for (const other of others) expect(await posts.publishedBetween(other, placeAt(0), before, 100)).toEqual([]);
    // Tracking a post again does not overwrite it.
    await posts.track({ ...postOf(), id: made[0]?.id ?? '', costMicros: 1 }, 800);
    expect(await posts.find(workspaceId, made[0]?.id ?? '')).toEqual(made[0]);
  });
});

test('a batch is stored once, and found by account and day', async () => {
  await onTable(['byDue'], now, async (table) => {
    const readings = readingStore(table);
    const [one, two] = [newId('pst', noon), newId('pst', noon)];
    const other = newId('acc', noon);
    const batch = (of: string, measuredAt: string, ...all: PostReading[]) => ({
      ...{ workspaceId, accountId: of, day, measuredAt, readings: all },
    });
    const first = batch(accountId, after(0), readingOf(one, 1), readingOf(two, 2));
    await readings.add(first, person);
    await readings.add({ ...first, readings: [readingOf(one, 99)] }, person);
    await readings.add(batch(accountId, after(1), readingOf(one, 3)), person);
    await readings.add(batch(other, after(2), readingOf(newId('pst', noon), 4)), person);
    const counts = (found: Awaited<ReturnType<typeof readings.ofDay>>) =>
      found.map((each) => each.readings.map(({ metrics }) => metrics?.likes));
    expect(counts(await readings.ofCohort({ workspaceId, accountId, day }))).toEqual([[1, 2], [3]]);
    expect(counts(await readings.ofDay(workspaceId, day)).sort()).toEqual([[1, 2], [3], [4]]);
    expect(await readings.ofDay(workspaceId, '2026-11-23')).toEqual([]);
  });
});

test('a deferred reading is due at its time, and gone once it is removed', async () => {
  await onTable(['byDue'], now, async (table) => {
    const deferred = deferredReadingStore(table);
    const add = async (readAt: string) =>
      deferred.add({ workspaceId, accountId, postIds: [newId('pst', noon)], readAt });
    await add(after(0));
    await add(after(1));
    const due = await deferred.due(shard, noon, 10);
    expect(due.map(({ reading }) => reading.readAt)).toEqual([after(0)]);
    for (const { key } of due) await deferred.remove(key);
    expect(await deferred.due(shard, noon, 10)).toEqual([]);
    expect(await deferred.due(shard, new Date(after(1)), 10)).toHaveLength(1);
  });
});

test('one execution sweeps at a time, and only that one can record progress', async () => {
  await onTable(['byDue'], now, async (table) => {
    const sweeps = sweepStore(table);
    expect(await sweeps.begin('one', 1_000)).toEqual({});
    expect(await sweeps.begin('two', 1_000)).toBeUndefined();
    expect(await sweeps.advance('two', { '0#1': 'x' })).toBe(false);
    expect(await sweeps.advance('one', { '0#1': 'a' })).toBe(true);
    expect(await sweeps.advance('one', { '0#2': 'b', 'late#3': 'c' })).toBe(true);
    expect(await sweeps.advance('one', { '0#2': 'c' })).toBe(true);
    await sweeps.end('one');
    expect(await sweeps.begin('two', 1_000)).toEqual({ '0#1': 'a', '0#2': 'c', 'late#3': 'c' });
    expect(await sweeps.advance('one', { '0#1': 'c' })).toBe(false);
  });
});

test('a roll-up is replaced only by one that rests on more readings, or by a recomputed one', async () => {
  await onTable(['byDue'], now, async (table) => {
    const rollUps = rollUpStore(table);
    const postId = newId('pst', noon);
    const batchAt = (milliseconds: number, count: number) => ({
      ...{ workspaceId, accountId, day, measuredAt: after(milliseconds), readings: [readingOf(postId, count)] },
    });
    const [older, newer] = [rollUp([batchAt(0, 1)]), rollUp([batchAt(0, 1), batchAt(1, 7)])];
    const likes = async () =>
      (await rollUps.days(workspaceId, { kind: 'account', accountId }, day, day)).flatMap(({ content }) =>
        Object.values(content.cells).map((sums) => sums.likes),
      );
    // Workspace, account and campaign.
    expect(await rollUps.save(workspaceId, day, newer, 800)).toBe(3);
    expect(await rollUps.save(workspaceId, day, older, 800)).toBe(0);
    expect(await rollUps.save(workspaceId, day, newer, 800)).toBe(0);
    expect(await likes()).toEqual([7]);
    expect(await rollUps.save(workspaceId, day, newer, 800, true)).toBe(3);
    const [campaign] = await rollUps.ofCampaign(workspaceId, campaignId);
    expect(campaign).toMatchObject({ day, content: { posts: [{ postId, latest: { metrics: metricsOf(7) } }] } });
    expect(await rollUps.days(workspaceId, { kind: 'workspace' }, '2026-11-23', '2026-12-31')).toEqual([]);
  });
});

test('subjects of daily checks are found shard by shard, each once, continuing from a place', async () => {
  await onTable(['byDue'], now, async (table) => {
    const [subjects, campaigns, alerts] = [dailySubjectStore(table), knownCampaignStore(table), alertStore(table)];
    const accounts = knownAccountStore(table);
    const ids = Array.from({ length: 12 }, () => newId('acc', noon));
    for (const id of ids) await accounts.learn(workspaceId, 1, { accountId: id, username: id.slice(-5) });
    // Learning of an account again does not add another.
    await accounts.learn(workspaceId, 2, { accountId: ids[0] ?? '', username: 'renamed' });
    await accounts.learn(workspaceId, 1, { accountId: ids[0] ?? '', username: 'late' });
    expect(await accounts.findAll(workspaceId, [ids[0] ?? '', newId('acc', noon)])).toEqual([
      { accountId: ids[0], username: 'renamed' },
    ]);
    const goals = [{ metric: 'impressions', target: 5 }];
    const [withGoals, without] = [newId('cmp', noon), newId('cmp', noon)];
    const campaign = { name: null, budgetMicros: null, maturityHours: null };
    await campaigns.learn(workspaceId, 1, { ...campaign, campaignId: withGoals, goals });
    await campaigns.learn(workspaceId, 1, { ...campaign, campaignId: without, goals: [] });
    const { id: personId } = person.actor;
    await alerts.createSettings({ workspaceId, personId, thresholds: [], anomalies: true, goals: true }, person);
    const found: string[] = [];
    for (const each of shards) {
      for (let after = ''; ;) {
        const some = await subjects.next({ shard: each, after }, 2);
        const last = some.at(-1);
        if (!last) break;
        after = last.place.after;
        for (const { subject } of some) {
          found.push(
            'accountId' in subject ? subject.accountId : 'campaignId' in subject ? subject.campaignId : 'alerts',
          );
        }
      }
    }
    expect(found.sort()).toEqual([...ids, withGoals, 'alerts'].sort());
    expect((await accounts.idsOf(workspaceId)).sort()).toEqual([...ids].sort());
    expect(await accounts.has(workspaceId, ids[3] ?? '')).toBe(true);
    expect(await accounts.has(newId('wsp', noon), ids[3] ?? '')).toBe(false);
    await campaigns.learn(workspaceId, 2, { ...campaign, campaignId: withGoals, goals: [] });
    const left = await subjects.next({ shard: shardOf(withGoals), after: 'cmp_' }, 10);
    expect(left.filter(({ subject }) => subject.type === 'campaign')).toEqual([]);
  });
});

test('the newest end of a plan is stored, and alerts of a person are stored and removed', async () => {
  await onTable(['byDue'], now, async (table) => {
    const [campaigns, alerts] = [knownCampaignStore(table), alertStore(table)];
    expect(await campaigns.findEnd(workspaceId, campaignId)).toBeNull();
    await campaigns.learnEnd(workspaceId, 3, campaignId, after(5));
    await campaigns.learnEnd(workspaceId, 2, campaignId, after(4));
    expect(await campaigns.findEnd(workspaceId, campaignId)).toBe(after(5));
    const { id: personId } = person.actor;
    const raised = {
      workspaceId,
      personId,
      key: 'anomaly-1',
      kind: 'anomaly',
      accountId,
      campaignId: null,
      campaignName: null,
    } as const;
    const alert = { ...raised, statement: 'Few likes', isOn: true, raisedAt: after(0) };
    await alerts.create(alert, person);
    await expect(alerts.create({ ...alert, statement: 'None' }, person)).rejects.toThrow(/same time/);
    expect(await alerts.find(workspaceId, personId, 'anomaly-1')).toMatchObject({ ...alert, version: 1 });
    await alerts.remove(workspaceId, personId);
    expect(await alerts.find(workspaceId, personId, 'anomaly-1')).toBeUndefined();
    expect(await alerts.allSettings(workspaceId)).toEqual([]);
  });
});

test('a campaign is known by its newest version, even if events arrive out of order', async () => {
  await onTable(['byDue'], now, async (table) => {
    const campaigns = knownCampaignStore(table);
    const campaign = { campaignId, name: 'Spring', goals: [], budgetMicros: 5, maturityHours: null };
    expect(await campaigns.find(workspaceId, campaignId)).toBeUndefined();
    await campaigns.learn(workspaceId, 2, campaign);
    await campaigns.learn(workspaceId, 1, { ...campaign, budgetMicros: null });
    expect(await campaigns.find(workspaceId, campaignId)).toEqual(campaign);
  });
});
