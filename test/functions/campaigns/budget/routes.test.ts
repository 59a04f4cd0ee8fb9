import { expect, test } from 'vitest';
import * as z from 'zod';
import { PostHeld } from '#events/posts.ts';
import { getCampaignSpending } from '#functions/campaigns/budget/contract.ts';
import { LaunchReport } from '#functions/campaigns/domain/launch-report.ts';
import { getLaunchReport } from '#functions/campaigns/launch/contract.ts';
import { at, planOf, post, running, type RunningDesk, runningDesk } from '../running-desk.ts';

const Amount = z.object({ posts: z.int(), micros: z.int() });
const Spending = z.object({ spent: Amount, forecast: z.object({ total: Amount }) });

const spendingOf = async (desk: RunningDesk, campaignId: string) =>
  (await desk.ask(getCampaignSpending, Spending, { path: { campaignId } })).body;

test('a post whose cost is in the spending counts once in the forecast: while it is being sent, and once it is held', async () => {
  const desk = runningDesk();
  const plan = planOf([
    [1, 60],
    [2, 120],
    [3, 180],
  ]);
  const id = await running(desk, plan, [1, 2, 3]);
  const { forecast: before } = await spendingOf(desk, id);
  desk.clock.set(at(60));
  const { workspaceId, accountId, postId } = (await desk.slots(id))[0] ?? {};
  await desk.run('campaigns.permit', { workspaceId, campaignId: id, postId });
  expect(await spendingOf(desk, id)).toMatchObject({ spent: { posts: 1 }, forecast: { total: before.total } });

  const held = {
    accountId: accountId ?? '',
    campaignId: id,
    code: 'x_unclear',
    reason: 'It is unknown whether X has the post.',
  };
  await desk.happened(PostHeld, post(1), 50, held);
  expect(await spendingOf(desk, id)).toMatchObject({ spent: { posts: 1 }, forecast: { total: before.total } });

  await desk.check(id);
  const report = await desk.ask(getLaunchReport, LaunchReport, { path: { campaignId: id } });
  expect(report.body.forecast.total).toEqual(before.total);
});
