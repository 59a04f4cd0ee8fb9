import { beforeEach, describe, expect, test } from 'vitest';
import { getReport, listReports } from '#functions/analytics/reports/contract.ts';
import {
  createSavedReport,
  deleteSavedReport,
  getSavedReport,
  listSavedReports,
  makeSavedReport,
  replaceSavedReport,
} from '#functions/analytics/reports/saved-contract.ts';
import { Problem } from '#shared/http/problem.ts';
import { newId } from '#shared/ids.ts';
import { overriding } from '#shared/lazy.ts';
import type { Role } from '#shared/permissions.ts';
import { owner } from '#test/support/http-event.ts';
import { type Harness, harness, noon } from '../harness.ts';

let context: Harness;

beforeEach(() => {
  context = harness('2026-11-29T12:00:00.000Z');
});

const other = 'usr_01KATJ9V5H8Q3M4N5P6R7S8T9W';
const as = (role: Role) => ({ ...owner, role, personId: other });
const definition = {
  title: 'Last week',
  period: { kind: 'relative', days: 'last_7_days' },
  timeZone: 'Europe/Berlin',
  formats: ['csv'],
};
const mondays = { start: '2026-11-30T08:00', rule: 'FREQ=WEEKLY;BYDAY=MO' };

const save = async (changes: object = {}) => {
  const body = { definition, schedule: mondays, recipients: [other], ...changes };
  return (await context.ask(createSavedReport, createSavedReport.response, { body })).body;
};

const reports = async () => (await context.ask(listReports, listReports.response)).body.items;
const saved = async (savedReportId: string) =>
  (await context.ask(getSavedReport, getSavedReport.response, { path: { savedReportId } })).body;

describe('a scheduled report', () => {
  test('is requested once per due time, for its recipients', async () => {
    const { id, nextAt } = await save();
    expect(nextAt).toBe('2026-11-30T07:00:00.000Z');
    expect(await context.run('analytics.requestDueReports', {})).toEqual({ isMore: false });
    expect(await reports()).toEqual([]);

    context.clock.set('2026-11-30T07:00:30.000Z');
    await context.run('analytics.requestDueReports', {});
    await context.run('analytics.requestDueReports', {});
    expect(await reports()).toMatchObject([
      {
        status: 'requested',
        savedReportId: id,
        recipients: [other],
        createdBy: { id: owner.personId },
        period: { from: '2026-11-23', to: '2026-11-29', timeZone: 'Europe/Berlin' },
      },
    ]);
    expect((await saved(id)).nextAt).toBe('2026-12-07T07:00:00.000Z');
    expect(context.told().map(([type]) => type)).toEqual(['saved_report.created', 'report.requested']);
  });

  test('is requested once after an outage, even if a step broke off', async () => {
    const { id } = await save();
    context.clock.set('2026-12-31T12:00:00.000Z');
    const working = context.deps.savedReports;
    context.deps.savedReports = overriding(working, { save: () => Promise.reject(new Error('the table is gone')) });
    await expect(context.run('analytics.requestDueReports', {})).rejects.toThrow();
    context.deps.savedReports = working;
    await context.run('analytics.requestDueReports', {});
    await context.run('analytics.requestDueReports', {});
    expect(await reports()).toMatchObject([{ period: { from: '2026-12-24', to: '2026-12-30' } }]);
    expect((await saved(id)).nextAt).toBe('2027-01-04T07:00:00.000Z');
  });

  test('names its recipients in the event report.ready', async () => {
    await save();
    context.clock.set('2026-11-30T07:00:30.000Z');
    await context.run('analytics.requestDueReports', {});
    const [report] = await reports();
    const step = { workspaceId: owner.workspaceId, reportId: report?.id, workspace: { name: 'X', colour: '#aa3300' } };
    const json = { format: 'json', bytes: 1 };
    await context.run('analytics.makeReport', { ...step, made: [json, { format: 'csv', bytes: 2 }] });
    expect(context.told().at(-1)).toEqual([
      'report.ready',
      {
        formats: ['csv'],
        expiresAt: '2027-02-28T07:00:30.000Z',
        showsUsage: false,
        recipients: [other],
        title: 'Last week',
      },
    ]);
  });

  test('ends with its rule', async () => {
    const { id } = await save({ schedule: { ...mondays, rule: 'FREQ=DAILY;COUNT=1' } });
    context.clock.set('2026-11-30T08:00:00.000Z');
    await context.run('analytics.requestDueReports', {});
    expect((await saved(id)).nextAt).toBeNull();
  });

  test('is no longer requested after it is deleted', async () => {
    const { id } = await save();
    expect((await context.call(deleteSavedReport, { path: { savedReportId: id } })).status).toBe(204);
    context.clock.set('2026-11-30T08:00:00.000Z');
    await context.run('analytics.requestDueReports', {});
    expect(await reports()).toEqual([]);
    expect(context.told().map(([type]) => type)).toEqual(['saved_report.created', 'saved_report.deleted']);
  });
});

