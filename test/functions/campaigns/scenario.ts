import { type Campaign, launch } from '#functions/campaigns/domain/campaign.ts';
import { slotsOf } from '#functions/campaigns/domain/slot.ts';
import { newId } from '#shared/ids.ts';
import { instantAfter } from '#shared/time.ts';
import { owner } from '#test/support/http-event.ts';
import type { MemoryCampaigns } from '#test/support/memory/campaigns.ts';
import { person } from './drive.ts';

export const { workspaceId } = owner;
export const noon = new Date('2026-11-22T12:00:00.000Z');
export const accountId = 'acc_01KATJ9V5H8Q3M4N5P6R7S8T9V';

/** A plan of new posts: the first is due `firstMs` after noon, each other one a minute after the one before. */
export const planOf = (count: number, firstMs = 0): Campaign['slots'] =>
  Array.from({ length: count }, (_, place) => ({
    id: newId('slt', noon),
    postId: newId('pst', noon),
    publishAt: instantAfter(noon, firstMs + place * 60_000),
  }));

/** A campaign as a draft; its posts are known as drafts. */
export const drafted = async (memory: MemoryCampaigns, slots = planOf(1)): Promise<Campaign> => {
  for (const { postId } of slots) memory.know(workspaceId, postId);
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
  return memory.campaigns.create({ id: newId('cmp', noon), workspaceId, ...plan }, claims, person);
};

/** A campaign in its first run, with nothing planned yet. */
export const launched = async (memory: MemoryCampaigns, slots = planOf(1)): Promise<Campaign> => {
  const campaign = launch(await drafted(memory, slots), noon);
  return memory.campaigns.save(campaign, person, { slots: slotsOf(campaign) });
};
