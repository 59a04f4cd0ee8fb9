import * as z from 'zod';
import { AccountHealthChanged, BudgetReplenished } from '#events/accounts.ts';
import type { CampaignAccounts } from '#events/campaign-content.ts';
import {
  CampaignApproved,
  CampaignCheckRequested,
  CampaignLaunched,
  CampaignLaunchRequested,
  CampaignResumed,
} from '#events/campaigns.ts';
import { eventsFor as campaignEventsFor } from '#functions/campaigns/changes.ts';
import { checkCampaign, launchCampaign } from '#functions/campaigns/launch/contract.ts';
import { pauseCampaign } from '#functions/campaigns/lifecycle/contract.ts';
import { resumeCampaign } from '#functions/campaigns/resuming/contract.ts';
import { routes as campaignRoutes } from '#functions/campaigns/routes.ts';
import { subscriptions as campaignSubscriptions } from '#functions/campaigns/subscriptions.ts';
import { tasks } from '#functions/campaigns/task-names.ts';
import { tasks as campaignTasks } from '#functions/campaigns/tasks.ts';
import { eventsFor as postEventsFor } from '#functions/posts/changes.ts';
import type { Post } from '#functions/posts/domain/post.ts';
import { routes as postRoutes } from '#functions/posts/routes.ts';
import { subscriptions as postSubscriptions } from '#functions/posts/subscriptions.ts';
import { tasks as postTaskNames } from '#functions/posts/task-names.ts';
import { tasks as postTasks } from '#functions/posts/tasks.ts';
import { approveCampaign } from '#infra/workflows/approve-campaign.ts';
import { checkCampaign as checkWorkflow } from '#infra/workflows/check-campaign.ts';
import { launchCampaign as launchWorkflow } from '#infra/workflows/launch-campaign.ts';
import type { StateMachineDefinition } from '#infra/workflows/task.ts';
import type { DomainEvent, EventDefinition } from '#shared/events/event.ts';
import type { Operation } from '#shared/http/operation.ts';
import { execute } from '#test/simulation/interpreter.ts';
import { anEvent, answering, clockAt, inboxRecord, quietHandler, type Sent } from './context-harness.ts';
import { httpEvent, lambdaContext, owner, type SignedIn } from './http-event.ts';
import { memoryCampaigns } from './memory/campaigns.ts';
import { memoryPosts } from './memory/posts.ts';

const Answer = z.object({ statusCode: z.int(), body: z.string().optional() });
const Batch = z.object({ batchItemFailures: z.array(z.unknown()) });
const Outcome = z.looseObject({ outcome: z.string(), until: z.string().optional() });

export const accountId = 'acc_01KATJ9V5H8Q3M4N5P6R7S8T9V';
export const otherAccountId = 'acc_01KATJ9V5H8Q3M4N5P6R7S8T9W';
export const officeOpens = new Date('2026-11-22T12:00:00.000Z');

const functions = { campaigns: 'campaigns', posts: 'posts', accounts: 'accounts' };
const workflows = new Map<EventDefinition, StateMachineDefinition>([
  [CampaignCheckRequested, checkWorkflow(functions)],
  [CampaignLaunchRequested, launchWorkflow(functions)],
  [CampaignApproved, approveCampaign(functions)],
]);

/** The facts that accounts would return: the office's accounts are healthy, and nothing is spent. */
const accountsSay: CampaignAccounts = {
  accounts: [accountId, otherAccountId].map((id) => ({
    ...{ accountId: id, username: 'acme', health: 'healthy' },
    ...{ maxWeightedLength: 280, isAutomationConfirmed: true },
  })),
  unknown: [],
  budget: { monthlyMicros: null, usedMicros: {} },
  appPosts: {},
  appPostsPerDay: 10_000,
};

