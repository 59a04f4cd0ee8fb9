import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CampaignLaunched, CampaignResumed, CampaignSlotPlanned } from '#events/campaigns.ts';
import { PostHeld, PostScheduled } from '#events/posts.ts';
import { PermitOutcome } from '#events/publishing.ts';
import { eventsFor } from '#functions/campaigns/changes.ts';
import type { Deps } from '#functions/campaigns/deps.ts';
import { type Campaign, resume, take } from '#functions/campaigns/domain/campaign.ts';
import { subscriptions } from '#functions/campaigns/subscriptions.ts';
import { tasks } from '#functions/campaigns/tasks.ts';
import { eventsFor as postEventsFor } from '#functions/posts/changes.ts';
import { draft, plan, type Post } from '#functions/posts/domain/post.ts';
import { claim, record } from '#functions/posts/domain/publication.ts';
import { firstVersion, nextVersion } from '#shared/entities.ts';
import { DomainError } from '#shared/errors.ts';
import type { DomainEvent } from '#shared/events/event.ts';
import { busEntry } from '#shared/events/publish.ts';
import { instantAfter } from '#shared/time.ts';
import { person } from '#test/support/context-harness.ts';
import { memoryCampaigns } from '#test/support/memory/campaigns.ts';
import { accountId, doing, launched, noon, planOf, publishLate, slotsOf, workspaceId } from './harness.ts';

const draftOf = (id: string): Post => ({
  ...firstVersion(
    draft({ id, workspaceId, accountId, parts: [{ text: 'Hello', mediaIds: [], poll: null }] }),
    noon,
    person,
  ),
  version: 1,
});

/** Delivers an event as the bus does: checked, and through JSON. */
const deliver = async (deps: Deps, event: DomainEvent): Promise<void> => {
  const entry = busEntry(event, `${event.detail.entityId}/${event.detail.entityVersion}`, 0);
  for (const listener of subscriptions(deps).filter(({ definition }) => definition === event.definition)) {
    await listener.handle(JSON.parse(entry.detail), { isReplay: false });
  }
};

/** Runs a task as a workflow does. */
const runTask = async (deps: Deps, name: string, input: object): Promise<unknown> =>
  tasks(deps)
    .find((task) => task.name === name)
    ?.run(input, { ...person, execution: 'arn:execution-1' });

type Turn = <T>(does: () => Promise<T>) => Promise<T>;

/** A store whose every call waits for its turn. */
const inTurn = <Store extends object>(turn: Turn, store: Store): Store =>
  Object.fromEntries(
    Object.entries(store).map(([name, call]: [string, (...given: unknown[]) => Promise<unknown>]) => [
      name,
      (...given: unknown[]) => turn(() => call(...given)),
    ]),
  ) as Store;

/** The stores, whose every read and write waits for its turn. */
const stepByStep = (s: fc.Scheduler, deps: Deps): Deps => {
  const turn: Turn = async (does) => {
    await s.schedule(Promise.resolve());
    return does();
  };
  const { campaigns, slots, posts } = deps;
  return { ...deps, campaigns: inTurn(turn, campaigns), slots: inTurn(turn, slots), posts: inTurn(turn, posts) };
};

/** Retries after a conflict with another write, as the queue and the workflow do. */
const untilDone = async (does: () => Promise<unknown>): Promise<void> => {
  try {
    await does();
  } catch (error) {
    if (!(error instanceof DomainError && error.code === 'changed_meanwhile')) throw error;
    await untilDone(does);
  }
};

/**
 * A campaign with posts due at once and the domain of posts. fast-check picks the order of all that happens: every read
 * and write of the campaign's stores, every delivery, the workflows, and a person who pauses and resumes.
 */
