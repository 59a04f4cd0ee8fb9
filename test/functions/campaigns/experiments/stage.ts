import * as z from 'zod';
import { PostMetricsUpdated } from '#events/analytics.ts';
import type { AccountFacts, ContentFacts, PostFacts } from '#events/campaign-content.ts';
import { PostFailed, PostPublished } from '#events/posts.ts';
import { eventsFor } from '#functions/campaigns/changes.ts';
import { getCampaignExperiment, putCampaignExperiment } from '#functions/campaigns/experiments/contract.ts';
import { checkCampaign, getLaunchReport, launchCampaign } from '#functions/campaigns/launch/contract.ts';
import { createCampaign } from '#functions/campaigns/planning/contract.ts';
import { routes } from '#functions/campaigns/routes.ts';
import { subscriptions } from '#functions/campaigns/subscriptions.ts';
import { tasks as names } from '#functions/campaigns/task-names.ts';
import { tasks } from '#functions/campaigns/tasks.ts';
import { newId } from '#shared/ids.ts';
import { instantAfter } from '#shared/time.ts';
import { answering, clockAt, contextHarness } from '#test/support/context-harness.ts';
import { owner } from '#test/support/http-event.ts';
import { memoryCampaigns } from '#test/support/memory/campaigns.ts';

const { workspaceId } = owner;
/** A Monday. */
export const noon = new Date('2026-11-23T12:00:00.000Z');
export const accountId = 'acc_01KATJ9V5H8Q3M4N5P6R7S8T9V';

const Version = z.looseObject({ id: z.string(), version: z.int() });
const Opened = z.object({ parts: z.array(z.int()) });
const Checked = z.object({
  describe: z.array(z.object({ slotKey: z.string(), postId: z.string() })),
});

