import { describe, expect, test } from 'vitest';
import {
  cancel,
  edit,
  newPublication,
  plan,
  type Post,
  PostStatus,
  remove,
  schedule,
} from '#functions/posts/domain/post.ts';
import {
  aPost,
  aScheduledPost,
  byOwner,
  campaignId,
  laterSlotId,
  noon,
  otherAccountId,
  otherCampaignId,
  out,
  slotId,
} from '../samples.ts';

const at = (offsetMs: number) => new Date(noon.getTime() + offsetMs).toISOString();
const dayMs = 86_400_000;
const slot = { campaignId, slotId, planVersion: 1, publishAt: at(60_000), timeZone: 'Europe/Berlin' };

const transitions = {
  edit: (post: Post) => edit(post, { accountId: otherAccountId }, byOwner),
  schedule: (post: Post) => schedule(post, at(60_000), 'Europe/Berlin', noon),
  plan: (post: Post) => plan(post, slot, noon),
  cancel: (post: Post) => cancel(post, noon),
  remove: (post: Post) => remove(post, 1_800_000_000),
};

/** The status after the transition, `-` when there was nothing to do, or the code of the refusal. */
const after = (transition: keyof typeof transitions, status: PostStatus): string => {
  try {
    return transitions[transition](aPost({ status }))?.status ?? '-';
  } catch (error) {
    if (error instanceof Error && 'code' in error && typeof error.code === 'string') return `! ${error.code}`;
    throw error;
  }
};

/** From each status, by each transition. A new status must be thought about here. */
const expected: Record<PostStatus, Record<keyof typeof transitions, string>> = {
  draft: { edit: 'draft', schedule: 'scheduled', plan: 'scheduled', cancel: '! post_draft', remove: 'deleted' },
  scheduled: { edit: 'scheduled', schedule: 'scheduled', plan: 'scheduled', cancel: 'cancelled', remove: 'deleted' },
  publishing: {
    edit: '! post_publishing',
    schedule: '! post_publishing',
    plan: '-',
    cancel: '! post_publishing',
    remove: '! post_publishing',
  },
  missed: { edit: 'missed', schedule: 'scheduled', plan: 'scheduled', cancel: '! post_missed', remove: 'deleted' },
  published: {
    edit: '! post_published',
    schedule: '! post_published',
    plan: '-',
    cancel: '! post_published',
    remove: '! post_published',
  },
  unpublishing: {
    edit: '! post_unpublishing',
    schedule: '! post_unpublishing',
    plan: '-',
    cancel: '! post_unpublishing',
    remove: '! post_unpublishing',
  },
  unpublished: {
    edit: '! post_unpublished',
    schedule: '! post_unpublished',
    plan: '-',
    cancel: '! post_unpublished',
    remove: 'deleted',
  },
  held: { edit: 'held', schedule: 'scheduled', plan: 'scheduled', cancel: 'cancelled', remove: 'deleted' },
  failed: { edit: 'failed', schedule: 'scheduled', plan: 'scheduled', cancel: '! post_failed', remove: 'deleted' },
  cancelled: {
    edit: 'cancelled',
    schedule: 'scheduled',
    plan: 'scheduled',
    cancel: '! post_cancelled',
    remove: 'deleted',
  },
  deleted: {
    edit: '! post_deleted',
    schedule: '! post_deleted',
    plan: '-',
    cancel: '! post_deleted',
    remove: 'deleted',
  },
};

const table = PostStatus.options.flatMap((status) =>
  (['edit', 'schedule', 'plan', 'cancel', 'remove'] as const).map((transition) => ({
    status,
    transition,
    result: expected[status][transition],
  })),
);

test.each(table)('$transition of a $status post gives $result', ({ status, transition, result }) => {
  expect(after(transition, status)).toBe(result);
});

describe('scheduling', () => {
  test('counts up, takes the claim away and begins the attempts anew', () => {
    const post = aScheduledPost({
      status: 'held',
      claimedBy: 'execution-1',
      problem: { code: 'gave_up', reason: '' },
      publication: { ...newPublication(at(0)), attempts: 20, parts: [out()], isUnsettled: true },
      parts: [
        { text: 'one', mediaIds: [], poll: null },
        { text: 'two', mediaIds: [], poll: null },
      ],
    });
    expect(schedule(post, '2026-11-22T13:00:00Z', null, noon)).toMatchObject({
      status: 'scheduled',
      scheduledAt: '2026-11-22T13:00:00.000Z',
      nextAttemptAt: '2026-11-22T13:00:00.000Z',
      scheduleVersion: 2,
      claimedBy: null,
      problem: null,
      timeZone: null,
      publication: {
        dueAt: '2026-11-22T13:00:00.000Z',
        attempts: 0,
        parts: [out()],
        publishedAt: null,
        isUnsettled: true,
      },
    });
  });

  test.each([
    ['this very instant', 0],
    ['in 300 days', 300 * dayMs],
  ])('takes %s', (_, offset) => {
    expect(schedule(aPost(), at(offset), null, noon).scheduledAt).toBe(at(offset));
  });

  test.each([
    ['a millisecond ago', -1, 'must not be in the past'],
    ['a millisecond beyond 300 days', 300 * dayMs + 1, 'must be within 300 days'],
  ])('refuses %s and names the field', (_, offset, message) => {
    expect(() => schedule(aPost(), at(offset), null, noon)).toThrow(
      expect.objectContaining({
        kind: 'invalid',
        code: 'invalid_publish_at',
        fields: [{ path: 'body.publishAt', code: 'invalid_publish_at', message }],
      }),
    );
  });
});

