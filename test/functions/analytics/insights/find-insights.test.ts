import { beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { AccountConnected } from '#events/accounts.ts';
import { CampaignChanged, CampaignCreated, CampaignPlanned, CampaignSlotClaimed } from '#events/campaigns.ts';
import { setAlertSettings } from '#functions/analytics/alerts/contract.ts';
import { eventsFor } from '#functions/analytics/changes.ts';
import {
  getBestTimes,
  getForecast,
  getPostingRules,
  listInsights,
  setPostingRules,
} from '#functions/analytics/insights/contract.ts';
import { pack } from '#functions/analytics/store/packed.ts';
import { firstVersion } from '#shared/entities.ts';
import { Problem } from '#shared/http/problem.ts';
import { newId } from '#shared/ids.ts';
import { dayMs, hourMs, instantAfter } from '#shared/time.ts';
import { person } from '#test/support/context-harness.ts';
import { owner } from '#test/support/http-event.ts';
import { checkAll } from '../check-all.ts';
import { accountId, campaignId, type Harness, harness, metricsOf } from '../harness.ts';

const start = '2026-06-01T00:00:00.000Z';
const other = 'acc_01KATJ9V5H8Q3M4N5P6R7S8T9W';
const analyst = { ...owner, role: 'analyst' } as const;
let context: Harness;
let counts: Map<string, number>;

const connect = async (id = accountId) =>
  context.happened(AccountConnected, id, 1, {
    ...{ xUserId: '1', username: 'acme', capabilities: { maxWeightedLength: 280 } },
  });

beforeEach(async () => {
  context = harness(start);
  counts = new Map();
  await connect();
});

/** Publishes posts at these hours of these days, and reads them until they are mature. */
const live = async (
  [first, end]: readonly [first: number, end: number],
  hours: readonly number[],
  count: (day: number, hour: number) => number,
) => {
  for (let day = first; day < end; day += 1) {
    for (const hour of hours) {
      const xPostId = String(1_000 + day * 24 + hour);
      counts.set(xPostId, count(day, hour));
      const publishedAt = instantAfter(start, day * dayMs + hour * hourMs);
      context.clock.set(publishedAt);
      await context.track({ xPostIds: [xPostId], publishedAt });
    }
    context.clock.set(instantAfter(start, (day + 1) * dayMs));
    await context.sweep(context.x((xPostId) => metricsOf(counts.get(xPostId) ?? NaN)));
  }
  for (let day = end; day < end + 6; day += 1) {
    context.clock.set(instantAfter(start, (day + 1) * dayMs));
    await context.sweep(context.x((xPostId) => metricsOf(counts.get(xPostId) ?? NaN)));
  }
};

/** A number around 100, determined by day and hour. */
const around = (day: number, hour: number): number => 90 + ((day * 7 + hour * 3) % 21);

const list = async (query: Record<string, string> = {}, as = owner) =>
  (await context.ask(listInsights, listInsights.response, { as, query })).body.items;

/** An answer about a goal with these details. */
const goalAnswer = (details: object) => ({
  outcome: 'found',
  kind: 'goal',
  insights: [
    {
      ...{ subject: { type: 'campaign', campaignId }, statement: 'So it stands', validUntil: start },
      ...{ evidence: { numbers: [], postIds: [] }, basedOn: { posts: 1, from: start, until: start } },
      method: { name: 'A forecast', source: 'A book' },
      details: {
        ...{ timeZone: 'UTC', from: '2026-06-01', until: '2026-07-01', countedThrough: '2026-06-02' },
        ...{ probability: 0.5, remaining: null, ...details },
      },
    },
  ],
});

const told = (type: string) => context.told().filter(([each]) => each === type);

describe('an account without posts', () => {
  test('gets not_enough_data with what is needed', async () => {
    expect(await checkAll(context)).toEqual({ next: null, hasFailed: false });
    const found = await list({ accountId }, analyst);
    expect(found.map(({ kind }) => kind).sort()).toEqual(['anomaly', 'best_time', 'fatigue', 'trait']);
    for (const { answer } of found) expect(answer).toMatchObject({ outcome: 'not_enough_data', has: { posts: 0 } });
    const { body } = await context.ask(getForecast, getForecast.response, { path: { accountId }, as: analyst });
    expect(body.answer).toMatchObject({ outcome: 'not_enough_data', needs: { posts: 1, days: 84 } });
    expect(told('insight.found')).toEqual([]);
  });

  test('gets times to try that are reproducible by their seed and obey the posting rules', async () => {
    const ask = async (query: Record<string, string>) =>
      (await context.ask(getBestTimes, getBestTimes.response, { path: { accountId }, query })).body;
    const { proposals, seed, answer } = await ask({ count: '3' });
    expect(answer.outcome).toBe('not_enough_data');
    expect(proposals.map(({ reason }) => reason)).toEqual(['exploration', 'exploration', 'exploration']);
    expect((await ask({ count: '3', seed })).proposals).toEqual(proposals);
    expect((await ask({ count: '3', seed: 'another' })).proposals).not.toEqual(proposals);
    const rules = [{ weekdays: [1, 2, 3, 4, 5, 7] }];
    const body = { timeZone: 'europe/berlin', rules };
    expect(await context.call(setPostingRules, { path: { accountId }, body })).toMatchObject({ status: 200 });
    const ruled = await ask({ count: '21' });
    expect(ruled.proposals).toHaveLength(8);
    expect(new Set(ruled.proposals.map(({ weekday }) => weekday))).toEqual(new Set([6]));
    expect(ruled).toMatchObject({ timeZone: 'Europe/Berlin' });
  });
});

describe('an account with months of posts', () => {
  test('emits its best times and a drop once, and raises one alert', async () => {
    const body = { thresholds: [], anomalies: true, goals: false };
    await context.call(setAlertSettings, { body });
    await live([0, 100], [9, 18], (day, hour) =>
      Math.round(around(day, hour) * (hour === 18 ? 3 : 1) * (day >= 97 ? 0.02 : 1)),
    );
    expect(await checkAll(context)).toEqual({ next: null, hasFailed: false });
    const [best] = await list({ kind: 'best_time' });
    expect(best?.answer).toMatchObject({ outcome: 'found' });
    const answer = best?.answer;
    const times =
      answer?.outcome === 'found' && answer.insights[0]?.details.kind === 'best_time'
        ? answer.insights[0].details.times.filter(({ verdict }) => verdict === 'better')
        : [];
    expect(new Set(times.map(({ hourBand }) => hourBand))).toEqual(new Set([6]));
    expect(
      told('insight.found')
        .map(([, data]) => (data as { kind: string }).kind)
        .sort(),
    ).toEqual(expect.arrayContaining(['anomaly', 'best_time']));
    expect(told('alert.raised')).toEqual([
      [
        'alert.raised',
        expect.objectContaining({ personId: owner.personId, kind: 'anomaly', accountId, campaignId: null }),
      ],
    ]);
    const before = context.events().length;
    context.clock.pass(dayMs);
    await checkAll(context);
    expect(context.events().slice(before)).toEqual([]);
    // It is checked again each day.
    expect(Date.parse((await list({ kind: 'best_time' }))[0]?.checkedAt ?? '')).toBe(context.clock.now().getTime());
    const { body: ahead } = await context.ask(getForecast, getForecast.response, {
      ...{ path: { accountId }, query: { days: '7' } },
    });
    expect(ahead.answer).toMatchObject({ outcome: 'found', insights: [{ details: { kind: 'forecast' } }] });
    // An insight that is not renewed expires.
    context.clock.pass(40 * dayMs);
    expect((await list()).map(({ kind }) => kind)).not.toContain('best_time');
  });

  test('has all of its posts counted, even if a day has more than lists hold', async () => {
    const allHours = Array.from({ length: 24 }, (_, hour) => hour);
    await live([0, 1], allHours, around);
    await live([7, 37], [9], around);
    await checkAll(context);
    const [trait] = await list({ kind: 'trait' });
    expect(trait?.answer).toMatchObject({ basedOn: { posts: 24 + 30 } });
  });
});

test('fatigue is found for a campaign template that gets less each time', async () => {
  const templateId = 'tpl_01KATJ9V5H8Q3M4N5P6R7S8T9V';
  for (let week = 0; week < 8; week += 1) {
    const [postId, slotId] = [newId('pst', context.clock.now()), newId('slt', context.clock.now())];
    await context.happened(CampaignSlotClaimed, slotId, 1, { campaignId, slotId, postId, variant: null, templateId });
    const publishedAt = instantAfter(start, week * 7 * dayMs);
    context.clock.set(publishedAt);
    await context.track({ id: postId, campaignId, xPostIds: [String(week)], publishedAt });
    for (let day = 0; day < 6; day += 1) {
      context.clock.pass(dayMs);
      await context.sweep(context.x((xPostId) => metricsOf(Math.round(1_000 * 0.7 ** Number(xPostId)))));
    }
  }
  await checkAll(context);
  const [found] = await list({ kind: 'fatigue' });
  expect(found?.answer).toMatchObject({ insights: [{ details: { content: templateId, repetitions: 8 } }] });
});

describe('a goal of a campaign', () => {
  const goal = (target: number) => ({
    ...{
      name: 'Spring',
      utm: null,
      goals: [
        { metric: 'impressions', target },
        { metric: 'follows', target: 5 },
      ],
    },
    ...{ budgetMicros: null, maturityHours: null },
  });
  const publish = async (count: number, publishedAt: string) => {
    await context.track({ campaignId, xPostIds: [String(count)], publishedAt });
    context.clock.set(instantAfter(publishedAt, 5 * dayMs));
    await context.sweep(context.x((xPostId) => metricsOf(Number(xPostId))));
  };

  test('emits goal.reached once', async () => {
    await context.happened(CampaignCreated, campaignId, 1, goal(100));
    await context.happened(CampaignPlanned, campaignId, 2, {
      planVersion: 1,
      slots: 2,
      endsAt: '2026-07-01T00:00:00Z',
    });
    await publish(60, start);
    await checkAll(context);
    expect(await list({ campaignId })).toMatchObject([{ kind: 'goal', answer: { outcome: 'not_enough_data' } }]);
    await publish(50, context.clock.now().toISOString());
    await checkAll(context);
    context.clock.pass(dayMs);
    await checkAll(context);
    expect(told('goal.reached')).toEqual([
      ['goal.reached', expect.objectContaining({ metric: 'impressions', target: 100, progress: 110 })],
    ]);
    expect(told('goal.at_risk')).toEqual([]);
    // Another target is another goal.
    await context.happened(CampaignChanged, campaignId, 3, goal(105));
    await checkAll(context);
    expect(told('goal.reached')).toHaveLength(2);
  });

  test('stays reached when counters fall and rise again', async () => {
    await context.happened(CampaignCreated, campaignId, 1, goal(100));
    await context.happened(CampaignPlanned, campaignId, 2, {
      planVersion: 1,
      slots: 1,
      endsAt: '2026-12-01T00:00:00Z',
    });
    await publish(120, start);
    await checkAll(context);
    for (const [days, count] of [
      [10, 1],
      [29.9, 120],
    ] as const) {
      context.clock.set(instantAfter(start, days * dayMs));
      await context.sweep(context.x(() => metricsOf(count)));
      await checkAll(context);
      expect((await list({ campaignId }))[0]?.answer).toMatchObject({ insights: [{ details: { progress: 120 } }] });
    }
    expect(told('goal.reached')).toHaveLength(1);
  });

  test('emits goal.at_risk when the risk begins and when it grows, not each day', () => {
    const details = { kind: 'goal', metric: 'impressions', target: 9, progress: 1 };
    const kept = (status: string) => ({
      ...{ ...firstVersion({ workspaceId: owner.workspaceId }, context.clock.now(), person), type: 'insight' },
      ...{ subject: { type: 'campaign', campaignId }, kind: 'goal', metric: 'impressions', seen: [] },
      packed: pack(goalAnswer({ ...details, status })),
    });
    const toldOf = (before: string | undefined, after: string) =>
      eventsFor({ before: before === undefined ? undefined : kept(before), after: kept(after) }).map(
        ({ definition }) => definition.type,
      );
    expect(toldOf(undefined, 'on_track')).toEqual([]);
    expect(toldOf(undefined, 'at_risk')).toEqual(['goal.at_risk']);
    expect(toldOf('at_risk', 'at_risk')).toEqual([]);
    expect(toldOf('at_risk', 'will_be_missed')).toEqual(['goal.at_risk']);
    expect(toldOf('will_be_missed', 'on_track')).toEqual([]);
    expect(toldOf('on_track', 'reached')).toEqual(['goal.reached']);
  });

  test('emits goal.at_risk when it is missed, and raises an alert for a subscriber', async () => {
    await context.call(setAlertSettings, { body: { thresholds: [], anomalies: false, goals: true } });
    await context.happened(CampaignCreated, campaignId, 1, goal(1_000));
    await context.happened(CampaignPlanned, campaignId, 2, { planVersion: 1, slots: 1, endsAt: start });
    await publish(60, start);
    await checkAll(context);
    context.clock.pass(dayMs);
    await checkAll(context);
    expect(told('goal.at_risk')).toEqual([
      ['goal.at_risk', expect.objectContaining({ status: 'missed', progress: 60 })],
    ]);
    expect(told('alert.raised')).toHaveLength(1);
    expect(told('alert.raised')[0]?.[1]).toMatchObject({
      ...{ kind: 'goal', campaignId, campaignName: 'Spring', accountId: null },
    });
  });

  test('is not tracked if the end of the campaign is unknown', async () => {
    await context.happened(CampaignCreated, campaignId, 1, goal(1_000));
    await publish(60, start);
    await checkAll(context);
    expect(await list({ campaignId })).toEqual([]);
  });
});

describe('requests', () => {
  const unknown = { path: { accountId: other } };
  const refused = async (
    operation: typeof getBestTimes | typeof getForecast | typeof setPostingRules,
    sent: object,
  ) => {
    const { status, body } = await context.ask(operation, Problem, sent);
    return [status, body.code];
  };

  test('for an account that the workspace does not have return account_not_found', async () => {
    const body = { timeZone: 'UTC', rules: [] };
    for (const operation of [getBestTimes, getForecast]) {
      expect(await refused(operation, unknown)).toEqual([404, 'account_not_found']);
    }
    expect(await refused(setPostingRules, { ...unknown, body })).toEqual([404, 'account_not_found']);
  });

  test('with an unknown time zone, a rule that excludes nothing or an invalid query are rejected', async () => {
    const path = { accountId };
    expect(await refused(getBestTimes, { path, query: { timeZone: 'Mars/Base' } })).toEqual([400, 'invalid_time_zone']);
    expect(await refused(setPostingRules, { path, body: { timeZone: 'Mars/Base', rules: [] } })).toEqual([
      ...[400, 'invalid_time_zone'],
    ]);
    expect(await refused(setPostingRules, { path, body: { timeZone: 'UTC', rules: [{}] } })).toEqual([
      ...[400, 'invalid_body'],
    ]);
    expect(await refused(getForecast, { path, query: { days: '29' } })).toEqual([400, 'invalid_query']);
    const both = await context.ask(listInsights, Problem, { query: { accountId, campaignId } });
    expect(both.body.code).toBe('invalid_query');
  });

  test('to change posting rules need a current If-Match, and emit an event only for a change', async () => {
    const path = { accountId };
    const body = { timeZone: 'UTC', rules: [{ weekdays: [7] }] };
    const none = await context.ask(getPostingRules, getPostingRules.response, { path });
    expect(none).toMatchObject({ etag: '"v0"', body: { timeZone: 'UTC', rules: [], version: 0 } });
    const set = await context.ask(setPostingRules, setPostingRules.response, {
      path,
      body,
      headers: { 'if-match': '"v0"' },
    });
    expect(set).toMatchObject({
      status: 200,
      etag: '"v1"',
      body: { rules: [{ weekdays: [7], fromHour: 0, untilHour: 24 }] },
    });
    const stale = await context.call(setPostingRules, { path, body, headers: { 'if-match': '"v0"' } });
    expect(stale.status).toBe(412);
    expect(await context.call(setPostingRules, { path, body, as: analyst })).toMatchObject({ status: 403 });
    // Setting the same again emits no event.
    expect(await context.call(setPostingRules, { path, body })).toMatchObject({ status: 200 });
    expect(told('posting_rules.changed')).toEqual([['posting_rules.changed', { timeZone: 'UTC', rules: 1 }]]);
  });

  test('for pages return every item and finally no cursor', async () => {
    await connect(other);
    await checkAll(context);
    const Page = z.object({ items: z.array(z.object({ kind: z.string() })), nextCursor: z.string().nullable() });
    const first = await context.ask(listInsights, Page, { query: { limit: '6' } });
    expect(first.body.items).toHaveLength(6);
    const rest = await context.ask(listInsights, Page, { query: { limit: '6', cursor: first.body.nextCursor ?? '' } });
    expect(rest.body).toMatchObject({ items: [{}, {}], nextCursor: null });
  });
});
