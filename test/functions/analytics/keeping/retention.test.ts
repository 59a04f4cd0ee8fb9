import { beforeEach, describe, expect, test } from 'vitest';
import { getRetention, setRetention } from '#functions/analytics/keeping/contract.ts';
import { createReport } from '#functions/analytics/reports/contract.ts';
import { Problem } from '#shared/http/problem.ts';
import { dayMs, dayOf } from '#shared/time.ts';
import { person } from '#test/support/context-harness.ts';
import { accountId, campaignId, type Harness, harness, metricsOf, workspaceId } from '../harness.ts';

const start = new Date('2026-03-01T12:00:00.000Z');

let context: Harness;
beforeEach(() => {
  context = harness(start);
});

const set = (body: object, headers: Record<string, string> = {}) => context.call(setRetention, { body, headers });
const get = async () => (await context.ask(getRetention, getRetention.response, {})).body;
const apply = () => context.run('analytics.applyRetention', { next: '' });
const daysKept = async () =>
  (await context.deps.rollUps.days(workspaceId, { kind: 'workspace' }, '2026-01-01', '2026-12-31')).map(
    ({ day }) => day,
  );

/** Posts on three days, weeks apart, each read once. */
const live = async (): Promise<void> => {
  for (let count = 0; count < 3; count += 1) {
    await context.track({ xPostIds: [String(count)], campaignId, publishedAt: context.clock.now().toISOString() });
    await context.sweep(context.x(() => metricsOf(count)));
    const day = dayOf(context.clock.now());
    await context.deps.accounts.learnDay(
      {
        ...{ workspaceId, accountId, day, measuredAt: context.clock.now().toISOString() },
        metrics: { followers: count, following: 0, posts: 0, listed: 0 },
      },
      800,
    );
    context.clock.pass(60 * dayMs);
    await context.run('analytics.closeDays', {});
  }
};

describe('the retention', () => {
  test('is 800 days for metrics and 90 for reports until it is changed, which emits an event', async () => {
    expect(await get()).toEqual({ metricsDays: 800, reportsDays: 90, version: 0, updatedAt: null });
    const answer = await set({ metricsDays: 365, reportsDays: 30 });
    expect(answer).toMatchObject({ status: 200, headers: { etag: '"v1"' } });
    expect(await get()).toMatchObject({ metricsDays: 365, reportsDays: 30, version: 1 });
    expect(context.events().map(({ definition, detail }) => [definition.type, detail.data])).toEqual([
      ['retention.changed', { metricsDays: 365, reportsDays: 30, previous: null }],
    ]);
    expect(await set({ metricsDays: 90, reportsDays: 30 }, { 'if-match': '"v0"' })).toMatchObject({ status: 412 });
    // Setting the same again emits no event.
    await set({ metricsDays: 365, reportsDays: 30 });
    expect(context.events()).toHaveLength(1);
  });

  test.each([
    [{ metricsDays: 89, reportsDays: 30 }],
    [{ metricsDays: 801, reportsDays: 30 }],
    [{ metricsDays: 100, reportsDays: 6 }],
    [{ metricsDays: 100, reportsDays: 91 }],
    [{ metricsDays: 100 }],
  ])('cannot be %j', async (body) => {
    expect(await set(body)).toMatchObject({ status: 400 });
  });

  test('applies to what is written from then on', async () => {
    await set({ metricsDays: 100, reportsDays: 10 });
    await live();
    const tracked = [...context.items.values()].filter(({ type }) => type === 'tracked_post');
    expect(tracked.map(({ ttl }) => ttl)).toContain((start.getTime() + 100 * dayMs) / 1000);
    context.clock.set(new Date(start.getTime() + 99 * dayMs));
    expect(await daysKept()).toContain(dayOf(start));
    context.clock.set(new Date(start.getTime() + 101 * dayMs));
    expect(await daysKept()).not.toContain(dayOf(start));
    const { body } = await context.ask(createReport, createReport.response, {
      body: { title: 'Kept', period: { kind: 'relative', days: 'last_7_days' } },
    });
    expect(Date.parse(body.expiresAt)).toBe(context.clock.now().getTime() + 10 * dayMs);
  });
});

