import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { MemberRemoved, ReportLinkMailed } from '#events/users.ts';
import { createReport, deleteReport, getReport } from '#functions/analytics/reports/contract.ts';
import {
  listReportShares,
  readSharedReport,
  revokeReportShare,
  shareReport,
} from '#functions/analytics/reports/share-contract.ts';
import { Problem } from '#shared/http/problem.ts';
import { newId } from '#shared/ids.ts';
import type { Role } from '#shared/permissions.ts';
import { hashOfReportToken, reportSecretBytes, reportTokenOf } from '#shared/report-link.ts';
import { owner } from '#test/support/http-event.ts';
import { type Harness, harness, noon, workspaceId } from '../harness.ts';

let context: Harness;

beforeEach(() => {
  context = harness('2026-11-29T12:00:00.000Z');
});

const as = (role: Role) => ({ ...owner, role, personId: 'usr_01KATJ9V5H8Q3M4N5P6R7S8T9W' });
const Made = z.object({ isMore: z.boolean(), made: z.array(z.object({ format: z.string(), bytes: z.int() })) });

const ready = async (changes: object = {}): Promise<string> => {
  const definition = { title: 'For a <client>', period: { kind: 'relative', days: 'last_7_days' }, formats: ['page'] };
  const body = { ...definition, ...changes };
  const { id } = (await context.ask(createReport, createReport.response, { body })).body;
  let made: z.infer<typeof Made>['made'] = [];
  for (let isMore = true; isMore;) {
    const step = { workspaceId, reportId: id, workspace: { name: 'Bäckerei Łukasz', colour: '#aa3300' }, made };
    ({ isMore, made } = Made.parse(await context.run('analytics.makeReport', step)));
  }
  return id;
};

const share = async (reportId: string, body: object = {}) =>
  (await context.ask(shareReport, shareReport.response, { path: { reportId }, body })).body;
const open = (path: string) =>
  context.call(readSharedReport, { path: { token: path.replace('/v1/shared-reports/', '') }, as: undefined });

describe('a secret link to a report', () => {
  test('opens the page for anybody who has it, and its secret is neither stored nor shown again', async () => {
    const reportId = await ready();
    const { path, id, expiresAt } = await share(reportId);
    expect(expiresAt).toBe('2026-12-29T12:00:00.000Z');
    const { status, raw, headers } = await open(path);
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(raw).toContain('<h1>For a &#60;client&#62;</h1>');
    expect(raw).toContain('Bäckerei Łukasz');
    expect(raw).toContain('<meta name="robots" content="noindex">');
    const list = await context.ask(listReportShares, listReportShares.response, { path: { reportId } });
    expect(list.body.items.map((each) => each.id)).toEqual([id]);
    const secret = path.split('.').at(-1) ?? '';
    const kept = JSON.stringify([...context.items.values()]);
    expect(kept).not.toContain(secret);
    expect(list.raw).not.toMatch(/token|hash/i);
    const report = await context.call(getReport, { path: { reportId } });
    expect(report.raw).not.toMatch(/tokenHash|shares/);
    expect(context.told().at(-1)).toEqual(['report.shared', { shareId: id, expiresAt, showsUsage: false }]);
  });

  test('ends when it expires, is revoked, or its report is deleted', async () => {
    const reportId = await ready();
    const [short, revoked, last] = [
      await share(reportId, { days: 1 }),
      await share(reportId),
      await share(reportId, { days: 90 }),
    ];
    const path = { reportId, shareId: revoked.id };
    expect((await context.call(revokeReportShare, { path })).status).toBe(204);
    expect((await open(revoked.path)).status).toBe(404);
    expect((await context.ask(revokeReportShare, Problem, { path })).body.code).toBe('report_share_not_found');
    expect(context.told().at(-1)).toEqual(['report.share_revoked', { shareId: revoked.id }]);
    expect((await open(short.path)).status).toBe(200);
    context.clock.set('2026-11-30T12:00:00.000Z');
    expect((await open(short.path)).status).toBe(404);
    expect((await open(last.path)).status).toBe(200);
    await context.call(deleteReport, { path: { reportId } });
    expect((await open(last.path)).status).toBe(404);
  });

  test('with another report or a wrong token opens nothing', async () => {
    const reportId = await ready();
    const { path } = await share(reportId);
    const foreign = path.replace(reportId, await ready());
    for (const wrong of [foreign, `${path.slice(0, -1)}${path.endsWith('A') ? 'B' : 'A'}`, 'x', `${path}x`]) {
      expect((await open(wrong)).status, wrong).toBe(404);
    }
  });

  test('never outlives its report', async () => {
    const reportId = await ready();
    context.clock.set('2027-02-01T12:00:00.000Z');
    expect((await share(reportId, { days: 90 })).expiresAt).toBe('2027-02-27T12:00:00.000Z');
    context.clock.set('2027-03-01T12:00:00.000Z');
    const path = { reportId };
    expect((await context.ask(listReportShares, Problem, { path })).status).toBe(404);
  });

  test('is created and revoked only by the person who made the report, owners and admins', async () => {
    const reportId = await ready();
    const path = { reportId };
    const by = async (who: object) =>
      (await context.ask(shareReport, Problem, { path, body: {}, as: who as typeof owner })).body.code;
    expect(await by(as('manager'))).toBe('not_your_report');
    expect(await by({ ...owner, workspaceId: newId('wsp', noon) })).toBe('report_not_found');
    const machine = { ...owner, personId: 'sva_01KATJ9V5H8Q3M4N5P6R7S8T9V' };
    expect(await by(machine)).toBe('only_for_people');
    const { id: shareId } = await share(reportId);
    const revoke = { path: { reportId, shareId }, as: as('editor') };
    expect((await context.ask(revokeReportShare, Problem, revoke)).body.code).toBe('not_your_report');
    expect((await context.call(revokeReportShare, { ...revoke, as: as('admin') })).status).toBe(204);
  });

  test('is limited to ten per report, and requires a report with a page', async () => {
    const reportId = await ready();
    for (let count = 0; count < 10; count += 1) await share(reportId);
    const path = { reportId };
    const { body } = await context.ask(shareReport, Problem, { path, body: {} });
    expect(body.code).toBe('too_many_report_shares');
    const without = { path: { reportId: await ready({ formats: ['csv'] }) }, body: {} };
    expect((await context.ask(shareReport, Problem, without)).body.code).toBe('report_without_page');
  });
});

