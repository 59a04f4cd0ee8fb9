import * as z from 'zod';
import type { Author } from '#shared/actor.ts';
import { retryOnLostUpdate } from '#shared/entities.ts';
import { CampaignId, WorkspaceId } from '#shared/ids.ts';
import { type Task, task } from '#shared/lambda/task.ts';
import type { Deps } from '../deps.ts';
import type { Campaign } from '../domain/campaign.ts';
import { letGo, move } from '../domain/slot.ts';
import { tasks as names } from '../task-names.ts';
import { writeInOneStep } from '../write-in-one-step.ts';
import { type CatchUp, replanMissed } from './missed.ts';

const onRun = z.object({ workspaceId: WorkspaceId, campaignId: CampaignId, run: z.int().min(1) });

/** Task of `run-campaign` that deals with slots missed during a pause, before anything else is planned. */
export const resumingTasks = (deps: Deps): Task[] => [
  task(names.catchUp, onRun, async ({ workspaceId, campaignId, run }, origin) => {
    const campaign = await deps.campaigns.find(workspaceId, campaignId);
    if (campaign?.status !== 'running' || campaign.run !== run) return { outcome: 'ended' };
    if (!campaign.catchUp) return { outcome: 'done' };
    if (await isMoreToCatchUp(deps, campaign, campaign.catchUp, origin)) return { outcome: 'more' };
    await noteDone(deps, campaign, campaign.catchUp, origin);
    return { outcome: 'done' };
  }),
];

/**
 * Moves and skips some of the missed slots; returns whether some are left. Each slot records that it was dealt with.
 */
const isMoreToCatchUp = async (deps: Deps, campaign: Campaign, asked: CatchUp, author: Author): Promise<boolean> => {
  const { moved, skipped } = await replanMissed(deps, campaign, asked);
  const when = { run: campaign.run, askedAt: asked.until };
  const writes = [
    ...skipped
      .filter(({ slot }) => slot.caughtUp?.run !== asked.run)
      .map(({ slot, reasons, dueAt }) => async () => {
        const caughtUp = { run: asked.run, from: dueAt };
        await deps.slots.letGo(letGo(slot, { at: asked.until, why: 'missed' }, { reasons, caughtUp }), author);
      }),
    ...moved
      .filter(({ slot }) => slot.caughtUp?.run !== asked.run)
      .map(({ slot, to: { publishAt, reasons }, dueAt }) => async () => {
        const caughtUp = { run: asked.run, from: dueAt };
        await deps.slots.save(move(slot, { publishAt, reasons, caughtUp }, when), author);
      }),
  ];
  return (await writeInOneStep(writes)) > 0;
};

/** From now on, a post that the pause held is planned again as soon as its event arrives. */
const noteDone = ({ campaigns }: Deps, { workspaceId, id }: Campaign, { run }: CatchUp, author: Author) =>
  retryOnLostUpdate(async () => {
    const campaign = await campaigns.find(workspaceId, id);
    if (campaign?.catchUp?.run === run) await campaigns.save({ ...campaign, catchUp: null }, author);
  });
