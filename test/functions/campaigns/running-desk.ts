import * as z from 'zod';
import type { PostFacts } from '#events/campaign-content.ts';
import { PostHeld, PostPublished } from '#events/posts.ts';
import { eventsFor } from '#functions/campaigns/changes.ts';
import type { Campaign } from '#functions/campaigns/domain/campaign.ts';
import type { KnownPostStatus } from '#functions/campaigns/domain/known-post.ts';
import type { Plan } from '#functions/campaigns/domain/plan.ts';
import type { Slot } from '#functions/campaigns/domain/slot.ts';
import { launchCampaign } from '#functions/campaigns/launch/contract.ts';
import { createCampaign, replaceCampaignPlan } from '#functions/campaigns/planning/contract.ts';
import { routes } from '#functions/campaigns/routes.ts';
import { subscriptions } from '#functions/campaigns/subscriptions.ts';
import { tasks } from '#functions/campaigns/tasks.ts';
import { instantAfter, minuteMs } from '#shared/time.ts';
import { answering, clockAt, contextHarness } from '#test/support/context-harness.ts';
import { owner } from '#test/support/http-event.ts';
import { memoryCampaigns } from '#test/support/memory/campaigns.ts';

const { workspaceId } = owner;
export const noon = new Date('2026-12-01T12:00:00.000Z');

const idOf = (prefix: string, place: number): string => `${prefix}_${String(place).padStart(26, '0')}`;
export const account = idOf('acc', 1);
export const post = (place: number): string => idOf('pst', place);

/** The instant this many minutes after noon. */
export const at = (minutes: number): string => instantAfter(noon, minutes * minuteMs);

type PlanInput = z.input<typeof Plan>;

/** A plan of posts at fixed times, in minutes after noon: the key of the slot of minute 60 is `news@<its first time>`. */
export const planOf = (
  slots: readonly (readonly [post: number, minutes: number])[],
  changes: Partial<PlanInput> = {},
) => ({
  timeZone: 'Europe/Berlin',
  seed: 'seed',
  spacing: { minimumGapMinutes: 0 },
  tracks: [
    {
      id: 'news',
      accountIds: [account],
      content: { kind: 'posts' as const, postIds: slots.map(([place]) => post(place)) },
      times: { kind: 'fixed' as const, instants: slots.map(([, minutes]) => at(minutes)) },
    },
  ],
  ...changes,
});

export const keyOf = (minutes: number): string => `news@${at(minutes)}`;

const Versioned = z.object({ id: z.string(), version: z.int() });
const Outcome = z.looseObject({ outcome: z.string() });
const Opened = z.looseObject({ outcome: z.string(), parts: z.array(z.int()).default([]) });
const Read = z.object({
  compose: z.array(z.object({ slotKey: z.string(), postId: z.string() })),
  describe: z.array(z.object({ slotKey: z.string(), postId: z.string() })),
});

const accounts = {
  accounts: [
    {
      ...{ accountId: account, health: 'healthy', maxWeightedLength: 280 },
      isAutomationConfirmed: true,
    },
  ],
  unknown: [],
  budget: { monthlyMicros: null, usedMicros: {} },
  appPosts: {},
  appPostsPerDay: 10_000,
};

