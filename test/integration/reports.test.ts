// @module-tag long
import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { deleteReport, getReport, listReports } from '#functions/analytics/reports/contract.ts';
import { ReportDocument } from '#functions/analytics/reports/rendering/document.ts';
import { createSavedReport } from '#functions/analytics/reports/saved-contract.ts';
import { shareReport } from '#functions/analytics/reports/share-contract.ts';
import { savedReportStore } from '#functions/analytics/store/saved-reports.ts';
import { eventually, Marketer, newXUser } from '#infra/local/marketer.ts';
import { systemAuthor } from '#shared/actor.ts';
import { expectProblem, whereIs } from '../support/integration/answers.ts';
import { spyOn } from '../support/integration/bus.ts';
import { becomes, publish, write } from '../support/integration/desk.ts';
import { endOf, start } from '../support/integration/executions.ts';
import { joinByInvitation } from '../support/integration/invitations.ts';
import { boxOf } from '../support/integration/mail-box.ts';
import { stage, tableOf } from '../support/integration/stage.ts';

const { response: ReportView } = getReport;
type ReportView = z.infer<typeof ReportView>;

const maya = new Marketer(stage);
const today = new Date().toISOString().slice(0, 10);
const definition = {
  title: 'Что сработало — 報告',
  period: { kind: 'fixed', from: today, to: today },
  groupBy: ['account', 'day'],
};

beforeAll(async () => {
  await maya.join();
});

/** Publishes a post and waits until it is measured and in the totals of the day. */
const measured = async (): Promise<void> => {
  const accountId = await maya.connect(await newXUser(stage));
  const post = await write(maya, accountId, `Reported, ${randomUUID()}.`);
  await publish(maya, post);
  await becomes(maya, post, 'published');
  await eventually('the metrics of the post', async () => {
    expect(await endOf(await start('sweep-metrics', '{}'))).toBe('SUCCEEDED');
    const { status, body } = await maya.call('GET', `/v1/posts/${post.id}/metrics`);
    return status === 200 && z.object({ latest: z.unknown() }).parse(body).latest !== null ? true : undefined;
  });
  await eventually('the totals of the day', async () => {
    const Overview = z.object({ coverage: z.object({ measuredPosts: z.number() }) });
    const { coverage } = await maya.do(Overview, 'GET', `/v1/analytics/overview?from=${today}&to=${today}`);
    return coverage.measuredPosts > 0 ? true : undefined;
  });
};

const readyReport = async (body: object): Promise<ReportView> => {
  const { id } = await maya.do(ReportView, 'POST', '/v1/analytics/reports', body);
  return eventually('the report', async () => {
    const found = await maya.do(ReportView, 'GET', `/v1/analytics/reports/${id}`);
    return found.status === 'requested' ? undefined : found;
  });
};

const fileAt = async (report: ReportView, format: string, contentType: string): Promise<Buffer> => {
  const answer = await fetch(z.string().parse(report.links?.find((link) => link.format === format)?.url));
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, contentType]);
  expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="report-[\d-]+\.\w+"$/);
  return Buffer.from(await answer.arrayBuffer());
};

test('a report is generated, announced in an event, and downloadable in each format', async () => {
  await measured();
  await using spy = await spyOn((await whereIs(maya)).workspaceId);
  const report = await readyReport(definition);
  expect(report).toMatchObject({ status: 'ready', period: { from: today, to: today, timeZone: 'UTC' } });
  await spy.hears('report.ready', ({ type, entityId }) => type === 'report.ready' && entityId === report.id);

  const document = ReportDocument.parse(JSON.parse(String(await fileAt(report, 'json', 'application/json'))));
  expect(document.title).toBe(definition.title);
  expect(document.sections[0]).toMatchObject({
    kind: 'figures',
    figures: [{ label: 'Posts', value: { value: 1 } }, { label: 'Impressions' }, {}, {}],
  });
  expect(String(await fileAt(report, 'csv', 'text/csv; charset=utf-8'))).toContain('Impressions');
  const sheet = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
  expect((await fileAt(report, 'xlsx', sheet)).subarray(0, 2).toString()).toBe('PK');
  const page = String(await fileAt(report, 'page', 'text/html; charset=utf-8'));
  expect(page).toContain(`<h1>${definition.title}</h1>`);
  expect(page).toContain('<svg');
  expect((await fileAt(report, 'pdf', 'application/pdf')).subarray(0, 5).toString()).toBe('%PDF-');
});

