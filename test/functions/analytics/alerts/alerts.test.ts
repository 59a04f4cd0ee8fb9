import { beforeEach, describe, expect, test } from 'vitest';
import { MemberRemoved, PersonErased } from '#events/users.ts';
import { deleteAlertSettings, getAlertSettings, setAlertSettings } from '#functions/analytics/alerts/contract.ts';
import { raise } from '#functions/analytics/alerts/raise.ts';
import type { Threshold } from '#functions/analytics/domain/alert-settings.ts';
import { dayMs, hourMs, instantAfter, minuteMs } from '#shared/time.ts';
import { person } from '#test/support/context-harness.ts';
import { owner } from '#test/support/http-event.ts';
import { checkAll } from '../check-all.ts';
import { accountId, campaignId, type Harness, harness, metricsOf, noon } from '../harness.ts';

const other = 'acc_01KATJ9V5H8Q3M4N5P6R7S8T9W';
let context: Harness;

beforeEach(() => {
  context = harness();
});

const set = async (...thresholds: Threshold[]) => {
  const sent = await context.call(setAlertSettings, { body: { thresholds, anomalies: false, goals: false } });
  expect(sent.status).toBe(200);
};

/** Publishes a post with this many impressions, and sweeps. */
const publish = async (count: number, changes: Parameters<Harness['track']>[0] = {}) => {
  context.clock.pass(minuteMs);
  await context.track({ xPostIds: [String(count)], publishedAt: context.clock.now().toISOString(), ...changes });
  await context.sweep(context.x((xPostId) => metricsOf(Number(xPostId))));
};

const raised = () => context.told().flatMap(([type, data]) => (type === 'alert.raised' ? [data] : []));

const above: Threshold = { metric: 'impressions', direction: 'above', value: 100, days: 7 };

describe('a threshold', () => {
  test('raises one alert when a reading crosses it', async () => {
    await set(above);
    await publish(60);
    expect(raised()).toEqual([]);
    await publish(70);
    expect(raised()).toEqual([
      {
        ...{ personId: owner.personId, kind: 'threshold', accountId: null, campaignId: null, campaignName: null },
        statement: 'Impressions of posts published in the last 7 days (UTC): 130, above your threshold of 100.',
      },
    ]);
    context.clock.pass(2 * dayMs);
    await publish(50);
    await checkAll(context);
    expect(raised()).toHaveLength(1);
  });

  test('of a rate is stated in percent', async () => {
    await set({ metric: 'engagement_rate', direction: 'below', value: 0.02, days: 7 });
    const { engagements, impressions } = { engagements: 123, impressions: 10_000 };
    await context.track({ xPostIds: ['1'], publishedAt: context.clock.now().toISOString() });
    await context.sweep(context.x(() => ({ ...metricsOf(0), impressions, likes: engagements })));
    expect(raised()).toMatchObject([
      {
        statement: 'Engagement rate of posts published in the last 7 days (UTC): 1.23%, below your threshold of 2%.',
      },
    ]);
  });

  test('that is crossed again raises another alert, but not within a day', async () => {
    await set({ metric: 'impressions', direction: 'below', value: 100, days: 1 });
    // Nothing was published today.
    await checkAll(context);
    expect(raised()).toHaveLength(1);
    expect(raised()[0]).toMatchObject({
      statement: expect.stringContaining('today (UTC): 0, below your threshold of 100') as unknown,
    });
    await publish(200);
    context.clock.set(instantAfter(noon, dayMs - hourMs));
    // Nothing is published on the new day yet, but 24 hours have not passed.
    await checkAll(context);
    expect(raised()).toHaveLength(1);
    context.clock.set(instantAfter(noon, dayMs));
    await checkAll(context);
    await checkAll(context);
    expect(raised()).toHaveLength(2);
  });

  test('is not crossed by a number equal to it, nor by an unknown number', async () => {
    await set(
      { metric: 'impressions', direction: 'above', value: 60, days: 7 },
      { metric: 'impressions', direction: 'below', value: 60, days: 7 },
      { metric: 'link_clicks', direction: 'below', value: 1, days: 7 },
    );
    await context.track({ xPostIds: ['60'] });
    await context.sweep(context.x(() => metricsOf(60, null)));
    await checkAll(context);
    expect(raised()).toEqual([]);
  });

  test.each<[string, Partial<Threshold>, boolean]>([
    ['of the account', { accountId }, true],
    ['of another account', { accountId: other }, false],
    ['of the campaign', { campaignId }, true],
    ['of both', { accountId: other, campaignId }, false],
  ])('%s counts only matching posts', async (_, of, isRaised) => {
    await set({ ...above, ...of });
    await publish(120, { campaignId });
    const about = { accountId: of.accountId ?? null, campaignId: of.campaignId ?? null };
    expect(raised()).toEqual(isRaised ? [expect.objectContaining(about)] : []);
  });

  test('counts only the days of its period', async () => {
    await set({ ...above, days: 1 });
    await publish(120, { publishedAt: instantAfter(noon, -dayMs) });
    await checkAll(context);
    expect(raised()).toEqual([]);
    await set({ ...above, days: 2 });
    await checkAll(context);
    expect(raised()).toHaveLength(1);
  });
});

