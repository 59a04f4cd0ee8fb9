import { eventsFor } from '#functions/campaigns/changes.ts';
import type { Deps } from '#functions/campaigns/deps.ts';
import { type Campaign, launch } from '#functions/campaigns/domain/campaign.ts';
import type { KnownPostStatus } from '#functions/campaigns/domain/known-post.ts';
import { slotsOf } from '#functions/campaigns/domain/slot.ts';
import { routes } from '#functions/campaigns/routes.ts';
import { subscriptions } from '#functions/campaigns/subscriptions.ts';
import { tasks } from '#functions/campaigns/tasks.ts';
import { newId } from '#shared/ids.ts';
import { instantAfter } from '#shared/time.ts';
import { answering, clockAt, contextHarness, person } from '#test/support/context-harness.ts';
import { owner } from '#test/support/http-event.ts';
import { memoryCampaigns } from '#test/support/memory/campaigns.ts';

export const { workspaceId } = owner;
export const noon = new Date('2026-11-22T12:00:00.000Z');
export const accountId = 'acc_01KATJ9V5H8Q3M4N5P6R7S8T9V';

/** Campaigns as Lambda wakes them, over a table in memory; `ready` answers whether the table does. */
export const harness = (ready = answering) => {
  const clock = clockAt(noon);
  const deps = memoryCampaigns(clock.now);
  return contextHarness(deps, clock, eventsFor, {
    context: 'campaigns',
    routes: routes(deps, ready),
    subscriptions: async () => subscriptions(deps),
    tasks: tasks(deps),
  });
};

export type Harness = ReturnType<typeof harness>;

/**
 * A plan of new posts: the first is due `firstMs` after noon, each other one a minute after the one before. Its slots are
 * listed in that order, which is that of their ids.
 */
export const planOf = (count: number, firstMs = 0): Campaign['slots'] =>
  Array.from({ length: count }, (_, place) => ({
    id: newId('slt', new Date(noon.getTime() + firstMs + place)),
    postId: newId('pst', noon),
    publishAt: instantAfter(noon, firstMs + place * 60_000),
  }));

/** Makes a post known, as its events would, a moment before noon. */
export const know = ({ posts }: Pick<Deps, 'posts'>, postId: string, status: KnownPostStatus = 'draft') =>
  posts.learn(workspaceId, postId, 1, status, instantAfter(noon, -1));

type Stores = Pick<Deps, 'posts' | 'campaigns'>;

/** A campaign as a draft; its posts are known as drafts. */
export const drafted = async (deps: Stores, slots = planOf(1), made = noon): Promise<Campaign> => {
  for (const { postId } of slots) await know(deps, postId);
  const claims = slots.map(({ id: slotId, postId }) => ({ postId, slotId, seen: null }));
  const plan = {
    name: 'Spring',
    timeZone: 'Europe/Berlin',
    status: 'draft' as const,
    run: 0,
    slots,
    result: null,
    utm: null,
  };
  return deps.campaigns.create({ id: newId('cmp', made), workspaceId, ...plan }, claims, person);
};

/** A campaign in its first run, with nothing planned yet. */
export const launched = async (deps: Stores, slots = planOf(1), made = noon): Promise<Campaign> => {
  const campaign = launch(await drafted(deps, slots, made), noon);
  return deps.campaigns.save(campaign, person, { slots: slotsOf(campaign) });
};
