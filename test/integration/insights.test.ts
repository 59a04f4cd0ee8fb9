// @module-tag long
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { eventually, Marketer, newXUser } from '#infra/local/marketer.ts';
import { expectProblem, whereIs } from '../support/integration/answers.ts';
import { spyOn } from '../support/integration/bus.ts';
import { becomes, publish, write } from '../support/integration/desk.ts';
import { endOf, start } from '../support/integration/executions.ts';
import { boxOf } from '../support/integration/mail-box.ts';
import { stage } from '../support/integration/stage.ts';

const Amount = z.object({ posts: z.number(), days: z.number() });
const Missing = z.object({ outcome: z.literal('not_enough_data'), has: Amount, needs: Amount, statement: z.string() });
const Insights = z.object({
  items: z.array(z.object({ kind: z.string(), subject: z.object({ accountId: z.string() }), answer: Missing })),
});
const BestTimes = z.object({
  answer: Missing,
  proposals: z.array(z.object({ weekday: z.number() })),
  seed: z.string(),
});
const Forecast = z.object({ answer: Missing });
const Settings = z.object({ version: z.number(), thresholds: z.array(z.object({ metric: z.string() })) });

const maya = new Marketer(stage);
const stranger = new Marketer(stage, 'stranger');
let accountId = '';
beforeAll(async () => {
  await Promise.all([maya.join(), stranger.join()]);
  accountId = await maya.connect(await newXUser(stage));
  await eventually('the account in analytics', async () => {
    const { status } = await maya.call('GET', `${ofAccount()}/posting-rules`);
    return status === 200 ? true : undefined;
  });
});

const ofAccount = (): string => `/v1/analytics/accounts/${accountId}`;

const run = async (workflow: 'run-daily-checks' | 'sweep-metrics'): Promise<void> => {
  expect(await endOf(await start(workflow, '{}'))).toBe('SUCCEEDED');
};

describe('an account with little data', () => {
  test('has insights that say how many posts are still needed, after the daily checks', async () => {
    await run('run-daily-checks');
    const { items } = await maya.do(Insights, 'GET', `/v1/analytics/insights?accountId=${accountId}`);
    expect(items.map(({ kind }) => kind).sort()).toEqual(['anomaly', 'best_time', 'fatigue', 'trait']);
    for (const { answer } of items) expect(answer.needs.posts).toBeGreaterThan(answer.has.posts);
    expect((await stranger.do(Insights, 'GET', '/v1/analytics/insights')).items).toEqual([]);
  });

  test('gets proposed times that respect its posting rules, and no forecast', async () => {
    const rules = { timeZone: 'Europe/Berlin', rules: [{ weekdays: [1, 2, 3, 4, 5, 6] }] };
    expect(await maya.call('PUT', `${ofAccount()}/posting-rules`, rules)).toMatchObject({ status: 200 });
    const { answer, proposals } = await maya.do(BestTimes, 'GET', `${ofAccount()}/best-times?count=3`);
    expect(answer.needs).toEqual({ posts: 30, days: 28 });
    expect(proposals.map(({ weekday }) => weekday)).toEqual([7, 7, 7]);
    expect((await maya.do(Forecast, 'GET', `${ofAccount()}/forecast`)).answer.has).toEqual({ posts: 0, days: 0 });
  });

  test('cannot be read or changed from another workspace', async () => {
    for (const path of ['best-times', 'forecast', 'posting-rules']) {
      expectProblem(await stranger.call('GET', `${ofAccount()}/${path}`), 404, 'account_not_found');
    }
    const body = { timeZone: 'UTC', rules: [] };
    expectProblem(await stranger.call('PUT', `${ofAccount()}/posting-rules`, body), 404, 'account_not_found');
  });
});

test('a crossed threshold is mailed once, and only to the person who set it', async () => {
  const limit = { metric: 'posts', accountId, direction: 'above', value: 0, days: 1 };
  const body = { thresholds: [limit], anomalies: false, goals: false };
  const path = '/v1/analytics/alerts';
  for (const marketer of [maya, stranger])
    expect(await marketer.call('PUT', path, body)).toMatchObject({ status: 200 });
  const { workspaceId, personId } = await whereIs(maya);
  await using spy = await spyOn(workspaceId);
  const post = await write(maya, accountId, `Measured, ${randomUUID()}.`);
  await publish(maya, post);
  await becomes(maya, post, 'published');
  const alerts = async (of: Marketer) =>
    (await boxOf(of.email)).filter(({ Subject }) => Subject.startsWith('A metric crossed its threshold'));
  const [mail] = await eventually('the alert', async () => {
    await run('sweep-metrics');
    const found = await alerts(maya);
    return found.length > 0 ? found : undefined;
  });
  expect(mail?.BodyText).toContain('Posts published today (UTC): 1, above your threshold of 0.');
  const [told] = await spy.hears('alert.raised', ({ type }) => type === 'alert.raised');
  expect(told?.data).toMatchObject({ personId, kind: 'threshold', accountId });
  await run('run-daily-checks');
  expect(await alerts(maya)).toHaveLength(1);
  expect(await alerts(stranger)).toEqual([]);
  expect(await maya.call('DELETE', path)).toMatchObject({ status: 204 });
  expect(await maya.do(Settings, 'GET', path)).toMatchObject({ version: 0, thresholds: [] });
  expect(await stranger.do(Settings, 'GET', path)).toMatchObject({ version: 1, thresholds: [{ metric: 'posts' }] });
});