test('an alert that is raised twice concurrently is raised once', async () => {
  const about = { personId: owner.personId, key: 'anomaly-1', kind: 'anomaly', accountId, campaignId: null } as const;
  await Promise.all(
    ['one', 'two'].map(async (correlationId) =>
      raise(context.deps, owner.workspaceId, { ...about, statement: 'Few likes' }, false, { ...person, correlationId }),
    ),
  );
  expect(raised()).toHaveLength(1);
});

describe('the alert settings of a person', () => {
  const get = async (as = owner) => context.ask(getAlertSettings, getAlertSettings.response, { as });

  test('are empty until they are set, and apply to that person in that workspace alone', async () => {
    const none = { thresholds: [], anomalies: false, goals: false, version: 0, updatedAt: null };
    expect(await get()).toMatchObject({ etag: '"v0"', body: none });
    await set(above);
    expect(await get()).toMatchObject({ etag: '"v1"', body: { thresholds: [above], version: 1 } });
    const colleague = { ...owner, personId: 'usr_01KATJ9V5H8Q3M4N5P6R7S8T9W' };
    expect((await get(colleague)).body).toEqual(none);
    const stranger = { ...owner, workspaceId: 'wsp_01KATJ9V5H8Q3M4N5P6R7S8T9W' };
    expect((await get(stranger)).body).toEqual(none);
  });

  test('can be changed only with a current If-Match', async () => {
    await set(above);
    const body = { thresholds: [], anomalies: true, goals: true };
    const stale = await context.call(setAlertSettings, { body, headers: { 'if-match': '"v0"' } });
    expect(stale.status).toBe(412);
    const fresh = await context.call(setAlertSettings, { body, headers: { 'if-match': '"v1"' } });
    expect(fresh).toMatchObject({ status: 200, body: { ...body, version: 2 } });
  });

  test('are deleted with the alerts on request, and when the person leaves or is erased', async () => {
    for (const end of [
      async () => context.call(deleteAlertSettings),
      async () => context.happened(MemberRemoved, owner.personId, 5, { role: 'owner' }),
      async () => context.happened(PersonErased, owner.personId, 6, {}),
    ]) {
      await set(above);
      await publish(120);
      expect([...context.items.keys()].filter((key) => key.includes('ALERT'))).toHaveLength(2);
      await end();
      expect([...context.items.keys()].filter((key) => key.includes('ALERT'))).toEqual([]);
    }
  });

  test('stay when the event of an earlier departure arrives late', async () => {
    const left = context.clock.now();
    context.clock.pass(dayMs);
    await set(above);
    await publish(120);
    const before = [...context.items.keys()].filter((key) => key.includes('ALERT'));
    expect(before).toHaveLength(2);
    await context.happened(MemberRemoved, owner.personId, 5, { role: 'owner' }, left.toISOString());
    expect([...context.items.keys()].filter((key) => key.includes('ALERT'))).toEqual(before);
  });

  test('are forbidden for a service account, which has no mailbox', async () => {
    const machine = { ...owner, personId: 'sva_01KATJ9V5H8Q3M4N5P6R7S8T9V' };
    const body = { thresholds: [], anomalies: true, goals: true };
    expect(await context.call(setAlertSettings, { as: machine, body })).toMatchObject({ status: 403 });
  });

  test.each([
    { ...above, days: 91 },
    { ...above, metric: 'applause' },
    { ...above, value: -1 },
    { ...above, accountId: 'acme' },
  ])('are rejected with the invalid threshold %j', async (threshold) => {
    const body = { thresholds: [threshold], anomalies: false, goals: false };
    expect(await context.call(setAlertSettings, { body })).toMatchObject({
      status: 400,
      body: { code: 'invalid_body' },
    });
  });
});
