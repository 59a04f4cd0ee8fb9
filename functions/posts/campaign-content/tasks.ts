import { ApprovalOrder, CompositionOrder, ContentQuestion, DiscardOrder } from '#events/campaign-content.ts';
import { type Task, task } from '#shared/lambda/task.ts';
import type { Deps } from '../deps.ts';
import { tasks as names } from '../task-names.ts';
import { approveForCampaign } from './approve.ts';
import { composeForCampaign } from './compose.ts';
import { describeForCampaign } from './describe.ts';
import { discardForCampaign } from './discard.ts';

/** Tasks that campaigns call for their posts while they are planned, checked and approved. */
export const campaignContentTasks = (deps: Deps): Task[] => [
  task(names.describeForCampaign, ContentQuestion, async (question) => describeForCampaign(deps, question)),
  task(names.composeForCampaign, CompositionOrder, async (order, origin) => composeForCampaign(deps, order, origin)),
  task(names.discardForCampaign, DiscardOrder, async (order, origin) => discardForCampaign(deps, order, origin)),
  task(names.approveForCampaign, ApprovalOrder, async (order, origin) => approveForCampaign(deps, order, origin)),
];
