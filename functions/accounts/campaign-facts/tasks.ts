import { AccountQuestion } from '#events/campaign-content.ts';
import { type Task, task } from '#shared/lambda/task.ts';
import type { Deps } from '../deps.ts';
import { tasks as names } from '../task-names.ts';
import { describeForCampaign } from './describe.ts';

/** Tasks that campaigns call before a launch. */
export const campaignFactsTasks = (deps: Deps): Task[] => [
  task(names.describeForCampaign, AccountQuestion, async (question) => describeForCampaign(deps, question)),
];
