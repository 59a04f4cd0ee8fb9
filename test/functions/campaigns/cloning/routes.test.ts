import { expect, test } from 'vitest';
import * as z from 'zod';
import { cloneCampaign } from '#functions/campaigns/cloning/contract.ts';
import { previewCampaignPlan } from '#functions/campaigns/planning/contract.ts';
import { account, post, runningDesk } from '../running-desk.ts';

const Made = z.object({ id: z.string(), status: z.string(), slotCount: z.int() });

/** A plan of the first quarter that names weekdays. */
const mondays = {
  timeZone: 'Europe/Berlin',
  seed: 'seed',
  tracks: [
    {
      id: 'news',
      accountIds: [account],
      content: { kind: 'posts' as const, postIds: [1, 2, 3].map(post) },
      times: { kind: 'recurrence' as const, start: '2027-01-01T09:00', rule: 'FREQ=WEEKLY;BYDAY=MO;COUNT=3' },
    },
  ],
};

test.each([
  ['on that day', '2027-04-05', ['2027-04-05T09:00', '2027-04-12T09:00', '2027-04-19T09:00']],
  ['never before that day', '2027-04-01', ['2027-04-05T09:00', '2027-04-12T09:00', '2027-04-19T09:00']],
])('a clone with a start date begins %s and keeps all slots', async (_, start, wallTimes) => {
  const desk = runningDesk();
  const campaignId = await desk.draft(mondays, [1, 2, 3]);
  const made = await desk.ask(cloneCampaign, Made, { path: { campaignId }, body: { start } });
  expect(made).toMatchObject({ status: 201, body: { status: 'draft', slotCount: 3 } });
  const path = { campaignId: made.body.id };
  const { body } = await desk.ask(previewCampaignPlan, previewCampaignPlan.response, { path, body: {} });
  expect(body.slots.map(({ wallTime }) => wallTime)).toEqual(wallTimes);
  expect(body.conflicts).toEqual([]);
});
