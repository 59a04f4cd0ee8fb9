import { expect, test } from 'vitest';
import { knownCampaignStore } from '#functions/posts/store/known-campaigns.ts';
import { memoryTable } from '#test/support/memory/table.ts';
import { campaignId, laterSlotId, noon, otherCampaignId, slotId, workspaceId } from '../samples.ts';

test.each(['in order', 'late'])(
  'a post that two campaigns claimed belongs to the later slot, when the first claim arrives %s',
  async (when) => {
    const store = knownCampaignStore(memoryTable(() => noon).table);
    const claims = [
      () => store.learnSlot(workspaceId, { campaignId, slotId, postId: 'pst_1' }),
      () => store.learnSlot(workspaceId, { campaignId: otherCampaignId, slotId: laterSlotId, postId: 'pst_1' }),
    ];
    for (const claim of when === 'late' ? claims.reverse() : claims) await claim();
    // A claim counts once its campaign is launched.
    expect(await store.launchedSlot(workspaceId, 'pst_1')).toBeUndefined();
    await store.learnLaunch(workspaceId, campaignId);
    expect(await store.launchedSlot(workspaceId, 'pst_1')).toBeUndefined();
    await store.learnLaunch(workspaceId, otherCampaignId);
    expect(await store.launchedSlot(workspaceId, 'pst_1')).toEqual({
      campaignId: otherCampaignId,
      slotId: laterSlotId,
    });
    expect(await store.launchedSlot(workspaceId, 'pst_2')).toBeUndefined();
  },
);

test('a released slot is forgotten, unless another slot has the post', async () => {
  const store = knownCampaignStore(memoryTable(() => noon).table);
  await store.learnSlot(workspaceId, { campaignId, slotId, postId: 'pst_1' });
  await store.learnLaunch(workspaceId, campaignId);
  await store.forgetSlot(workspaceId, 'pst_1', laterSlotId);
  expect(await store.launchedSlot(workspaceId, 'pst_1')).toEqual({ campaignId, slotId });
  await store.forgetSlot(workspaceId, 'pst_1', slotId);
  expect(await store.launchedSlot(workspaceId, 'pst_1')).toBeUndefined();
});
