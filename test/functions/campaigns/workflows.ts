import type { CampaignAccounts, ContentFacts, PostFacts } from '#events/campaign-content.ts';
import { CompositionOrder, ContentQuestion, DiscardOrder } from '#events/campaign-content.ts';
import * as events from '#events/campaigns.ts';
import { tasks as accountTasks } from '#functions/accounts/task-names.ts';
import { tasks as postTasks } from '#functions/posts/task-names.ts';
import { approveCampaign } from '#infra/workflows/approve-campaign.ts';
import { checkCampaign } from '#infra/workflows/check-campaign.ts';
import { launchCampaign } from '#infra/workflows/launch-campaign.ts';
import type { StateMachineDefinition } from '#infra/workflows/task.ts';
import type { DomainEvent, EventDefinition } from '#shared/events/event.ts';
import { execute, Stopped } from '#test/simulation/interpreter.ts';
import { accountId, type Harness } from './harness.ts';

const functions = { campaigns: 'campaigns', posts: 'posts', accounts: 'accounts' };

/** The workflows that events of campaigns start; that of a run is left to other tests. */
const startedBy = new Map<EventDefinition, StateMachineDefinition>([
  [events.CampaignCheckRequested, checkCampaign(functions)],
  [events.CampaignLaunchRequested, launchCampaign(functions)],
  [events.CampaignApproved, approveCampaign(functions)],
]);

/** Answers of posts and accounts to the workflows; tests may change them. */
export const answers = () => {
  const facts = new Map<string, Partial<PostFacts>>();
  const made = new Set<string>();
  const discarded: string[] = [];
  const asked: { task: string; input: unknown }[] = [];
  const factsOf = (postId: string): PostFacts => ({
    ...{ postId, status: 'draft', campaignId: null, contentHash: `hash of ${postId}`, approval: 'not_needed' },
    ...{ findings: [], media: [], parts: [{ hasUrl: false, isMarked: true, weightedLength: 100 }] },
    ...facts.get(postId),
  });
  const accounts: CampaignAccounts = {
    accounts: [{ accountId, health: 'healthy', maxWeightedLength: 280, isAutomationConfirmed: true }],
    unknown: [],
    budget: { monthlyMicros: null, usedMicros: {} },
    appPosts: {},
    appPostsPerDay: 10_000,
  };
  const call = async (task: string, input: unknown): Promise<unknown> => {
    asked.push({ task, input });
    switch (task) {
      case postTasks.composeForCampaign: {
        const { slots } = CompositionOrder.parse(input);
        for (const { postId } of slots) made.add(postId);
        return { posts: slots.map(({ slotKey, postId }) => ({ slotKey, postId, problem: null })) };
      }
      case postTasks.describeForCampaign: {
        const { slots } = ContentQuestion.parse(input);
        const posts = slots.map(({ slotKey, postId }) => ({ slotKey, postId, facts: factsOf(postId), accountId }));
        return { posts } satisfies ContentFacts;
      }
      case postTasks.discardForCampaign: {
        const { postIds } = DiscardOrder.parse(input);
        discarded.push(...postIds);
        return { posts: postIds.map((postId) => ({ postId, outcome: 'discarded' })) };
      }
      case postTasks.approveForCampaign: {
        const { approvals } = input as { approvals: { postId: string }[] };
        return { posts: approvals.map(({ postId }) => ({ postId, outcome: 'approved' })) };
      }
      case accountTasks.describeForCampaign:
        return accounts;
      default:
        throw new Error(`Nobody answers ${task}`);
    }
  };
  return { facts, made, discarded, asked, accounts, call };
};

export type Answers = ReturnType<typeof answers>;

interface Interference {
  /** Called before each task. @throws Stopped to end the execution there */
  before?: (task: string, count: number) => Promise<void> | void;
}

/**
 * Plays the workflows of the context from their definitions, over its own tasks and these answers of others. Time passes
 * while they wait.
 */
export const workflowsOf = (context: Harness, others: Answers = answers()) => {
  let read = 0;
  let executions = 0;
  const start = async (event: DomainEvent, { before }: Interference = {}): Promise<'ended' | 'stopped'> => {
    const definition = startedBy.get(event.definition);
    if (!definition) throw new Error(`${event.definition.type} starts nothing`);
    executions += 1;
    const id = `arn:execution-${executions}`;
    let calls = 0;
    try {
      await execute(definition, JSON.parse(JSON.stringify(event.detail)), {
        execution: { id, name: id },
        call: async (resource, payload) => {
          const { task, input } = payload as { task: string; input: object };
          await before?.(task, (calls += 1));
          return resource === 'campaigns' ? context.run(task, input, id) : others.call(task, input);
        },
        sleep: async (milliseconds) => {
          context.clock.pass(milliseconds);
        },
        sleepUntil: async (instant) => {
          context.clock.set(instant);
        },
      });
      return 'ended';
    } catch (error) {
      if (error instanceof Stopped) return 'stopped';
      throw error;
    }
  };
  /** The events since the last call that start workflows. */
  const due = (): DomainEvent[] => {
    const all = context.events();
    const fresh = all.slice(read).filter(({ definition }) => startedBy.has(definition));
    read = all.length;
    return fresh;
  };
  /** Plays all workflows that are due, and those that follow. */
  const settle = async (interference: Interference = {}): Promise<void> => {
    for (let fresh = due(); fresh.length > 0; fresh = due()) {
      for (const event of fresh) await start(event, interference);
    }
  };
  return { others, start, due, settle };
};