describe('a saved report', () => {
  test('can be made on request', async () => {
    const { id, nextAt } = await save({ schedule: null });
    expect(nextAt).toBeNull();
    const path = { savedReportId: id };
    const { status, body } = await context.ask(makeSavedReport, makeSavedReport.response, { path });
    expect([status, body.status, body.savedReportId, body.recipients]).toEqual([202, 'requested', id, []]);
    expect((await context.call(getReport, { path: { reportId: body.id } })).status).toBe(200);
  });

  test('can be replaced only by its creator, owners and admins, with a current If-Match', async () => {
    const { id } = await save();
    const path = { savedReportId: id };
    const body = { definition: { ...definition, title: 'New' }, schedule: { ...mondays, rule: 'FREQ=DAILY' } };
    const headers = { 'if-match': '"v1"' };
    expect((await context.ask(replaceSavedReport, Problem, { path, body })).status).toBe(428);
    const foreign = await context.ask(replaceSavedReport, Problem, { path, body, headers, as: as('manager') });
    expect(foreign.body.code).toBe('not_your_report');
    const own = await context.ask(replaceSavedReport, replaceSavedReport.response, { path, body, headers });
    expect(own).toMatchObject({ status: 200, etag: '"v2"', body: { definition: { title: 'New' }, recipients: [] } });
    const late = await context.ask(replaceSavedReport, Problem, { path, body, headers, as: as('admin') });
    expect(late.status).toBe(412);
    expect(context.told().at(-1)).toEqual(['saved_report.changed', { isScheduled: true, recipients: 0 }]);
  });

  test('is listed and found only in its own workspace', async () => {
    const { id } = await save();
    const list = await context.ask(listSavedReports, listSavedReports.response);
    expect(list.body.items.map((each) => each.id)).toEqual([id]);
    const stranger = { ...owner, workspaceId: newId('wsp', noon) };
    const theirs = await context.ask(listSavedReports, listSavedReports.response, { as: stranger });
    expect(theirs.body.items).toEqual([]);
    const path = { savedReportId: id };
    for (const operation of [getSavedReport, deleteSavedReport, makeSavedReport]) {
      expect((await context.call(operation, { path, as: stranger })).status).toBe(404);
    }
  });

  test('with costs is allowed only for roles that may read usage', async () => {
    const body = { definition: { ...definition, showsUsage: true } };
    expect((await context.ask(createSavedReport, Problem, { body, as: as('editor') })).body.code).toBe(
      'costs_not_allowed',
    );
    const { id } = await save(body);
    const path = { savedReportId: id };
    expect((await context.ask(makeSavedReport, Problem, { path, as: as('editor') })).body.code).toBe(
      'costs_not_allowed',
    );
  });

  test('is limited to twenty per person', async () => {
    for (let count = 0; count < 20; count += 1) await save();
    const body = { definition };
    expect((await context.ask(createSavedReport, Problem, { body })).body.code).toBe('too_many_own_saved_reports');
    const [first] = (await context.ask(listSavedReports, listSavedReports.response)).body.items;
    await context.call(deleteSavedReport, { path: { savedReportId: String(first?.id) } });
    expect((await context.call(createSavedReport, { body })).status).toBe(201);
  });

  test.each([
    [{ schedule: { ...mondays, rule: 'FREQ=HOURLY' } }, 'invalid_schedule', 'body.schedule.rule'],
    [{ schedule: { ...mondays, start: '2026-13-01T08:00' } }, 'invalid_body', 'body.schedule.start'],
    [
      { definition: { ...definition, period: { kind: 'fixed', from: '2026-11-01', to: '2026-11-02' } } },
      'invalid_body',
      'body.definition.period',
    ],
    [{ definition: { ...definition, groupBy: ['variant'] } }, 'variant_needs_campaign', 'body.definition.campaignId'],
    [
      {
        schedule: null,
        definition: { ...definition, period: { kind: 'fixed', from: '2026-12-01', to: '2026-11-02' } },
      },
      'invalid_period',
      'body.definition.period.from',
    ],
    [{ recipients: [other, other] }, 'invalid_body', 'body.recipients'],
    [{ definition: { ...definition, timeZone: 'EST' } }, 'invalid_time_zone', 'body.definition.timeZone'],
  ])('is rejected with %j', async (wrong, code, path) => {
    const body = { definition, schedule: mondays, ...wrong };
    const { status, body: problem } = await context.ask(createSavedReport, Problem, { body });
    expect([status, problem.code, problem.fields?.[0]?.path]).toEqual([400, code, path]);
  });
});
