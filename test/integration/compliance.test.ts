import { beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { listAuditEvents } from '#functions/users/audit/contract.ts';
import { ComplianceReportView, listComplianceReports } from '#functions/users/compliance/contract.ts';
import { eventually, Marketer } from '#infra/local/marketer.ts';
import { expectProblem, whereIs } from '../support/integration/answers.ts';
import { spyOn } from '../support/integration/bus.ts';
import { stage } from '../support/integration/stage.ts';

const nora = new Marketer(stage, 'nora');
beforeAll(async () => {
  await nora.join();
});

const Document = z.object({
  members: z.array(z.looseObject({ personId: z.string(), role: z.string() })),
  sections: z.object({
    privilegedChanges: z.object({ entries: z.array(z.looseObject({ eventType: z.string(), details: z.unknown() })) }),
  }),
});

test('a compliance report is generated, announced in an event, and served as JSON, CSV and HTML', async () => {
  const { personId, workspaceId } = await whereIs(nora);
  await using spy = await spyOn(workspaceId);
  await nora.do(z.unknown(), 'PATCH', '/v1/workspace', { requireAltText: true }, { 'if-match': '*' });
  await eventually('the change in the trail', async () => {
    const path = '/v1/audit-events?eventType=workspace.settings_changed';
    return (await nora.do(listAuditEvents.response, 'GET', path)).items.length > 0 ? true : undefined;
  });
  const body = { from: new Date(Date.now() - 3_600_000).toISOString(), to: new Date().toISOString() };
  const { id } = await nora.do(ComplianceReportView, 'POST', '/v1/compliance-reports', body);
  const ready = await eventually('the report', async () => {
    const found = await nora.do(ComplianceReportView, 'GET', `/v1/compliance-reports/${id}`);
    return found.status === 'requested' ? undefined : found;
  });
  expect(ready).toMatchObject({
    status: 'ready',
    summary: { chain: { verdict: 'intact', brokenAt: null }, members: 1 },
  });
  await spy.hears('the report', ({ entityId, data }) => entityId === id && data['verdict'] === 'intact');

  const fileAt = async (url: string | undefined, contentType: string) => {
    const answer = await fetch(z.string().parse(url));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain(contentType);
    return answer.text();
  };
  const { members, sections } = Document.parse(JSON.parse(await fileAt(ready.links?.json, 'application/json')));
  expect(members).toMatchObject([{ personId, role: 'owner' }]);
  expect(sections.privilegedChanges.entries).toMatchObject([
    { eventType: 'workspace.settings_changed', details: { requireAltText: 'false to true' } },
  ]);
  expect(await fileAt(ready.links?.csv, 'text/csv')).toContain('"chain","verdict","intact"');
  expect(await fileAt(ready.links?.html, 'text/html')).toContain('<h1>Compliance report of');

  const { items } = await nora.do(listComplianceReports.response, 'GET', '/v1/compliance-reports');
  expect(items).toMatchObject([{ id, status: 'ready' }]);
  const future = { ...body, to: new Date(Date.now() + 3_600_000).toISOString() };
  expectProblem(await nora.call('POST', '/v1/compliance-reports', future), 400, 'invalid_body');
});