/** Campaigns over a table in memory; tests set what posts and accounts report. */
export const stage = () => {
  const clock = clockAt(noon);
  const deps = memoryCampaigns(clock.now);
  const context = contextHarness(deps, clock, eventsFor, {
    context: 'campaigns',
    routes: routes(deps, answering),
    subscriptions: async () => subscriptions(deps),
    tasks: tasks(deps),
  });

  /** How every post and the account differ from healthy ones in checks. */
  const say: { facts: Partial<PostFacts>; account: Partial<AccountFacts> } = { facts: {}, account: {} };

  /** Makes this many posts known as drafts. */
  const drafts = async (count: number): Promise<string[]> => {
    const postIds = Array.from({ length: count }, () => newId('pst', noon));
    const news = { accountId, entityVersion: 1, at: instantAfter(noon, -1), status: 'draft' as const, publishAt: null };
    for (const postId of postIds) await deps.posts.learn(workspaceId, { postId, ...news });
    return postIds;
  };

  const at = (place: number): string => instantAfter(noon, 3_600_000 + place * 600_000);

  /** A plan of one track `posts`, with a post every ten minutes from one hour after noon. */
  const planOf = (
    postIds: readonly string[],
    policies: object = {},
    instants = postIds.map((_, place) => at(place)),
  ) => {
    const track = {
      ...{ id: 'posts', accountIds: [accountId], content: { kind: 'posts', postIds } },
      times: { kind: 'fixed', instants },
    };
    return { timeZone: 'Europe/Berlin', seed: 'seed', policies, tracks: [track] };
  };

  /** A draft campaign with such a plan. */
  const campaignOf = async (
    postIds: readonly string[],
    said: object = {},
    policies: object = {},
    instants = postIds.map((_, place) => at(place)),
  ) => {
    const plan = planOf(postIds, policies, instants);
    const body = { name: 'Two ways to say it', timeZone: 'Europe/Berlin', plan, ...said };
    return (await context.ask(createCampaign, Version, { body })).body;
  };

  /** Request body that registers an experiment on the track, with these posts for the variant `b`. */
  const registration = (postIds: readonly string[], changes: object = {}) => ({
    variants: [
      { key: 'a', name: 'As always' },
      { key: 'b', name: 'With a question' },
    ],
    ...{ control: 'a', metric: 'impressions', maturityHours: 1, seed: 'seed', trackId: 'posts' },
    contents: [{ variant: 'b', content: { kind: 'posts', postIds } }],
    ...changes,
  });

  const register = async (campaignId: string, body: object, version: number) =>
    context.call(putCampaignExperiment, { path: { campaignId }, body, headers: { 'if-match': `"v${version}"` } });

  /** Plays the steps of a check, its own or that of a launch, up to its report. */
  const play = async (campaignId: string, kind: 'check' | 'launch', number: number) => {
    const on = { workspaceId, campaignId, kind, number };
    const { parts } = Opened.parse(await context.run(names.openCheck, on));
    for (const part of parts) {
      const { describe } = Checked.parse(await context.run(names.readPart, { ...on, part }));
      const posts = describe.map(({ slotKey, postId }): ContentFacts['posts'][number] => ({
        ...{ slotKey, postId, accountId },
        facts: {
          ...{ postId, status: 'draft', campaignId: null, contentHash: `hash of ${postId}`, approval: 'not_needed' },
          ...{ findings: [], media: [], parts: [{ hasUrl: false, isMarked: true, weightedLength: 100 }] },
          ...say.facts,
        },
      }));
      const input = { ...on, part, composed: { posts: [] }, described: { posts } };
      await context.wake({ task: names.keepPart, input, execution: 'arn:execution-1', correlationId: 'correlation-1' });
    }
    const account = { health: 'healthy', maxWeightedLength: 280, isAutomationConfirmed: true };
    const accounts = {
      accounts: [{ accountId, ...account, ...say.account }],
      ...{ unknown: [], budget: { monthlyMicros: null, usedMicros: {} }, appPosts: {}, appPostsPerDay: 10_000 },
    };
    await context.run(names.report, { ...on, accounts });
    return parts;
  };

  let checks = 0;
  const check = async (campaignId: string) => {
    await context.call(checkCampaign, { path: { campaignId } });
    await play(campaignId, 'check', (checks += 1));
    const { body } = await context.ask(
      getLaunchReport,
      z.looseObject({ version: z.string(), canLaunch: z.boolean() }),
      {
        path: { campaignId },
      },
    );
    return body;
  };

  const launch = async (campaignId: string) => {
    const { version: reportVersion } = await check(campaignId);
    await context.call(launchCampaign, { path: { campaignId }, body: { reportVersion } });
    const on = { workspaceId, campaignId, number: 1 };
    for (const part of await play(campaignId, 'launch', 1)) await context.run(names.claimPart, { ...on, part });
    return context.run(names.start, on);
  };

  const experimentOf = async (campaignId: string) => context.ask(getCampaignExperiment, View, { path: { campaignId } });

  const isOut = (campaignId: string, postId: string, publishedAt: string) =>
    context.happened(
      PostPublished,
      postId,
      5,
      { accountId, campaignId, xPostIds: ['1'], dueAt: publishedAt, publishedAt },
      publishedAt,
    );
  const fails = (campaignId: string, postId: string) =>
    context.happened(PostFailed, postId, 5, { accountId, campaignId, code: 'x_refused', reason: 'No.' });
  const isRead = (campaignId: string, postId: string, measuredAt: string, impressions: number) => {
    const others = { likes: 3, reposts: 0, replies: 0, quotes: 0, bookmarks: 0, urlClicks: 1, profileClicks: null };
    return context.happened(
      PostMetricsUpdated,
      postId,
      Date.parse(measuredAt),
      { campaignId, measuredAt, metrics: { impressions, ...others } },
      measuredAt,
    );
  };
  return {
    ...context,
    say,
    drafts,
    planOf,
    campaignOf,
    registration,
    register,
    check,
    launch,
    experimentOf,
    isOut,
    fails,
    isRead,
  };
};

const View = z.looseObject({
  blocks: z.array(
    z.looseObject({
      id: z.string(),
      slots: z.array(
        z.looseObject({
          ...{
            slotKey: z.string(),
            variant: z.string(),
            postId: z.string(),
            publishAt: z.string(),
            status: z.string(),
          },
          counted: z.object({ measuredAt: z.string(), counts: z.record(z.string(), z.number().nullable()) }).nullable(),
        }),
      ),
    }),
  ),
  verdict: z.looseObject({ outcome: z.string() }).nullable(),
  conclusion: z.looseObject({ outcome: z.string(), variant: z.string().nullable() }).nullable(),
  smallestLift: z.number().nullable(),
  sampleRatio: z.array(z.looseObject({ variant: z.string(), isMismatch: z.boolean() })),
});
export type ExperimentNow = z.infer<typeof View>;
