import { expect, test } from 'vitest';
import { ReportReady } from '#events/analytics.ts';
import { ReportLinkMailed } from '#events/users.ts';
import { renderMail } from '#functions/users/mail/render.ts';
import { newId } from '#shared/ids.ts';
import { hashOfReportToken, reportOfToken } from '#shared/report-link.ts';
import { team } from '../team-harness.ts';

const reportId = 'rpt_01KATJ9V5H8Q3M4N5P6R7S8T9V';

/** Ada's workspace with an editor, which receives the event that a report is ready. */
const office = async () => {
  const scene = await team();
  const { users, owner } = scene;
  const editor = await scene.member('eve', 'editor');
  const hear = async (data: object = {}, id = newId('evt', new Date())) => {
    const detail = {
      ...{ id, schemaVersion: 1, workspaceId: owner.workspaceId },
      ...{ entityId: reportId, entityVersion: 2, occurredAt: '2026-11-30T07:01:00.000Z' },
      ...{ actor: { type: 'system', id: 'analytics' }, correlationId: 'request-7' },
      data: {
        ...{ formats: ['pdf'], expiresAt: '2027-02-28T07:00:00.000Z' },
        recipients: [owner.personId, editor.personId],
        ...data,
      },
    };
    const body = JSON.stringify({ source: ReportReady.source, 'detail-type': ReportReady.type, detail });
    return users.wake({ Records: [{ messageId: '1', eventSource: 'aws:sqs', body }] });
  };
  const mailed = (name: string) => users.mailsTo(`${name}@example.com`).filter(({ kind }) => kind === 'report_ready');
  return { users, owner, editor, hear, mailed };
};

test('each recipient of a report gets a mail with a secret link of their own, whose digest alone is in events', async () => {
  const { users, owner, editor, hear, mailed } = await office();
  const id = newId('evt', new Date());
  expect(await hear({ formats: ['page', 'pdf'] }, id)).toEqual({ batchItemFailures: [] });
  const tokens = ['ada', 'eve'].map((name) => {
    const [mail] = mailed(name);
    const { text } = renderMail(
      { kind: 'report_ready', data: mail?.data ?? {} },
      { publicUrl: 'https://pages.example', token: 't' },
    );
    const [, token = ''] = /Open the report: https:\S+\/v1\/shared-reports\/(\S+)/.exec(text) ?? [];
    expect(text).toMatch(/Anyone with the link can open the report until \d{4}-\d\d-\d\d \d\d:\d\d UTC\./);
    expect(reportOfToken(token)).toEqual({ workspaceId: owner.workspaceId, reportId });
    return token;
  });
  expect(new Set(tokens).size).toBe(2);
  const told = users.events().filter(({ definition }) => definition === ReportLinkMailed);
  expect(told.map(({ detail }) => detail.data)).toMatchObject(
    [owner, editor].map(({ personId }, place) => ({
      ...{ reportId, personId, tokenHash: hashOfReportToken(tokens[place] ?? '') },
    })),
  );
  expect(JSON.stringify(told)).not.toContain(tokens[0]?.split('.')[2]);
  // Delivered twice, it is mailed once.
  await hear({ formats: ['page', 'pdf'] }, id);
  expect([mailed('ada').length, mailed('eve').length]).toEqual([1, 1]);
});

test('the mail about a report without a page says how to get its links', async () => {
  const { users, hear, mailed } = await office();
  expect(await hear()).toEqual({ batchItemFailures: [] });
  const [mail] = mailed('ada');
  expect(mailed('eve')).toHaveLength(1);
  const { subject, text } = renderMail(
    { kind: 'report_ready', data: mail?.data ?? {} },
    { publicUrl: 'https://pages.example', token: 't' },
  );
  expect(subject).toMatch(/^A report for .+ is ready$/);
  expect(text).toContain(
    `get their links (API request GET ${users.deps.mailing.publicUrl}/v1/analytics/reports/${reportId}).`,
  );
  expect(text).not.toContain('Open the report');
  expect(text).toContain('Available until: 2027-02-28 07:00 UTC');
});

test('the mail is named after its report, or after the workspace when the event has no title', async () => {
  const { hear, mailed } = await office();
  await hear({ title: 'acme.com: November' });
  await hear();
  const [named, nameless] = mailed('ada').map((mail) =>
    renderMail({ kind: 'report_ready', data: mail.data }, { publicUrl: 'https://pages.example', token: 't' }),
  );
  // As with every name that people choose, no mail program makes a link of it.
  expect(named?.subject).toBe('acme. com: November: report for Engines');
  expect(named?.text).toContain('Report: acme. com: November\nWorkspace: Engines');
  expect(nameless?.subject).toBe('A report for Engines is ready');
});

test('a report with costs is mailed only to those who may read costs, and no report to a former member', async () => {
  const { users, owner, editor, hear, mailed } = await office();
  await hear({ showsUsage: true });
  expect([mailed('ada').length, mailed('eve').length]).toEqual([1, 0]);
  await users.removeMember(editor);
  await hear({ recipients: [editor.personId, owner.personId] });
  expect([mailed('ada').length, mailed('eve').length]).toEqual([2, 0]);
  await hear({ recipients: [] });
  expect(mailed('ada')).toHaveLength(2);
});