describe('a shorter retention', () => {
  test('is rejected with what it would delete, and deletes it only with deletesData', async () => {
    const body = { title: 'Old', period: { kind: 'relative', days: 'last_7_days' } };
    await context.ask(createReport, createReport.response, { body });
    await context.deps.reportFiles.write(`${workspaceId}/rpt_gone/report.pdf`, 'application/pdf', Buffer.of(1));
    await live();
    context.clock.set(new Date(start.getTime() + 80 * dayMs));
    await context.deps.reportFiles.write(`${workspaceId}/rpt_young/report.pdf`, 'application/pdf', Buffer.of(1));
    context.clock.set(new Date(start.getTime() + 140 * dayMs));
    // The report has expired meanwhile; the metrics have not.
    const refused = await set({ metricsDays: 100, reportsDays: 90 });
    expect(refused).toMatchObject({ status: 409 });
    const { code, detail } = Problem.parse(refused.body);
    expect([code, detail]).toEqual([
      'retention_deletes_data',
      'This would delete the metrics of posts published on or after 2026-03-01 and before 2026-04-10 (UTC). ' +
        'Send `deletesData: true` to delete them.',
    ]);
    expect(await get()).toMatchObject({ version: 0 });
    await apply();
    expect(await daysKept()).toHaveLength(3);

    expect(await set({ metricsDays: 100, reportsDays: 90, deletesData: true })).toMatchObject({ status: 200 });
    expect(await apply()).toEqual({ next: null });
    expect(await daysKept()).toEqual(['2026-04-30', '2026-06-29']);
    const now = context.clock.now().getTime() / 1000;
    const left = [...context.items.values()].filter(({ ttl }) => Number(ttl) > now).map(({ sk }) => String(sk));
    expect(left.filter((sk) => sk.includes('2026-03-01'))).toEqual([]);
    for (const kind of ['ACCOUNT_DAY#', 'CAMPAIGN_DAY#', 'AUDIENCE#', 'TRACKED#', 'WORKSPACE_DAY#']) {
      expect(
        left.filter((sk) => sk.startsWith(kind)),
        kind,
      ).toHaveLength(2);
    }
    expect(left.filter((sk) => sk.includes('#PACKED#'))).toHaveLength(2);
    expect([...context.deps.rawFiles.files.keys()].filter((key) => key.includes('2026-03-01'))).toEqual([]);
    expect(context.deps.rawFiles.files.size).toBe(2);
    expect([...context.deps.reportFiles.files.keys()]).toEqual([`${workspaceId}/rpt_young/report.pdf`]);
    expect(await set({ metricsDays: 100, reportsDays: 90 })).toMatchObject({ status: 200 });
  });

  test('counts the reports that it would delete, and deletes them with their files', async () => {
    const body = { title: 'Old', period: { kind: 'relative', days: 'last_7_days' } };
    const { body: made } = await context.ask(createReport, createReport.response, { body });
    await context.deps.reportFiles.write(`${workspaceId}/${made.id}/report.pdf`, 'application/pdf', Buffer.of(1));
    context.clock.pass(20 * dayMs);
    await context.ask(createReport, createReport.response, { body });
    const refused = await set({ metricsDays: 800, reportsDays: 10 });
    expect(Problem.parse(refused.body).detail).toContain('would delete one report.');
    await set({ metricsDays: 800, reportsDays: 10, deletesData: true });
    await apply();
    expect(context.deps.reportFiles.files.size).toBe(0);
    expect([...context.items.values()].filter(({ type }) => type === 'report')).toHaveLength(1);
  });

  test('of one workspace deletes nothing of another', async () => {
    await live();
    const other = 'wsp_01KATJ9V5H8Q3M4N5P6R7S8T9W';
    await context.deps.retention.create({ workspaceId: other, metricsDays: 90, reportsDays: 7 }, person);
    await apply();
    expect(await daysKept()).toHaveLength(3);
  });
});