test('a report is hidden from other workspaces, and one with costs from an analyst, and its files go with it', async () => {
  const report = await readyReport({ ...definition, showsUsage: true, formats: ['csv'] });
  const path = `/v1/analytics/reports/${report.id}`;
  const stranger = new Marketer(stage, 'stranger');
  await stranger.join();
  expectProblem(await stranger.call('GET', path), 404, 'report_not_found');
  expectProblem(await stranger.call('DELETE', path), 404, 'report_not_found');

  const ines = new Marketer(stage, 'ines');
  await joinByInvitation(maya, ines, 'analyst');
  expectProblem(await ines.call('GET', path), 403, 'costs_not_allowed');
  expectProblem(await ines.call('DELETE', path), 403, 'not_your_report');
  const { items } = await ines.do(listReports.response, 'GET', '/v1/analytics/reports');
  expect(items.map(({ id }) => id)).toContain(report.id);

  const url = z.string().parse(report.links?.[0]?.url);
  expect((await fetch(url)).status).toBe(200);
  await maya.do(deleteReport.response, 'DELETE', path);
  expectProblem(await maya.call('GET', path), 404, 'report_not_found');
  expect((await fetch(url)).status).toBe(404);
});

test('a saved report is generated on schedule, mailed, and shared by a secret link until that is revoked', async () => {
  const { personId, workspaceId } = await whereIs(maya);
  const { id: savedReportId } = await maya.do(createSavedReport.response, 'POST', '/v1/analytics/saved-reports', {
    definition: { title: 'Every day', period: { kind: 'relative', days: 'last_7_days' }, formats: ['page'] },
    schedule: { start: '2026-01-01T08:00', rule: 'FREQ=DAILY' },
    recipients: [personId],
  });
  // Makes the report due now.
  const saved = savedReportStore(await tableOf('analytics'));
  const due = { ...(await saved.get(workspaceId, savedReportId)), nextAt: new Date(Date.now() - 1_000).toISOString() };
  await saved.save(due, systemAuthor('analytics', { correlationId: 'test' }));
  expect(await endOf(await start('request-due-reports', '{}'))).toBe('SUCCEEDED');
  const report = await eventually('the scheduled report', async () => {
    const { items } = await maya.do(listReports.response, 'GET', '/v1/analytics/reports');
    return items.find((each) => each.savedReportId === savedReportId && each.status === 'ready');
  });
  await eventually('the mail about it', async () => {
    const Mails = z.object({ items: z.array(z.object({ kind: z.string(), status: z.string() })) });
    const { items } = await maya.do(Mails, 'GET', '/v1/mails');
    return items.find(({ kind, status }) => kind === 'report_ready' && status === 'sent');
  });
  const mailed = (await boxOf(maya.email)).map(({ BodyText }) => /Open the report: (\S+)/.exec(BodyText)?.[1]);
  const link = mailed.find((each) => each !== undefined) ?? '';
  expect(link.startsWith(stage.apiUrl)).toBe(true);
  await eventually('the link in the mail opens the report', async () => (await fetch(link)).ok || undefined);

  const shares = `/v1/analytics/reports/${report.id}/shares`;
  const share = await maya.do(shareReport.response, 'POST', shares, { days: 7 });
  const page = async () => fetch(`${stage.apiUrl}${share.path}`);
  const shown = await page();
  expect([shown.status, shown.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  expect(await shown.text()).toContain('<h1>Every day</h1>');
  await maya.do(z.undefined(), 'DELETE', `${shares}/${share.id}`);
  expect((await page()).status).toBe(404);
});
