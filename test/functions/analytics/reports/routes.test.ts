import { beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { AccountConnected } from '#events/accounts.ts';
import { CampaignCreated } from '#events/campaigns.ts';
import { createReport, deleteReport, getReport, listReports } from '#functions/analytics/reports/contract.ts';
import { ReportDocument } from '#functions/analytics/reports/rendering/document.ts';
import { Problem } from '#shared/http/problem.ts';
import { newId } from '#shared/ids.ts';
import type { Role } from '#shared/permissions.ts';
import { owner } from '#test/support/http-event.ts';
import { accountId, campaignId, type Harness, harness, metricsOf, noon, workspaceId } from '../harness.ts';

let context: Harness;

beforeEach(() => {
  context = harness('2026-11-30T12:00:00.000Z');
});

const definition = { title: 'November', period: { kind: 'fixed', from: '2026-11-01', to: '2026-11-30' } };
const other = 'usr_01KATJ9V5H8Q3M4N5P6R7S8T9W';
const as = (role: Role, personId = other) => ({ ...owner, role, personId });

const Made = z.object({ isMore: z.boolean(), made: z.array(z.object({ format: z.string(), bytes: z.int() })) });

/** Makes a report as its workflow does. */
const make = async (reportId: string): Promise<void> => {
  let made: z.infer<typeof Made>['made'] = [];
  for (let isMore = true; isMore;) {
    const step = { workspaceId, reportId, workspace: { name: 'Bäckerei Łukasz', colour: '#aa3300' }, made };
    ({ isMore, made } = Made.parse(await context.run('analytics.makeReport', step)));
  }
};

const request = async (body: object = {}, who: object = owner) =>
  (
    await context.ask(createReport, createReport.response, {
      body: { ...definition, ...body },
      as: who as typeof owner,
    })
  ).body;

const made = async (body: object = {}) => {
  const { id } = await request(body);
  await make(id);
  const { body: report } = await context.ask(getReport, getReport.response, { path: { reportId: id } });
  const file = context.deps.reportFiles.files.get(`${workspaceId}/${id}/report.json`);
  return { report, document: ReportDocument.parse(JSON.parse(String(file?.body))) };
};

const publish = async (): Promise<void> => {
  await context.happened(AccountConnected, accountId, 1, {
    ...{ xUserId: '7', username: 'bakery' },
    capabilities: { maxWeightedLength: 280 },
  });
  await context.happened(CampaignCreated, campaignId, 1, { name: 'Spring' });
  await context.track({ xPostIds: ['10'], campaignId, costMicros: 15_000, publishedAt: '2026-11-20T10:00:00.000Z' });
  await context.track({ xPostIds: ['20'], costMicros: 200_000, publishedAt: '2026-11-21T10:00:00.000Z' });
  await context.sweep(context.x((xPostId) => metricsOf(Number(xPostId))));
};

describe('a report', () => {
  test('is requested, rendered file by file, and emits report.ready', async () => {
    await publish();
    const asked = await request({ formats: ['csv', 'page', 'json'] });
    expect(asked).toMatchObject({ status: 'requested', files: [], links: null });
    expect(asked.period).toEqual({ from: '2026-11-01', to: '2026-11-30', timeZone: 'UTC' });
    await make(asked.id);
    const { body } = await context.ask(getReport, getReport.response, { path: { reportId: asked.id } });
    expect(body.status).toBe('ready');
    expect(body.files.map(({ format }) => format)).toEqual(['csv', 'page', 'json']);
    expect(body.links?.map(({ url }) => url)).toEqual(
      ['csv', 'html', 'json'].map(
        (extension) =>
          `https://files.example/${workspaceId}/${asked.id}/report.${extension}?as=report-2026-11-01-2026-11-30.${extension}`,
      ),
    );
    for (const [key, { body: file, contentType }] of context.deps.reportFiles.files) {
      expect(file.length).toBeGreaterThan(100);
      expect(contentType).toMatch({ json: /json/, csv: /csv/, html: /html/ }[key.split('.').at(-1) ?? ''] ?? /^$/);
    }
    expect(context.told().filter(([type]) => type.startsWith('report.'))).toEqual([
      ['report.requested', { showsUsage: false }],
      [
        'report.ready',
        {
          ...{ formats: ['csv', 'page', 'json'], expiresAt: '2027-02-28T12:00:00.000Z', showsUsage: false },
          ...{ recipients: [], title: 'November' },
        },
      ],
    ]);
  });

  test('has the numbers of the overview, with their coverage', async () => {
    await publish();
    const { document } = await made();
    const [totals] = document.sections;
    expect(document.workspace).toEqual({ name: 'Bäckerei Łukasz', colour: '#aa3300' });
    expect(totals).toMatchObject({
      kind: 'figures',
      figures: [
        { label: 'Posts', value: { value: 2 } },
        { label: 'Impressions', value: { value: 30, coverage: { measured: 2, total: 2 } } },
        { label: 'Engagements', value: { value: 210 } },
        { label: 'Engagement rate', valueKind: 'percent', value: { value: 7 } },
      ],
    });
    expect(document.notes.join(' ')).toContain('2 posts published in this period, of which 2 could be measured');
    const posts = document.sections.find(({ title }) => title === 'Best posts by impressions');
    expect(posts).toMatchObject({
      rows: [
        ['https://x.com/i/status/20', '@bakery', '2026-11-21T10:00:00.000Z', { value: 1 }, { value: 20 }, {}, {}],
        ['https://x.com/i/status/10', '@bakery', '2026-11-20T10:00:00.000Z', { value: 1 }, { value: 10 }, {}, {}],
      ],
    });
  });

  test('compares accounts, campaigns and days by name', async () => {
    await publish();
    const { document } = await made({ groupBy: ['account', 'campaign', 'day'], metrics: ['impressions'] });
    const section = (title: string) => document.sections.find((each) => each.title === title);
    expect(section('Impressions by account')).toMatchObject({ bars: [{ name: '@bakery', value: { value: 30 } }] });
    expect(section('By campaign')).toMatchObject({ rows: [['Spring', { value: 10 }]] });
    const byDay = section('By day');
    expect(byDay?.kind === 'table' && byDay.rows.length).toBe(30);
    const row = byDay?.kind === 'table' ? byDay.rows.find(([day]) => day === '2026-11-21') : undefined;
    expect(row).toMatchObject(['2026-11-21', { value: 20 }]);
    expect(section('Impressions by day')).toMatchObject({ kind: 'series', lines: [{ name: 'Impressions' }] });
  });

  test('gives the reason for a missing number, and notes that nothing was published', async () => {
    await context.track({ xPostIds: ['10'], publishedAt: '2026-11-20T10:00:00.000Z' });
    await context.sweep(() => ({ outcome: 'refused' }));
    const { document } = await made({ metrics: ['likes'] });
    expect(document.sections[0]).toMatchObject({ figures: [{ value: { value: null, availability: 'delayed' } }] });
    const empty = await made({ period: { kind: 'fixed', from: '2026-10-01', to: '2026-10-02' }, accountId });
    expect(empty.document.notes).toEqual([
      'No posts of the selected account or campaign were published in this period.',
    ]);
  });

  test('of a relative period covers the days in its time zone', async () => {
    const { period } = await request({ period: { kind: 'relative', days: 'last_month' }, timeZone: 'europe/berlin' });
    expect(period).toEqual({ from: '2026-10-01', to: '2026-10-31', timeZone: 'Europe/Berlin' });
    context.clock.set('2026-11-30T23:30:00.000Z');
    const next = await request({ period: { kind: 'relative', days: 'last_month' }, timeZone: 'Europe/Berlin' });
    expect(next.period).toMatchObject({ from: '2026-11-01', to: '2026-11-30' });
    const week = await request({ period: { kind: 'relative', days: 'last_7_days' } });
    expect(week.period).toMatchObject({ from: '2026-11-23', to: '2026-11-29' });
  });

  test('by variant requires a campaign', async () => {
    const variants = { ...definition, groupBy: ['variant'] };
    const { status, body } = await context.ask(createReport, Problem, { body: variants });
    expect([status, body.code]).toEqual([400, 'variant_needs_campaign']);
    expect(await request({ groupBy: ['variant'], campaignId })).toMatchObject({ status: 'requested' });
  });

  test.each([
    [{ period: { kind: 'fixed', from: '2026-11-02', to: '2026-11-01' } }, 'invalid_period', 'body.period.from'],
    [{ period: { kind: 'fixed', from: '2026-12-02', to: '2026-12-03' } }, 'invalid_period', 'body.period.from'],
    [{ period: { kind: 'fixed', from: '2024-01-01', to: '2026-01-01' } }, 'invalid_period', 'body.period.from'],
    [{ timeZone: 'EST' }, 'invalid_time_zone', 'body.timeZone'],
    [{ metrics: ['fame'] }, 'invalid_body', 'body.metrics.0'],
    [{ metrics: ['likes', 'likes'] }, 'invalid_body', 'body.metrics'],
    [{ groupBy: ['hour'] }, 'invalid_body', 'body.groupBy.0'],
    [{ formats: [] }, 'invalid_body', 'body.formats'],
    [{ colour: 'red' }, 'invalid_body', 'body.colour'],
    [{ title: ' ' }, 'invalid_body', 'body.title'],
  ])('is rejected with %j', async (wrong, code, path) => {
    const { status, body } = await context.ask(createReport, Problem, { body: { ...definition, ...wrong } });
    expect([status, body.code, body.fields?.[0]?.path]).toEqual([400, code, path]);
  });

  test('becomes failed when its workflow gives up, and is not rendered afterwards', async () => {
    const { id: reportId } = await request();
    await context.run('analytics.giveUpReport', { workspaceId, reportId });
    const { body } = await context.ask(getReport, getReport.response, { path: { reportId } });
    expect(body).toMatchObject({ status: 'failed', links: null });
    expect(context.told().at(-1)?.[0]).toBe('report.failed');
    await make(reportId);
    expect(context.deps.reportFiles.files.size).toBe(0);
  });

  test('is rejected with daily_limit after 100 in a day', async () => {
    for (let count = 0; count < 100; count += 1) await request();
    const { status, body } = await context.ask(createReport, Problem, { body: definition });
    expect([status, body.code]).toEqual([429, 'daily_limit']);
  });
});

describe('costs', () => {
  test('are in a report for those who may read usage, and only for them', async () => {
    await publish();
    const { report, document } = await made({ showsUsage: true, metrics: ['likes'] });
    expect(document.sections[0]).toMatchObject({
      figures: [
        { label: 'Likes' },
        { label: 'Cost', valueKind: 'money', value: { value: 215_000 } },
        { label: 'Cost per engagement', value: { value: Math.round(215_000 / 210) } },
      ],
    });
    const read = { path: { reportId: report.id }, as: as('editor') };
    expect((await context.ask(getReport, Problem, read)).body.code).toBe('costs_not_allowed');
    expect((await context.call(getReport, { ...read, as: as('manager') })).status).toBe(200);
    const asked = { body: { ...definition, showsUsage: true }, as: as('editor') };
    expect((await context.ask(createReport, Problem, asked)).body.code).toBe('costs_not_allowed');
  });

  test('are nowhere in a report that does not show usage', async () => {
    await publish();
    const { document } = await made({ groupBy: ['account', 'month'] });
    expect(JSON.stringify(document)).not.toMatch(/cost|money|215000|200000|15000/i);
  });
});

describe('reports', () => {
  test('are listed newest first, in pages, without those of other workspaces', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      ids.unshift((await request()).id);
      context.clock.pass(1_000);
    }
    const first = await context.ask(listReports, listReports.response, { query: { limit: '2' } });
    expect(first.body.items.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    const cursor = String(first.body.nextCursor);
    const second = await context.ask(listReports, listReports.response, { query: { limit: '2', cursor } });
    expect(second.body).toMatchObject({ items: [{ id: ids[2] }], nextCursor: null });
    const stranger = { ...owner, workspaceId: newId('wsp', noon) };
    const theirs = await context.ask(listReports, listReports.response, { as: stranger });
    expect(theirs.body.items).toEqual([]);
    const path = { reportId: String(ids[0]) };
    expect((await context.ask(getReport, Problem, { path, as: stranger })).status).toBe(404);
    expect((await context.ask(deleteReport, Problem, { path, as: stranger })).status).toBe(404);
  });

  test('can be deleted with their files only by their creator, owners and admins', async () => {
    await publish();
    const { report } = await made({ formats: ['csv'] });
    const path = { reportId: report.id };
    expect((await context.ask(deleteReport, Problem, { path, as: as('manager') })).body.code).toBe('not_your_report');
    expect((await context.call(deleteReport, { path, as: as('admin') })).status).toBe(204);
    expect(context.deps.reportFiles.files.size).toBe(0);
    expect((await context.ask(getReport, Problem, { path })).status).toBe(404);
    expect((await context.ask(listReports, listReports.response)).body.items).toEqual([]);
    expect((await context.ask(deleteReport, Problem, { path })).status).toBe(404);
    expect(context.told().at(-1)?.[0]).toBe('report.deleted');
    const own = await request({}, as('analyst'));
    expect((await context.call(deleteReport, { path: { reportId: own.id }, as: as('analyst') })).status).toBe(204);
  });

  test('leave no files if they are deleted while they are rendered', async () => {
    await publish();
    const { id: reportId } = await request();
    await context.run('analytics.makeReport', {
      workspaceId,
      reportId,
      workspace: { name: 'X', colour: '#aa3300' },
      made: [],
    });
    await context.call(deleteReport, { path: { reportId } });
    await context.deps.reportFiles.write(`${workspaceId}/${reportId}/report.pdf`, 'application/pdf', Buffer.of(1));
    await make(reportId);
    expect(context.deps.reportFiles.files.size).toBe(0);
  });

  test('are not found after they expire', async () => {
    const { id: reportId } = await request();
    context.clock.set('2027-02-28T12:00:01.000Z');
    expect((await context.ask(getReport, Problem, { path: { reportId } })).status).toBe(404);
  });
});