test('a post that was taken off its campaign goes out by itself, any other stays with it', () => {
  expect(transitions.schedule(aPost({ status: 'cancelled', campaignId }))).toMatchObject({ campaignId: null });
  expect(transitions.schedule(aPost({ status: 'held', campaignId }))).toMatchObject({ campaignId });
});

describe('what is partly on X', () => {
  const partly = aScheduledPost({
    status: 'failed',
    publication: { ...newPublication(at(0)), parts: [out()] },
  });

  test.each(['edit', 'remove'] as const)('refuses %s', (transition) => {
    expect(() => transitions[transition](partly)).toThrow(expect.objectContaining({ code: 'post_partly_published' }));
  });

  test('may be scheduled again, to go on where it stopped', () => {
    expect(transitions.schedule(partly).publication?.parts).toEqual([out()]);
  });
});

describe('what X may have taken', () => {
  const unsure = aScheduledPost({ status: 'held', publication: { ...newPublication(at(0)), isUnsettled: true } });

  test.each(['edit', 'remove'] as const)('refuses %s', (transition) => {
    expect(() => transitions[transition](unsure)).toThrow(expect.objectContaining({ code: 'post_unsettled' }));
  });

  test('may be scheduled again, to be looked for on X, and is unknown until then', () => {
    expect(transitions.schedule(unsure)).toMatchObject({ status: 'scheduled', publication: { isUnsettled: true } });
  });

  describe('and does not show enough to tell, so that a person was asked to look', () => {
    const left = { ...unsure, problem: { code: 'x_unclear', reason: 'Look at X.' } };

    test('may be cancelled, deleted or looked for again, and not edited', () => {
      expect(transitions.cancel(left).status).toBe('cancelled');
      expect(transitions.remove(left).status).toBe('deleted');
      expect(transitions.schedule(left)).toMatchObject({ status: 'scheduled', publication: { isUnsettled: true } });
      expect(() => transitions.edit(left)).toThrow(expect.objectContaining({ code: 'post_unsettled' }));
    });

    test('may not be called back once a part of it is out', () => {
      const partly = { ...left, publication: { ...newPublication(at(0)), isUnsettled: true, parts: [out()] } };
      for (const transition of ['cancel', 'remove'] as const) {
        expect(() => transitions[transition](partly)).toThrow(
          expect.objectContaining({ code: 'post_partly_published' }),
        );
      }
    });
  });
});

test('cancelling and deleting leave no attempt, claim or problem behind', () => {
  const held = aScheduledPost({ status: 'held', problem: { code: 'campaign_paused', reason: '' } });
  expect(cancel(held, noon)).toMatchObject({ nextAttemptAt: null, claimedBy: null, problem: null });
  expect(remove(held, 1_800_000_000)).toMatchObject({ nextAttemptAt: null, claimedBy: null, ttl: 1_800_000_000 });
});

describe("a campaign's slot", () => {
  test('takes the post into the campaign and schedules it', () => {
    expect(plan(aPost(), slot, noon)).toMatchObject({
      status: 'scheduled',
      campaignId,
      slot: { slotId, planVersion: 1 },
      scheduledAt: slot.publishAt,
      timeZone: 'Europe/Berlin',
    });
  });

  test('whose instant has passed meanwhile lets the post go out at once', () => {
    expect(plan(aPost(), { ...slot, publishAt: at(-1) }, noon)?.scheduledAt).toBe(noon.toISOString());
  });

  test('nobody has scheduled but the campaign, whoever did before', () => {
    const post = aPost({ status: 'cancelled', scheduledBy: byOwner.by });
    expect(plan(post, slot, noon)?.scheduledBy).toBeNull();
  });

  test.each([
    ['heard twice', { campaignId, slot: { slotId, planVersion: 1 } }],
    ['older than what the post knows', { campaignId, slot: { slotId, planVersion: 2 } }],
    [
      'of a campaign from which a later one took the post',
      { campaignId: otherCampaignId, slot: { slotId: laterSlotId, planVersion: 1 } },
    ],
  ])('%s does nothing', (_, said) => {
    expect(plan(aPost(said), slot, noon)).toBeUndefined();
  });

  test('of a later campaign takes the post over', () => {
    const planned = aScheduledPost({ campaignId, slot: { slotId, planVersion: 7 } });
    expect(plan(planned, { ...slot, campaignId: otherCampaignId, slotId: laterSlotId }, noon)).toMatchObject({
      campaignId: otherCampaignId,
      slot: { slotId: laterSlotId, planVersion: 1 },
      scheduleVersion: 2,
    });
  });

  test('planned anew schedules the post anew', () => {
    const planned = aScheduledPost({ campaignId, slot: { slotId, planVersion: 1 } });
    expect(plan(planned, { ...slot, planVersion: 2 }, noon)?.scheduleVersion).toBe(2);
  });
});