const play = async (s: fc.Scheduler, pauses: number, copies: number, posts = 2) => {
  const now = () => new Date(instantAfter(noon, 3_600_000));
  const memory = memoryCampaigns(now);
  const known = new Map<string, Post>();
  const published: string[] = [];
  const running: Promise<unknown>[] = [];
  let told = 0;

  const deps = stepByStep(s, memory);

  /** Starts it at some time from now on. */
  const begin = (does: () => Promise<unknown>) => {
    const begun = async () => {
      await s.schedule(Promise.resolve());
      await untilDone(does);
      tellCampaigns();
    };
    running.push(begun());
  };

  const savePost = (post: Post) => {
    const before = known.get(post.id);
    if (before?.version !== post.version) throw new Error('The test wrote over a post');
    const after = nextVersion(post, now(), person);
    known.set(post.id, after);
    for (const event of postEventsFor({ before: { ...before, type: 'post' }, after: { ...after, type: 'post' } })) {
      for (let copy = 0; copy < copies; copy += 1) begin(() => deliver(deps, event));
      if (event.definition === PostScheduled) begin(() => publishPost(post.id, after.scheduleVersion));
    }
  };

  /** The workflow `publish-post`, whose calls to posts take no time. */
  const publishPost = async (postId: string, scheduleVersion: number) => {
    const execution = `${postId}/${scheduleVersion}`;
    const post = known.get(postId);
    const decision = post && claim(post, { execution, scheduleVersion }, now());
    if (decision?.outcome !== 'go') return;
    savePost(decision.post);
    const { campaignId } = decision.post;
    const permit = PermitOutcome.parse(await runTask(deps, 'campaigns.permit', { workspaceId, campaignId, postId }));
    const isOut = permit.outcome === 'permitted';
    if (isOut) published.push(postId);
    const part = {
      outcome: 'published' as const,
      part: 0,
      xPostId: '1',
      publishedAt: now().toISOString(),
      costMicros: 0,
    };
    const claimed = known.get(postId);
    if (claimed?.claimedBy === execution)
      savePost(record(claimed, { permit, media: [], parts: isOut ? [part] : [] }, now(), 60_000));
  };

  const hearPlanned = async (event: DomainEvent) => {
    const data = CampaignSlotPlanned.data.parse(event.detail.data);
    const post = known.get(data.postId);
    const planned = post && plan(post, data, now());
    if (planned) savePost(planned);
  };

  /** Handles the events of the campaign's writes since the last call. */
  const tellCampaigns = () => {
    const fresh = memory.changes.slice(told);
    told = memory.changes.length;
    for (const event of fresh.flatMap(eventsFor)) {
      if (event.definition === CampaignSlotPlanned) begin(() => hearPlanned(event));
      if (event.definition === CampaignLaunched || event.definition === CampaignResumed) {
        const { run } = CampaignResumed.data.parse(event.detail.data);
        begin(() => runTask(deps, 'campaigns.planWindow', { workspaceId, campaignId: event.detail.entityId, run }));
      }
    }
  };

  const placed = planOf(posts);
  const campaign = await launched(memory, placed);
  for (const { postId } of placed) known.set(postId, draftOf(postId));
  tellCampaigns();
  const meanwhile = () => ({ ...doing, now: now() });
  const goOn = (paused: Campaign) => resume(paused, publishLate, meanwhile());
  const changeOfMind = async () => {
    for (let time = 0; time < pauses; time += 1) {
      for (const change of [(running: Campaign) => take(running, 'pause', meanwhile()), goOn]) {
        await s.schedule(Promise.resolve());
        await deps.campaigns.save(change(await memory.campaigns.get(workspaceId, campaign.id)), person);
        tellCampaigns();
      }
    }
  };
  running.push(changeOfMind());
  await s.waitIdle();
  await Promise.all(running);
  return { memory, campaign, placed, published };
};

describe('concurrent pauses, resumptions and late post events', () => {
  test('plan a held post again, in any interleaving', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (s) => {
        const memory = memoryCampaigns(() => noon);
        const campaign = await launched(memory);
        const { id: campaignId } = campaign;
        const [slot] = await slotsOf(memory, campaign);
        const planWindow = (deps: Deps, run: number) =>
          runTask(deps, 'campaigns.planWindow', { workspaceId, campaignId, run });
        await planWindow(memory, 1);
        const paused = await memory.campaigns.save(take(campaign, 'pause', doing), person);
        const heldBack: DomainEvent = {
          definition: PostHeld,
          detail: {
            schemaVersion: 1,
            workspaceId,
            entityId: slot?.postId ?? '',
            entityVersion: 4,
            occurredAt: noon.toISOString(),
            ...person,
            data: { accountId, campaignId, code: 'campaign_paused', reason: 'Its campaign is paused.' },
          },
        };
        const deps = stepByStep(s, memory);
        const resumed = async () => {
          await deps.campaigns.save(resume(paused, publishLate, doing), person);
          await untilDone(() => planWindow(deps, 2));
        };
        const both = [untilDone(() => deliver(deps, heldBack)), resumed()];
        await s.waitIdle();
        await Promise.all(both);
        const [after] = await slotsOf(memory, campaign);
        expect(after).toMatchObject({ status: 'planned', planVersion: 2 });
      }),
      { numRuns: 500 },
    );
  });

  test('lose no post of a campaign that is running in the end, and publish each once', async () => {
    const pauses = fc.integer({ min: 0, max: 3 });
    // The bus delivers at least once; a second delivery may repair what the first one broke, so both are tried.
    const copies = fc.integer({ min: 1, max: 2 });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), pauses, copies, async (s, times, each) => {
        const { memory, campaign, placed, published } = await play(s, times, each);
        const slots = await memory.slots.ofCampaign(workspaceId, campaign.id);
        expect(slots.map(({ status }) => status)).toEqual(['published', 'published']);
        expect(published.sort()).toEqual(placed.map(({ postId }) => postId).sort());
      }),
      { numRuns: 300 },
    );
  });
});
