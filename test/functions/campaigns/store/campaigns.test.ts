import { describe, expect, test } from 'vitest';
import type { Deps } from '#functions/campaigns/deps.ts';
import { abandonLaunch, type Launch, start, take } from '#functions/campaigns/domain/campaign.ts';
import { plan, slotOf } from '#functions/campaigns/domain/slot.ts';
import { openDeps } from '#functions/campaigns/open-deps.ts';
import { maxClaims } from '#functions/campaigns/store/slots.ts';
import { newId } from '#shared/ids.ts';
import { instantAfter } from '#shared/time.ts';
import { person } from '#test/support/context-harness.ts';
import { onTable } from '#test/support/on-table.ts';
import {
  accountId,
  actor,
  campaignOf,
  doing,
  drafted,
  know,
  launched,
  noon,
  planOf,
  slotsOf,
  workspaceId,
} from '../harness.ts';

const now = () => noon;
const changedMeanwhile = { code: 'changed_meanwhile' };
const onDeps = (use: (deps: Deps) => Promise<void>) =>
  onTable(['byAccount'], now, (table) =>
    use({ ...openDeps(table, { SETTLE_SECONDS: 15 }), patience: { totalMs: 0, everyMs: 1 } }),
  );

/** A campaign that is being launched with these posts, and what it claims. */
const launching = async (deps: Deps, placed = planOf(maxClaims), number = 1) => {
  const draft = await drafted(deps, placed);
  const launch: Launch = {
    ...{ number, requestedBy: actor, requestedAt: noon.toISOString(), reportVersion: 'a'.repeat(32) },
    ...{ kind: 'launch', note: null, from: 'draft', done: 0, total: placed.length, claims: placed.length },
    ...{ endedAt: null, leftAlone: [], failure: null },
  };
  const campaign = await deps.campaigns.save({ ...take(draft, 'launch', doing), launch }, person);
  const claims = async () => {
    const known = await deps.posts.findAll(
      workspaceId,
      placed.map(({ postId }) => postId),
    );
    return placed.map(({ postId, publishAt }, place) => {
      const planned = {
        ...{ slotKey: `posts-1@${place}`, trackId: 'posts-1', accountId, timeZone: 'UTC', reasons: [] },
        ...{ publishAt, wallTime: publishAt.slice(0, 16), content: { kind: 'post' as const, postId }, postId },
        ...{ costMicros: 0, trial: null },
      };
      const slot = slotOf(campaign, planned, launch);
      return { slot, claim: { postId, slotId: slot.id, micros: 0, seen: known.get(postId)?.taken?.slotId ?? null } };
    });
  };
  return { campaign, launch, claimer: { ...campaign, launch }, claims };
};

describe('a part of a launch', () => {
  test('claims all of its posts or none, and is idempotent', async () => {
    await onDeps(async (deps) => {
      const placed = planOf(maxClaims);
      const [first, second] = [await launching(deps, placed), await launching(deps, placed)];
      const [claims, late] = [await first.claims(), await second.claims()];
      expect(await deps.slots.claim(first.claimer, claims, person)).toBe(true);
      expect(await deps.slots.claim(first.claimer, claims, person)).toBe(true);
      expect(await slotsOf(deps, first.campaign)).toHaveLength(maxClaims);
      // It saw the posts as free, but another campaign has claimed them.
      expect(await deps.slots.claim(second.claimer, late, person)).toBe(false);
      expect(await slotsOf(deps, second.campaign)).toEqual([]);
      expect(await deps.posts.find(workspaceId, placed[0]?.postId ?? '')).toMatchObject({
        taken: { campaignId: first.campaign.id, slotId: claims[0]?.slot.id },
      });

      // The claims of an abandoned launch are free for whoever reads that.
      const failure = { code: 'launch_failed', reason: 'It broke off.' };
      await deps.campaigns.save(abandonLaunch(first.campaign, first.launch, failure), person);
      expect(await deps.slots.claim(first.claimer, claims, person)).toBe(false);
      expect(await deps.slots.claim(second.claimer, await second.claims(), person)).toBe(true);
    });
  });

  test('claims nothing for a launch that is over or older than the current one', async () => {
    await onDeps(async (deps) => {
      const { campaign, claimer, claims } = await launching(deps, planOf(1), 2);
      expect(
        await deps.slots.claim({ ...claimer, launch: { number: 1, kind: 'launch' } }, await claims(), person),
      ).toBe(false);
      expect(await deps.slots.claim(claimer, await claims(), person)).toBe(true);
      await deps.campaigns.save(start(campaign, doing), person);
      expect(await deps.slots.claim(claimer, await claims(), person)).toBe(false);
    });
  });
});

