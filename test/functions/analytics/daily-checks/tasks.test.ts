import { beforeEach, expect, test } from 'vitest';
import { AccountConnected } from '#events/accounts.ts';
import { CampaignCreated, CampaignPlanned } from '#events/campaigns.ts';
import { setAlertSettings } from '#functions/analytics/alerts/contract.ts';
import { listInsights } from '#functions/analytics/insights/contract.ts';
import { dayMs } from '#shared/time.ts';
import { owner } from '#test/support/http-event.ts';
import { checkAll } from '../check-all.ts';
import { accountId, campaignId, type Harness, harness, metricsOf } from '../harness.ts';

const start = '2026-06-01T00:00:00.000Z';
const other = 'acc_01KATJ9V5H8Q3M4N5P6R7S8T9W';
let context: Harness;

const connect = async (id = accountId) =>
  context.happened(AccountConnected, id, 1, {
    ...{ xUserId: '1', username: 'acme', capabilities: { maxWeightedLength: 280 } },
  });

beforeEach(async () => {
  context = harness(start);
  await connect();
});

const list = async (query: Record<string, string> = {}) =>
  (await context.ask(listInsights, listInsights.response, { as: owner, query })).body.items;

const told = (type: string) => context.told().filter(([each]) => each === type);

test('daily checks that run twice concurrently take effect once', async () => {
  await context.call(setAlertSettings, { body: { thresholds: [], anomalies: true, goals: true } });
  await context.happened(CampaignCreated, campaignId, 1, {
    ...{ utm: null, budgetMicros: null, maturityHours: null, goals: [{ metric: 'impressions', target: 10 }] },
  });
  await context.happened(CampaignPlanned, campaignId, 2, { planVersion: 1, slots: 1, endsAt: start });
  await context.track({ campaignId, xPostIds: ['5'], publishedAt: start });
  context.clock.pass(6 * dayMs);
  await context.sweep(context.x(() => metricsOf(5)));
  const done = { next: null, hasFailed: false };
  expect(await Promise.all([checkAll(context), checkAll(context)])).toEqual([done, done]);
  expect(told('goal.at_risk')).toHaveLength(1);
  expect(told('alert.raised')).toHaveLength(1);
  expect(await list()).toHaveLength(5);
});

test('daily checks continue after one fails, log its error and report the failure at the end', async () => {
  await connect(other);
  const { postingRules } = context.deps;
  const find = postingRules.find.bind(postingRules);
  context.deps.postingRules.find = async (workspaceId, of) => {
    if (of === accountId) throw new Error('Broken');
    return find(workspaceId, of);
  };
  expect(await checkAll(context)).toEqual({ next: null, hasFailed: true });
  expect(context.deps.errors).toHaveLength(1);
  expect(await list({ accountId: other })).toHaveLength(4);
  expect(await list({ accountId })).toEqual([]);
});
