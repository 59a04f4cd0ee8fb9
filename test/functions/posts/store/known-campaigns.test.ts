import { expect, test } from 'vitest';
import { knownCampaignStore } from '#functions/posts/store/known-campaigns.ts';
import { memoryTable } from '#test/support/memory/table.ts';
import { campaignId, laterSlotId, noon, otherCampaignId, slotId, workspaceId } from '../samples.ts';

test.each(['in order', 'late'])(
  'of two campaigns that took a post the later slot has it, when the first is heard of %s',
  async (when) => {
    const store = knownCampaignStore(memoryTable(() => noon).table);
    const launches = [
      () => store.learnSlots(workspaceId, campaignId, [{ slotId, postId: 'pst_1' }]),
      () => store.learnSlots(workspaceId, otherCampaignId, [{ slotId: laterSlotId, postId: 'pst_1' }]),
    ];
    for (const launch of when === 'late' ? launches.reverse() : launches) await launch();
    expect(await store.launchedSlot(workspaceId, 'pst_1')).toEqual({
      campaignId: otherCampaignId,
      slotId: laterSlotId,
    });
    expect(await store.launchedSlot(workspaceId, 'pst_2')).toBeUndefined();
  },
);