test('a slot is written once per version, and dropping it removes it and frees its time', async () => {
  await onDeps(async (deps) => {
    const campaign = await launched(deps, planOf(1));
    const [slot] = await slotsOf(deps, campaign);
    if (!slot) throw new Error('no slot');
    const planned = await deps.slots.save(plan(slot, 1), person);
    const another = { ...person, correlationId: 'another-request' };
    await expect(deps.slots.save(plan(slot, 1), another)).rejects.toMatchObject(changedMeanwhile);
    await expect(deps.slots.drop(slot, another)).rejects.toMatchObject(changedMeanwhile);
    expect(await deps.slots.find(workspaceId, campaign.id, slot.id)).toMatchObject({ version: 2, planVersion: 1 });

    const times = () =>
      deps.times.between(workspaceId, [accountId], instantAfter(slot.publishAt, -1), instantAfter(slot.publishAt, 1));
    expect(await times()).toEqual([{ accountId, publishAt: slot.publishAt, campaignId: campaign.id }]);
    await deps.slots.drop(planned, person);
    expect(await slotsOf(deps, campaign)).toEqual([]);
    expect(await deps.slots.find(workspaceId, campaign.id, slot.id)).toBeUndefined();
    expect(await times()).toEqual([]);
  });
});

test('older events do not overwrite what is known of a post', async () => {
  await onDeps(async (deps) => {
    const [{ postId } = { postId: '' }] = planOf(1);
    await know(deps, postId, 'scheduled', 3, noon.toISOString());
    await know(deps, postId, 'held', 2, noon.toISOString());
    expect(await deps.posts.find(workspaceId, postId)).toEqual({
      ...{ postId, accountId, status: 'scheduled', entityVersion: 3, at: noon.toISOString() },
      ...{ publishAt: null, taken: null, approvedWith: null },
    });
    // An edit arrives before all else, and an older one arrives later.
    const [{ postId: edited } = { postId: '' }] = planOf(1);
    const moved = 'acc_01KATJ9V5H8Q3M4N5P6R7S8T9W';
    await deps.posts.learnEdit(workspaceId, edited, moved, 2);
    expect(await deps.posts.find(workspaceId, edited)).toBeUndefined();
    await know(deps, edited, 'draft', 1);
    expect(await deps.posts.find(workspaceId, edited)).toMatchObject({ accountId: moved, status: 'draft' });
    await know(deps, edited, 'scheduled', 4);
    await deps.posts.learnEdit(workspaceId, edited, moved, 3);
    expect(await deps.posts.find(workspaceId, edited)).toMatchObject({ accountId, entityVersion: 4 });
  });
});

test('the time of a scheduled post is in the calendar of its latest account, in whatever order events arrive', async () => {
  await onDeps(async (deps) => {
    const other = 'acc_01KATJ9V5H8Q3M4N5P6R7S8T9W';
    const [from, publishAt, to] = [0, 1, 2].map((hour) => instantAfter(noon, hour * 3_600_000)) as [
      string,
      string,
      string,
    ];
    const scheduled = (postId: string) =>
      deps.posts.learn(workspaceId, {
        ...{ postId, accountId, entityVersion: 2, at: noon.toISOString(), status: 'scheduled', publishAt },
      });
    const calendars = async () => {
      const times = await deps.times.between(workspaceId, [accountId, other], from, to);
      return times.map((each) => each.accountId);
    };
    const [{ postId: first } = { postId: '' }] = planOf(1);
    await scheduled(first);
    expect(await calendars()).toEqual([accountId]);
    await deps.posts.learnEdit(workspaceId, first, other, 3);
    expect(await calendars()).toEqual([other]);

    const [{ postId: second } = { postId: '' }] = planOf(1);
    await deps.posts.learnEdit(workspaceId, second, other, 3);
    await scheduled(second);
    expect(await calendars()).toEqual([other, other]);
  });
});

test('campaigns are listed page by page, newest first, and by status', async () => {
  await onDeps(async ({ campaigns }) => {
    const ids: string[] = [];
    for (const minute of [0, 1, 2]) {
      const made = new Date(noon.getTime() + minute * 60_000);
      ids.unshift((await campaigns.create(campaignOf({ id: newId('cmp', made) }), person)).id);
    }
    const scope = { workspaceId };
    const first = await campaigns.list(workspaceId, { isTemplate: false }, { limit: 2, scope });
    const rest = await campaigns.list(
      workspaceId,
      { isTemplate: false },
      { limit: 2, scope, cursor: first.nextCursor ?? '' },
    );
    expect([...first.items, ...rest.items].map(({ id }) => id)).toEqual(ids);
    expect(rest.nextCursor).toBeNull();
    await campaigns.save(take(await campaigns.get(workspaceId, ids[1] ?? ''), 'cancel', doing), person);
    const cancelled = await campaigns.list(
      workspaceId,
      { status: 'cancelled', isTemplate: false },
      { limit: 2, scope },
    );
    expect(cancelled.items.map(({ id }) => id)).toEqual([ids[1]]);
  });
});