/** Campaigns over a table in memory, and functions that play the workflows of a campaign. */
export const runningDesk = () => {
  const clock = clockAt(noon);
  const deps = memoryCampaigns(clock.now);
  const office = contextHarness(deps, clock, eventsFor, {
    context: 'campaigns',
    routes: routes(deps, answering),
    subscriptions: async () => subscriptions(deps),
    tasks: tasks(deps),
  });
  /** Overridden facts of posts, by their ids. */
  const facts = new Map<string, Partial<PostFacts>>();
  const versions = new Map<string, number>();

  const know = async (place: number, status: KnownPostStatus = 'draft'): Promise<void> => {
    const postId = post(place);
    versions.set(postId, (versions.get(postId) ?? 0) + 1);
    const entityVersion = versions.get(postId) ?? 1;
    const learned = { postId, accountId: account, entityVersion, status, publishAt: null };
    await deps.posts.learn(workspaceId, { ...learned, at: clock.now().toISOString() });
  };

  const factsOf = ({ slotKey, postId }: { slotKey: string; postId: string }) => ({
    slotKey,
    postId,
    accountId: account,
    facts: {
      ...{ postId, status: 'draft', campaignId: null, contentHash: `hash of ${postId}`, approval: 'approved' },
      ...{ findings: [], media: [], parts: [{ hasUrl: false, isMarked: true, weightedLength: 10 }] },
      ...facts.get(postId),
    },
  });

  const campaign = (id: string): Promise<Campaign> => deps.campaigns.get(workspaceId, id);
  const slots = async (id: string): Promise<Slot[]> =>
    (await deps.slots.ofCampaign(workspaceId, id)).sort((one, other) => (one.publishAt < other.publishAt ? -1 : 1));

  /** Plays a check up to its report. */
  const check = async (campaignId: string, kind: 'check' | 'launch', number: number) => {
    const ref = { workspaceId, campaignId, kind, number };
    const { outcome, parts } = Opened.parse(await office.run('campaigns.openCheck', ref));
    if (outcome !== 'opened') return { outcome, parts };
    for (const part of parts) {
      const read = Read.parse(await office.run('campaigns.readPart', { ...ref, part }));
      const composed = { posts: read.compose.map((each) => ({ ...each, problem: null })) };
      const described = { posts: read.describe.map(factsOf) };
      const kept = { task: 'campaigns.keepPart', input: { ...ref, part, composed, described } };
      await office.wake({ ...kept, execution: 'arn:execution-1', correlationId: 'keeps a part' });
    }
    return { ...Outcome.parse(await office.run('campaigns.report', { ...ref, accounts })), parts };
  };

  return {
    ...office,
    facts,
    know,
    campaign,
    slots,
    /** Slots by key, without those that a newer plan has let go. */
    slotsByKey: async (id: string): Promise<Map<string, Slot>> =>
      new Map((await slots(id)).filter(({ letGo }) => letGo?.why !== 'replanned').map((slot) => [slot.slotKey, slot])),
    /** A draft with that plan, whose posts are known. */
    draft: async (plan: PlanInput, places: readonly number[]): Promise<string> => {
      for (const place of places) await know(place);
      const body = { name: 'Winter', timeZone: 'Europe/Berlin', plan };
      const made = await office.ask(createCampaign, Versioned, { body });
      return made.body.id;
    },
    /** Requests and plays a check; returns the version of its report. */
    check: async (id: string): Promise<string> => {
      const before = await campaign(id);
      const { status } = await office.call((await import('#functions/campaigns/launch/contract.ts')).checkCampaign, {
        path: { campaignId: id },
      });
      if (status !== 202) throw new Error(`The check answered ${status}`);
      await check(id, 'check', (before.check?.number ?? 0) + 1);
      return (await campaign(id)).report?.version ?? '';
    },
    /** Plays `launch-campaign`; with `upTo` as if the execution broke off there. */
    carryOut: async (
      id: string,
      { upTo = 'end' }: { upTo?: 'claims' | 'first_step' | 'end' } = {},
    ): Promise<string> => {
      const number = (await campaign(id)).launch?.number ?? 0;
      const onLaunch = { workspaceId, campaignId: id, number };
      const { outcome, parts } = await check(id, 'launch', number);
      if (outcome !== 'launchable') return outcome;
      for (const part of parts) {
        const claimed = Outcome.parse(await office.run('campaigns.claimPart', { ...onLaunch, part }));
        if (claimed.outcome !== 'taken') continue;
        await office.run('campaigns.abandonLaunch', { ...onLaunch, code: 'posts_unusable', reason: 'Taken.' });
        return 'taken';
      }
      if (upTo === 'claims') return 'claimed';
      for (;;) {
        const step = Outcome.parse(await office.run('campaigns.start', onLaunch));
        if (step.outcome !== 'more' || upTo === 'first_step') return step.outcome;
      }
    },
    /** Plays `run-campaign` until it waits. */
    runOn: async (id: string): Promise<string> => {
      const onRun = { workspaceId, campaignId: id, run: (await campaign(id)).run };
      for (;;) {
        const step = Outcome.parse(await office.run('campaigns.catchUp', onRun));
        if (step.outcome === 'ended') return 'ended';
        if (step.outcome === 'done') break;
      }
      for (;;) {
        const step = Outcome.parse(await office.run('campaigns.planWindow', onRun));
        if (step.outcome !== 'more') return step.outcome;
      }
    },
    launch: async (id: string, reportVersion: string): Promise<void> => {
      const { status, raw } = await office.call(launchCampaign, { path: { campaignId: id }, body: { reportVersion } });
      if (status !== 202) throw new Error(`The launch answered ${status}: ${raw}`);
    },
    /** Saves another plan as the next version. */
    replan: async (id: string, plan: PlanInput, note: string | null = null) => {
      const { version } = await campaign(id);
      return office.call(replaceCampaignPlan, {
        path: { campaignId: id },
        body: { plan, note },
        headers: { 'if-match': `"v${version}"` },
      });
    },
    published: async (slot: Slot, publishedAt = clock.now().toISOString()): Promise<void> =>
      office.happened(PostPublished, slot.postId, 100, {
        ...{ accountId: slot.accountId, campaignId: slot.campaignId, xPostIds: ['1234567890'] },
        ...{ dueAt: slot.publishAt, publishedAt },
      }),
    heldByPause: async (slot: Slot, version = 50): Promise<void> =>
      office.happened(PostHeld, slot.postId, version, {
        ...{ accountId: slot.accountId, campaignId: slot.campaignId },
        ...{ code: 'campaign_paused', reason: 'The campaign is paused.' },
      }),
  };
};

export type RunningDesk = ReturnType<typeof runningDesk>;

/** A running campaign whose posts of the next week are planned. */
export const running = async (desk: RunningDesk, plan: PlanInput, places: readonly number[]): Promise<string> => {
  const id = await desk.draft(plan, places);
  await desk.launch(id, await desk.check(id));
  const outcome = await desk.carryOut(id);
  if (outcome !== 'started') throw new Error(`The launch came to ${outcome}`);
  await desk.runOn(id);
  return id;
};
