import { expect, test } from 'vitest';
import type { Deps } from '#functions/campaigns/deps.ts';
import { cancel, launch, placed } from '#functions/campaigns/domain/campaign.ts';
import { plan, slotsOf } from '#functions/campaigns/domain/slot.ts';
import { claimsFor } from '#functions/campaigns/editing/claims.ts';
import { campaignStore } from '#functions/campaigns/store/campaigns.ts';
import { knownPostStore } from '#functions/campaigns/store/known-posts.ts';
import { slotStore } from '#functions/campaigns/store/slots.ts';
import { newId } from '#shared/ids.ts';
import type { Table } from '#shared/table.ts';
import { person } from '#test/support/context-harness.ts';
import { onTable } from '#test/support/on-table.ts';
import { noon, workspaceId } from '../harness.ts';

const now = () => noon;
const depsOn = (table: Table): Deps => ({
  campaigns: campaignStore(table),
  slots: slotStore(table),
  posts: knownPostStore(table),
  now,
  patience: { totalMs: 0, everyMs: 1 },
});

const fifty = Array.from({ length: 50 }, () => newId('pst', noon));
const draftOf = (postIds: readonly string[], made = noon) => ({
  id: newId('cmp', made),
  workspaceId,
  name: 'Spring',
  timeZone: 'Europe/Berlin',
  status: 'draft' as const,
  run: 0,
  slots: placed(
    postIds.map((postId) => ({ postId, publishAt: noon.toISOString() })),
    [],
    noon,
  ),
  result: null,
  utm: null,
});
const changedMeanwhile = { code: 'changed_meanwhile' };

test('a campaign of fifty posts takes them whole, or not at all', async () => {
  await onTable([], now, async (table) => {
    const deps = depsOn(table);
    for (const id of fifty) await deps.posts.learn(workspaceId, id, 1, 'draft', noon.toISOString());
    const [first, second] = [draftOf(fifty), draftOf(fifty)];
    const [claims, late] = [await claimsFor(deps, first), await claimsFor(deps, second)];
    const draft = await deps.campaigns.create(first, claims, person);
    expect(draft.version).toBe(1);
    await expect(deps.campaigns.create(second, late, person)).rejects.toMatchObject(changedMeanwhile);
    expect(await deps.campaigns.find(workspaceId, second.id)).toBeUndefined();
    await expect(claimsFor(deps, second)).rejects.toMatchObject({ code: 'posts_unusable' });

    const running = launch(draft, noon);
    await deps.campaigns.save(running, person, { slots: slotsOf(running) });
    await expect(deps.campaigns.save(running, person, { slots: slotsOf(running) })).rejects.toMatchObject(
      changedMeanwhile,
    );
    expect(await deps.slots.ofCampaign(workspaceId, first.id)).toHaveLength(50);

    // What news of a post say of it leaves alone who has it.
    await deps.posts.learn(workspaceId, fifty[0] ?? '', 2, 'scheduled', noon.toISOString());
    await deps.campaigns.save(cancel(await deps.campaigns.get(workspaceId, first.id)), person);
    const taken = await deps.campaigns.create(second, await claimsFor(deps, second), person);
    expect(await deps.posts.find(workspaceId, fifty[0] ?? '')).toMatchObject({
      status: 'scheduled',
      taken: { campaignId: taken.id, slotId: taken.slots[0]?.id },
    });
  });
});

test('a slot is written once per version, and a post never steps back', async () => {
  await onTable([], now, async (table) => {
    const { campaigns, slots, posts } = depsOn(table);
    const [postId = ''] = fifty;
    await posts.learn(workspaceId, postId, 3, 'scheduled', noon.toISOString());
    await posts.learn(workspaceId, postId, 2, 'held', noon.toISOString());
    expect(await posts.find(workspaceId, postId)).toEqual({
      postId,
      status: 'scheduled',
      entityVersion: 3,
      at: noon.toISOString(),
      taken: null,
    });

    const running = launch(await campaigns.create(draftOf([postId]), [], person), noon);
    await campaigns.save(running, person, { slots: slotsOf(running) });
    const [slot] = await slots.ofCampaign(workspaceId, running.id);
    if (!slot) throw new Error('no slot');
    await slots.save(plan(slot, 1), person);
    const another = { ...person, correlationId: 'another-request' };
    await expect(slots.save(plan(slot, 1), another)).rejects.toMatchObject(changedMeanwhile);
    expect(await slots.find(workspaceId, running.id, slot.id)).toMatchObject({ version: 2, planVersion: 1 });
  });
});

test('campaigns are listed page by page, the newest first', async () => {
  await onTable([], now, async (table) => {
    const { campaigns } = depsOn(table);
    const ids: string[] = [];
    for (const minute of [0, 1, 2]) {
      const made = new Date(noon.getTime() + minute * 60_000);
      ids.unshift((await campaigns.create(draftOf([newId('pst', noon)], made), [], person)).id);
    }
    const scope = { workspaceId };
    const first = await campaigns.list(workspaceId, {}, { limit: 2, scope });
    const rest = await campaigns.list(workspaceId, {}, { limit: 2, scope, cursor: first.nextCursor ?? '' });
    expect([...first.items, ...rest.items].map(({ id }) => id)).toEqual(ids);
    expect(rest.nextCursor).toBeNull();
    await campaigns.save(cancel(await campaigns.get(workspaceId, ids[1] ?? '')), person);
    const cancelled = await campaigns.list(workspaceId, { status: 'cancelled' }, { limit: 2, scope });
    expect(cancelled.items.map(({ id }) => id)).toEqual([ids[1]]);
  });
});