describe('a link mailed to a recipient', () => {
  const recipient = 'usr_01KATJ9V5H8Q3M4N5P6R7S8T9X';
  const expiresAt = '2026-12-06T12:00:00.000Z';
  let mails = 0;

  const readyFor = async (...recipients: string[]): Promise<string> => {
    const id = await ready();
    const report = await context.deps.reports.get(workspaceId, id);
    await context.deps.reports.save({ ...report, recipients }, { actor: report.createdBy, correlationId: 'c' });
    return id;
  };
  const mail = async (reportId: string, personId = recipient) => {
    const token = reportTokenOf({ workspaceId, reportId }, randomBytes(reportSecretBytes).toString('base64url'));
    const data = { reportId, personId, tokenHash: hashOfReportToken(token), expiresAt };
    const hear = () => context.happened(ReportLinkMailed, newId('mal', noon), (mails += 1), data);
    await hear();
    return { token, hear };
  };

  test('opens the page until it expires', async () => {
    const reportId = await readyFor(recipient);
    const { token, hear } = await mail(reportId);
    await hear();
    expect(await open(token)).toMatchObject({ status: 200 });
    const report = await context.call(getReport, { path: { reportId } });
    expect(report.raw).not.toMatch(/tokenHash|mailed/);
    context.clock.set(expiresAt);
    expect(await open(token)).toMatchObject({ status: 404 });
  });

  test('ends when the recipient is removed from the workspace, but that of another recipient does not', async () => {
    const reportId = await readyFor(recipient, owner.personId);
    const [theirs, other] = [await mail(reportId), await mail(reportId, owner.personId)];
    await context.happened(MemberRemoved, recipient, 5, { role: 'analyst' });
    expect(await open(theirs.token)).toMatchObject({ status: 404 });
    expect(await open(other.token)).toMatchObject({ status: 200 });
    await context.call(deleteReport, { path: { reportId } });
    expect(await open(other.token)).toMatchObject({ status: 404 });
  });

  test('opens nothing if the person is not a recipient', async () => {
    const { token } = await mail(await readyFor(owner.personId));
    expect(await open(token)).toMatchObject({ status: 404 });
  });
});
