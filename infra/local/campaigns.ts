import * as z from 'zod';
import { eventually, type Marketer } from './marketer.ts';
import { soon } from './slowness.ts';

const Campaign = z.object({
  id: z.string(),
  version: z.number(),
  status: z.string(),
  check: z.object({ status: z.string() }).nullable(),
  report: z.object({ version: z.string(), canLaunch: z.boolean() }).nullable(),
  launch: z
    .object({
      done: z.number(),
      total: z.number(),
      failure: z.object({ code: z.string(), reason: z.string() }).nullable(),
    })
    .nullable(),
});

const Blockers = z.object({ blockers: z.array(z.object({ message: z.string() })).transform((all) => all.slice(0, 5)) });

const Slots = z.object({
  items: z.array(z.object({ id: z.string(), postId: z.string(), publishAt: z.string(), status: z.string() })),
  nextCursor: z.string().nullable(),
});

/** A campaign and, once launched, its slots by time. */
export type CampaignNow = z.infer<typeof Campaign> & { slots: z.infer<typeof Slots>['items'] };

interface Named {
  id: string;
}

/** Reads the campaign's current state, with all its slots. */
export const campaignNow = async (marketer: Marketer, { id }: Named): Promise<CampaignNow> => {
  const campaign = await marketer.do(Campaign, 'GET', `/v1/campaigns/${id}`);
  const slots: CampaignNow['slots'] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const after: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const page = await marketer.do(Slots, 'GET', `/v1/campaigns/${id}/slots?limit=100${after}`);
    slots.push(...page.items);
    cursor = page.nextCursor;
  }
  return { ...campaign, slots: slots.sort((one, other) => Date.parse(one.publishAt) - Date.parse(other.publishAt)) };
};

/** Maximum time for planning, checking and launching a campaign, in milliseconds; the last two are workflows. */
const launchLeadMs = 20_000;

/** Returns an instant that many milliseconds after the launch of a campaign that is planned now. */
export const afterLaunch = (milliseconds = 0): string => soon(launchLeadMs + milliseconds);

/** Checks a campaign and waits for the report. */
export const check = async (marketer: Marketer, { id }: Named) => {
  await marketer.do(Campaign, 'POST', `/v1/campaigns/${id}/check`);
  const checked = await eventually(`the check of the campaign ${id}`, async () => {
    const now = await marketer.do(Campaign, 'GET', `/v1/campaigns/${id}`);
    return now.check?.status === 'running' ? undefined : now;
  });
  if (checked.check?.status !== 'done' || !checked.report) throw new Error(`The check of the campaign ${id} failed`);
  return { ...checked, report: checked.report };
};

/** Checks a campaign, launches it with the checked report, and waits until it runs. */
export const launch = async (marketer: Marketer, campaign: Named): Promise<CampaignNow> => {
  const { id } = campaign;
  const { report } = await check(marketer, campaign);
  if (!report.canLaunch) {
    const { blockers } = await marketer.do(Blockers, 'GET', `/v1/campaigns/${id}/launch-report`);
    throw new Error(`The campaign ${id} cannot be launched: ${blockers.map(({ message }) => message).join(' ')}`);
  }
  await marketer.do(Campaign, 'POST', `/v1/campaigns/${id}/launch`, { reportVersion: report.version });
  await eventually(`the launch of the campaign ${id}`, async () => {
    const now = await marketer.do(Campaign, 'GET', `/v1/campaigns/${id}`);
    if (now.launch?.failure) throw new Error(`The launch of ${id} came to nothing: ${now.launch.failure.reason}`);
    return now.status === 'launching' ? undefined : now;
  });
  return campaignNow(marketer, campaign);
};