/** Posts and campaigns as Lambda invokes them, on in-memory stores, with a bus between them and a settable clock. */
export const openOffice = async () => {
  const clock = clockAt(officeOpens);
  const { now } = clock;
  const posts = memoryPosts(now);
  const campaigns = memoryCampaigns(now);
  for (const id of [accountId, otherAccountId]) {
    await posts.accounts.learn(owner.workspaceId, 1, { accountId: id, isConnected: true, maxWeightedLength: 280 });
  }
  const handlers = {
    posts: quietHandler({
      context: 'posts',
      routes: postRoutes(posts, answering),
      subscriptions: async () => postSubscriptions(posts),
      tasks: postTasks(posts),
    }),
    campaigns: quietHandler({
      context: 'campaigns',
      routes: campaignRoutes(campaigns, answering),
      subscriptions: async () => campaignSubscriptions(campaigns),
      tasks: campaignTasks(campaigns),
    }),
  };
  const hears = {
    posts: new Set(postSubscriptions(posts).map(({ definition }) => definition)),
    campaigns: new Set(campaignSubscriptions(campaigns).map(({ definition }) => definition)),
  };
  const told = { posts: 0, campaigns: 0 };
  /** How many changes of campaigns have had their workflows played. */
  let played = 0;
  /** The latest run of each campaign, by campaign id. */
  const runs = new Map<string, number>();
  let executions = 0;

  const deliver = async (context: 'posts' | 'campaigns', event: DomainEvent): Promise<void> => {
    if (!hears[context].has(event.definition)) return;
    const batch = { Records: [inboxRecord(event)] };
    const { batchItemFailures } = Batch.parse(await handlers[context](batch, lambdaContext));
    if (batchItemFailures.length > 0) throw new Error(`${context} did not take ${event.definition.type}`);
  };
  /** Plays the workflows that check, launch and approve campaigns, without delivering the resulting events yet. */
  const playWorkflows = async (): Promise<void> => {
    while (played < campaigns.changes.length) {
      const fresh = campaigns.changes.slice(played).flatMap(campaignEventsFor);
      played = campaigns.changes.length;
      for (const { definition, detail } of fresh) {
        const workflow = workflows.get(definition);
        if (!workflow) continue;
        executions += 1;
        const id = `execution-${executions}`;
        await execute(workflow, JSON.parse(JSON.stringify(detail)), {
          execution: { id, name: id },
          call: async (resource, payload) => {
            if (resource === 'accounts') return accountsSay;
            return handlers[resource === 'posts' ? 'posts' : 'campaigns'](payload as object, lambdaContext);
          },
          sleep: async (milliseconds) => {
            clock.pass(milliseconds);
          },
          sleepUntil: async (instant) => {
            clock.set(instant);
          },
        });
      }
    }
  };
  /** Delivers the events of all writes, and those that follow from them, until there are none. */
  const settle = async (): Promise<void> => {
    for (;;) {
      const fromPosts = posts.changes.slice(told.posts).flatMap(postEventsFor);
      const fromCampaigns = campaigns.changes.slice(told.campaigns).flatMap(campaignEventsFor);
      told.posts = posts.changes.length;
      told.campaigns = campaigns.changes.length;
      const news = [...fromPosts, ...fromCampaigns];
      if (news.length === 0 && played === campaigns.changes.length) return;
      for (const event of news) {
        if (event.definition === CampaignLaunched || event.definition === CampaignResumed) {
          runs.set(event.detail.entityId, z.object({ run: z.int() }).parse(event.detail.data).run);
        }
        await deliver('posts', event);
        await deliver('campaigns', event);
      }
      await playWorkflows();
    }
  };
  const run = async (context: 'posts' | 'campaigns', task: string, input: object) => {
    executions += 1;
    const execution = `execution-${executions}`;
    const outcome = await handlers[context](
      { task, execution, correlationId: 'correlation-1', input: { workspaceId: owner.workspaceId, ...input } },
      lambdaContext,
    );
    return { execution, outcome };
  };
  /** @param options `isHeard`: false leaves the resulting events undelivered until the next `settle` */
  const send = async (
    context: 'posts' | 'campaigns',
    operation: Operation,
    sent: Sent = {},
    { isHeard = true } = {},
  ) => {
    const asRead: Sent = operation.ifMatch === 'required' ? { headers: { 'if-match': '*' } } : {};
    const answer = Answer.parse(await handlers[context](httpEvent(operation, { ...asRead, ...sent }), lambdaContext));
    const body: unknown = answer.body === undefined || answer.body === '' ? undefined : JSON.parse(answer.body);
    if (isHeard) await settle();
    return { status: answer.statusCode, body };
  };

  /**
   * Checks a campaign and launches it with its report.
   * @param options `isHeard`: false leaves the events of the launch undelivered until the next `settle`
   */
  const launch = async (campaignId: string, as: SignedIn, { isHeard = true } = {}): Promise<void> => {
    const path = { campaignId };
    await send('campaigns', checkCampaign, { as, path });
    const { report } = await campaigns.campaigns.get(owner.workspaceId, campaignId);
    const body = { reportVersion: report?.version };
    await send('campaigns', launchCampaign, { as, path, body }, { isHeard });
    await playWorkflows();
    const { status, launch: outcome } = await campaigns.campaigns.get(owner.workspaceId, campaignId);
    if (status !== 'running') {
      const found = await campaigns.checks.report(owner.workspaceId, campaignId);
      throw new Error(`The campaign is ${status}: ${JSON.stringify([outcome?.failure, found?.blockers])}`);
    }
  };

  /** Delivers an event of another context that ends what held posts, such as a healthy account or a new budget. */
  const happen = async (definition: EventDefinition, entityId: string, data: object): Promise<void> => {
    await deliver('posts', anEvent(definition, entityId, 1_000 + executions, data, now().toISOString()));
  };

  /** Plans the slots of campaigns that are due for planning. @returns when they are due again */
  const planCampaigns = async (): Promise<string[]> => {
    const waits: string[] = [];
    for (const [campaignId, of] of runs) {
      await run('campaigns', tasks.catchUp, { campaignId, run: of });
      const { outcome } = await run('campaigns', tasks.planWindow, { campaignId, run: of });
      const { until } = Outcome.parse(outcome);
      if (until !== undefined) waits.push(until);
    }
    await settle();
    return waits;
  };

  /** Publishes a due post if it is permitted. @returns what an execution would send to X */
  const publish = async ({ id: postId, scheduleVersion }: Post) => {
    const { execution, outcome } = await run('posts', postTaskNames.claim, { postId, scheduleVersion });
    const claimed = Outcome.parse(outcome);
    if (claimed.outcome !== 'go') return undefined;
    const { campaignId, parts } = z
      .looseObject({ campaignId: z.string().nullable(), parts: z.array(z.unknown()) })
      .parse(claimed);
    const permit =
      campaignId === null ? undefined : (await run('campaigns', tasks.permit, { campaignId, postId })).outcome;
    const isPermitted = permit === undefined || Outcome.parse(permit).outcome === 'permitted';
    const published = parts.map((_, part) => ({
      outcome: 'published',
      part,
      xPostId: String(part + 1),
      publishedAt: now().toISOString(),
      costMicros: 0,
    }));
    const met = isPermitted ? { parts: published } : { permit };
    await handlers.posts(
      {
        task: postTaskNames.record,
        execution,
        correlationId: 'correlation-1',
        input: { workspaceId: owner.workspaceId, postId, ...met },
      },
      lambdaContext,
    );
    await settle();
    return isPermitted ? { postId, at: now().toISOString(), ...claimed } : undefined;
  };

  const all = async (): Promise<Post[]> =>
    (await posts.posts.list(owner.workspaceId, {}, { limit: 1_000, scope: {} })).items;

  /**
   * Lets a year pass in which nobody changes a post: accounts become healthy, the budget is replenished, campaigns are
   * paused and resumed, lost executions are revived. @returns what was published, and when
   */
  const letTimePass = async (manager: SignedIn): Promise<object[]> => {
    const out: object[] = [];
    const paused = async (operation: Operation) => {
      for (const campaignId of runs.keys()) await send('campaigns', operation, { as: manager, path: { campaignId } });
    };
    await settle();
    await happen(AccountHealthChanged, accountId, { health: 'healthy', reason: 'It is well again.' });
    await happen(BudgetReplenished, owner.workspaceId, { month: '2026-11', budgetMicros: null, spentMicros: 0 });
    await paused(pauseCampaign);
    await paused(resumeCampaign);
    for (;;) {
      const waits = await planCampaigns();
      const [next] = (await all())
        .filter(({ status }) => status === 'scheduled' || status === 'publishing')
        .filter(({ nextAttemptAt }) => nextAttemptAt !== null)
        .sort((one, other) => ((one.nextAttemptAt ?? '') < (other.nextAttemptAt ?? '') ? -1 : 1));
      const [at] = [...waits, next?.nextAttemptAt ?? []].flat().sort();
      if (at === undefined || Date.parse(at) > officeOpens.getTime() + 365 * 86_400_000) return out;
      // A minute late, when an abandoned post is recovered; none is claimed before its time.
      clock.set(new Date(Math.max(now().getTime(), Date.parse(at) + 60_000)));
      if (next?.nextAttemptAt !== at) continue;
      if (next.claimedBy === null) {
        const sent = await publish(next);
        if (sent) out.push(sent);
      } else {
        await run('posts', postTaskNames.revive, { postId: next.id });
        await settle();
      }
    }
  };

  return { posts, campaigns, clock, send, settle, launch, planCampaigns, letTimePass };
};

export type Office = Awaited<ReturnType<typeof openOffice>>;
