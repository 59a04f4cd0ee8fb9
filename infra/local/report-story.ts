import assert from 'node:assert/strict';
import * as z from 'zod';
import { eventually, type Marketer, type StageAddresses } from './marketer.ts';

const Id = z.object({ id: z.string() });
const Report = z.object({ status: z.string(), files: z.array(z.object({ format: z.string() })) });
const Share = z.object({ path: z.string() });

const dayMs = 86_400_000;
const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** Part of the demo: a report on a campaign, and a secret link to it for a client. */
export const playReport = async (
  maya: Marketer,
  { apiUrl }: Pick<StageAddresses, 'apiUrl'>,
  campaignId: string,
  say: (line: string) => void,
): Promise<void> => {
  say('She has a report made of the campaign: a page, a PDF, a spreadsheet');
  const now = Date.now();
  const { id } = await maya.do(Id, 'POST', '/v1/analytics/reports', {
    title: 'Autumn roast: what worked',
    // The demo may run around midnight.
    period: { kind: 'fixed', from: dayOf(now - dayMs), to: dayOf(now) },
    groupBy: ['account', 'day'],
    campaignId,
  });
  const report = await eventually('the report', async () => {
    const found = await maya.do(Report, 'GET', `/v1/analytics/reports/${id}`);
    return found.status === 'requested' ? undefined : found;
  });
  assert.equal(report.status, 'ready');
  assert.equal(report.files.length, 5);
  const { path } = await maya.do(Share, 'POST', `/v1/analytics/reports/${id}/shares`, { days: 7 });
  const page = await fetch(apiUrl + path);
  assert.equal(page.status, 200);
  assert.match(await page.text(), /Autumn roast: what worked/);
  say(`Her client reads it without signing in: ${apiUrl}${path}`);
};
