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

/** The result of each transition from each status; a new status does not compile until it is added here. */
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
  test('raises the schedule version, drops the claim and the problem, and resets the attempts', () => {
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
  ])('accepts %s', (_, offset) => {
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

test('scheduling a cancelled post removes it from its campaign, scheduling a held one does not', () => {
  expect(transitions.schedule(aPost({ status: 'cancelled', campaignId }))).toMatchObject({ campaignId: null });
  expect(transitions.schedule(aPost({ status: 'held', campaignId }))).toMatchObject({ campaignId });
});

describe('a partly published post', () => {
  const partly = aScheduledPost({
    status: 'failed',
    publication: { ...newPublication(at(0)), parts: [out()] },
  });

  test.each(['edit', 'remove'] as const)('refuses %s', (transition) => {
    expect(() => transitions[transition](partly)).toThrow(expect.objectContaining({ code: 'post_partly_published' }));
  });

  test('can be scheduled again, and keeps its published parts', () => {
    expect(transitions.schedule(partly).publication?.parts).toEqual([out()]);
  });
});

describe('a post whose outcome on X is unknown', () => {
  const unsure = aScheduledPost({ status: 'held', publication: { ...newPublication(at(0)), isUnsettled: true } });

  test.each(['edit', 'remove'] as const)('refuses %s', (transition) => {
    expect(() => transitions[transition](unsure)).toThrow(expect.objectContaining({ code: 'post_unsettled' }));
  });

  test('can be scheduled again, and stays unsettled', () => {
    expect(transitions.schedule(unsure)).toMatchObject({ status: 'scheduled', publication: { isUnsettled: true } });
  });

  describe('and that a person was asked to look for on X', () => {
    const left = { ...unsure, problem: { code: 'x_unclear', reason: 'Look at X.' } };

    test('can be cancelled, deleted or scheduled again, but not edited', () => {
      expect(transitions.cancel(left).status).toBe('cancelled');
      expect(transitions.remove(left).status).toBe('deleted');
      expect(transitions.schedule(left)).toMatchObject({ status: 'scheduled', publication: { isUnsettled: true } });
      expect(() => transitions.edit(left)).toThrow(expect.objectContaining({ code: 'post_unsettled' }));
    });

    test('can be neither cancelled nor deleted once a part is published', () => {
      const partly = { ...left, publication: { ...newPublication(at(0)), isUnsettled: true, parts: [out()] } };
      for (const transition of ['cancel', 'remove'] as const) {
        expect(() => transitions[transition](partly)).toThrow(
          expect.objectContaining({ code: 'post_partly_published' }),
        );
      }
    });
  });
});

test('cancelling clears attempt, claim and problem; deleting clears attempt and claim and sets an expiry', () => {
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

  test('whose time has passed schedules the post for now', () => {
    expect(plan(aPost(), { ...slot, publishAt: at(-1) }, noon)?.scheduledAt).toBe(noon.toISOString());
  });

  test('clears the person who scheduled the post before', () => {
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

  test('with a newer plan version schedules the post again', () => {
    const planned = aScheduledPost({ campaignId, slot: { slotId, planVersion: 1 } });
    expect(plan(planned, { ...slot, planVersion: 2 }, noon)?.scheduleVersion).toBe(2);
  });
});
