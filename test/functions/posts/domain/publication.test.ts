import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AccountHealth } from '#events/accounts.ts';
import { PolicyRule } from '#events/posts.ts';
import type { MediaOutcome, PartOutcome } from '#events/publishing.ts';
import { cancel, edit, newPublication, type Post, type PostStatus, schedule } from '#functions/posts/domain/post.ts';
import {
  claim,
  type Fault,
  isHeldByAccount,
  isHeldByBudget,
  isHeldByPolicy,
  type Met,
  record,
} from '#functions/posts/domain/publication.ts';
import { aPost, aScheduledPost, byOwner, campaignId, noon, out } from '../samples.ts';

const at = (offsetMs: number) => new Date(noon.getTime() + offsetMs).toISOString();
const first = { execution: 'execution-1', scheduleVersion: 1 };
const second = { ...first, execution: 'execution-2' };

const claimed = (said: Partial<Post> = {}): Post => {
  const decision = claim(aScheduledPost(said), { execution: 'execution-1', scheduleVersion: 1 }, noon);
  if (decision.outcome !== 'go') throw new Error('The claim was expected to go');
  return decision.post;
};

describe('a claim', () => {
  test('goes to the first execution that asks, and a second one skips', () => {
    const post = claimed();
    expect(post).toMatchObject({ status: 'publishing', claimedBy: 'execution-1', publication: { attempts: 1 } });
    expect(claim(post, second, noon)).toEqual({ outcome: 'skip' });
  });

  test('repeated by the same execution gives the same result, and counts no further attempt', () => {
    const post = claimed();
    expect(claim(post, first, noon)).toEqual({ outcome: 'go', post });
  });

  test('waits until the post is due, to the millisecond', () => {
    const post = aScheduledPost({ nextAttemptAt: at(1) });
    expect(claim(post, first, noon)).toEqual({ outcome: 'wait', until: at(1) });
    expect(claim(post, first, new Date(at(1))).outcome).toBe('go');
  });

  test.each(['draft', 'published', 'held', 'failed', 'cancelled', 'deleted'] as const)(
    'of a %s post is skipped',
    (status) => {
      expect(claim(aScheduledPost({ status }), first, noon)).toEqual({ outcome: 'skip' });
    },
  );

  test.each([0, 2])('for schedule version %i is skipped when the current one is 1', (scheduleVersion) => {
    expect(claim(aScheduledPost(), { ...first, scheduleVersion }, noon)).toEqual({ outcome: 'skip' });
  });

  test('of a publishing post that nobody holds goes to the next execution', () => {
    expect(claim(aScheduledPost({ status: 'publishing' }), second, noon).outcome).toBe('go');
  });
});

const text = (words: string) => ({ text: words, mediaIds: [], poll: null });
const thread = { parts: [text('one'), text('two'), text('three')] };
const published = (part: number, xPostId = `x-${part}`): PartOutcome => ({
  outcome: 'published',
  part,
  xPostId,
  costMicros: 15_000,
  publishedAt: at(part * 1000),
});
const notReached: PartOutcome = { outcome: 'not_reached' };
const fault: Fault = { outcome: 'fault' };
const why = { code: 'duplicate', reason: 'X has this post already.' };
const limited = { outcome: 'rate_limited', retryAt: at(900_000), code: 'x_limit', reason: 'X wants a pause.' } as const;
const unsettled = { outcome: 'unsettled', retryAt: at(60_000) } as const;
const refused = { outcome: 'refused', ...why } as const;
const unwell = { outcome: 'account_unwell', ...why } as const;
const met = (said: Partial<Met>): Met => ({ media: [], parts: [], ...said });

const faultPauseMs = 60_000;

/** The post after the first execution recorded this. */
const after = (said: Partial<Met>, post: Partial<Post> = {}): Post =>
  record(claimed(post), met(said), noon, faultPauseMs);

describe('the record', () => {
  test('marks a post published, with the id, time and cost from X', () => {
    expect(after({ parts: [published(0)] })).toMatchObject({
      status: 'published',
      claimedBy: null,
      nextAttemptAt: null,
      publication: {
        parts: [{ xPostId: 'x-0', publishedAt: at(0), costMicros: 15_000 }],
        publishedAt: at(0),
        attempts: 1,
      },
    });
  });

  test('marks a thread published with its last part, and keeps the order of parts', () => {
    const post = after({ parts: [published(0), published(1), published(2)] }, thread);
    expect(post.status).toBe('published');
    expect(post.publication?.parts.map(({ xPostId }) => xPostId)).toEqual(['x-0', 'x-1', 'x-2']);
    expect(post.publication?.publishedAt).toBe(at(2000));
  });

  test('keeps the reason for a postponement until the post is published', () => {
    const putOff = after({ parts: [limited] });
    expect(putOff.problem).toEqual({ code: limited.code, reason: limited.reason });
    const again = claim(putOff, { ...second, scheduleVersion: 2 }, new Date(limited.retryAt));
    if (again.outcome !== 'go') throw new Error('The second execution was expected to go');
    expect(record(again.post, met({ parts: [published(0)] }), noon, faultPauseMs)).toMatchObject({
      status: 'published',
      problem: null,
    });
  });

  test('keeps the published parts of an interrupted thread, which resumes from there', () => {
    const stopped = after({ parts: [published(0), limited, notReached] }, thread);
    expect(stopped).toMatchObject({ status: 'publishing', nextAttemptAt: limited.retryAt, scheduleVersion: 2 });
    expect(stopped.publication?.parts).toHaveLength(1);
    const again = claim(stopped, { ...second, scheduleVersion: 2 }, new Date(limited.retryAt));
    if (again.outcome !== 'go') throw new Error('The second execution was expected to go');
    const done = record(again.post, met({ parts: [published(0), published(1), published(2)] }), noon, faultPauseMs);
    expect(done).toMatchObject({ status: 'published', publication: { attempts: 2 } });
  });

  test.each<[string, Partial<Met>]>([
    ['its campaign was paused', { permit: { outcome: 'paused' } }],
    ['its campaign was cancelled', { permit: { outcome: 'cancelled' } }],
    ['nothing was tried', {}],
    ['a fault came first', { parts: [fault, notReached, notReached] }],
  ])('keeps published parts when %s', (_, then) => {
    const stopped = after({ parts: [published(0), limited, notReached] }, thread);
    const again = claim(stopped, { ...second, scheduleVersion: 2 }, new Date(limited.retryAt));
    if (again.outcome !== 'go') throw new Error('The second execution was expected to go');
    expect(record(again.post, met(then), noon, faultPauseMs).publication?.parts).toEqual([
      { xPostId: 'x-0', publishedAt: at(0), costMicros: 15_000 },
    ]);
  });

  test('keeps a thread publishing, with no part recorded, when the outcome of the first part is lost', () => {
    const post = after({ parts: [fault, published(1), published(2)] }, thread);
    expect(post).toMatchObject({ status: 'publishing', scheduleVersion: 2, publication: { publishedAt: null } });
    expect(post.publication?.parts).toEqual([]);
  });

  test.each<[string, Partial<Met>, Partial<Post>]>([
    ['refused by X', { parts: [refused] }, { status: 'failed', problem: why, claimedBy: null }],
    ['refused media', { media: [refused], parts: [notReached] }, { status: 'failed', problem: why, claimedBy: null }],
    ['an account that is unwell', { parts: [unwell] }, { status: 'held', problem: why, claimedBy: null }],
    ['a limit', { parts: [limited] }, { status: 'scheduled', nextAttemptAt: limited.retryAt, scheduleVersion: 2 }],
    [
      'media that X still works on',
      { media: [{ outcome: 'ready' }, { outcome: 'processing', retryAt: at(5000) }], parts: [notReached] },
      { status: 'scheduled', nextAttemptAt: at(5000), scheduleVersion: 2 },
    ],
    [
      'an open outcome',
      { parts: [unsettled] },
      { status: 'publishing', nextAttemptAt: at(60_000), scheduleVersion: 2 },
    ],
    ['a fault', { parts: [fault] }, { status: 'publishing', nextAttemptAt: at(60_000), scheduleVersion: 2 }],
    [
      'a fault with media',
      { media: [fault], parts: [notReached] },
      { status: 'publishing', nextAttemptAt: at(60_000) },
    ],
    ['nothing at all', {}, { status: 'publishing', nextAttemptAt: at(60_000), scheduleVersion: 2 }],
    ['a cancelled campaign', { permit: { outcome: 'cancelled' } }, { status: 'cancelled', claimedBy: null }],
    ['a paused campaign', { permit: { outcome: 'paused' } }, { status: 'held', claimedBy: null }],
    ['leave, then a limit', { permit: { outcome: 'permitted' }, parts: [limited] }, { status: 'scheduled' }],
  ])('sets the status, problem and next attempt: %s', (_, said, expected) => {
    expect(after(said)).toMatchObject({ ...expected, claimedBy: null });
  });

  test.each<[string, Partial<Met>]>([
    ['refused', { parts: [refused] }],
    ['held', { parts: [unwell] }],
    ['cancelled', { permit: { outcome: 'cancelled' } }],
    ['paused', { permit: { outcome: 'paused' } }],
    ['published', { parts: [published(0)] }],
  ])('of a post that is %s has no next attempt', (_, said) => {
    expect(after(said).nextAttemptAt).toBeNull();
  });

  test.each<[string, MediaOutcome | Fault, PartOutcome | Fault]>([
    ['a limit for media, an open outcome for a part', limited, unsettled],
    ['a limit for media, a fault with a part', limited, fault],
    ['refused media, an open outcome for a part', refused, unsettled],
    ['an unwell account for media, a fault with a part', unwell, fault],
  ])('keeps the post publishing while X may have it: %s', (_, media, part) => {
    expect(after({ media: [media], parts: [part] }).status).toBe('publishing');
  });

  /** The post after a second execution recorded this, when the first left open whether X took the post. */
  const afterUnsettled = (then: Partial<Met>): Post => {
    const again = claim(after({ parts: [unsettled] }), { ...second, scheduleVersion: 2 }, new Date(unsettled.retryAt));
    if (again.outcome !== 'go') throw new Error('The second execution was expected to go');
    return record(again.post, met(then), noon, faultPauseMs);
  };

  test.each<[string, Partial<Met>]>([
    // Without the account, X cannot be searched for it.
    ['its account is unwell', { parts: [unwell] }],
    ['its account is unwell and its campaign paused', { permit: { outcome: 'paused' }, parts: [unwell] }],
  ])('refuses edits of a post that X may have with post_unsettled when %s', (_, then) => {
    expect(() => edit(afterUnsettled(then), { parts: [text('Other')] }, byOwner)).toThrow(
      expect.objectContaining({ code: 'post_unsettled' }),
    );
  });

  test.each(['paused', 'cancelled'] as const)('does not let a %s campaign end a post that X may have', (outcome) => {
    expect(afterUnsettled({ permit: { outcome } })).toMatchObject({ status: 'publishing', scheduleVersion: 3 });
    expect(afterUnsettled({ permit: { outcome }, parts: [unsettled] }).status).toBe('publishing');
    // Searched and not found: the campaign decides.
    const looked = afterUnsettled({ permit: { outcome }, parts: [{ outcome: 'withheld' }] });
    expect(looked).toMatchObject({ status: outcome === 'paused' ? 'held' : 'cancelled', claimedBy: null });
    // Searched and found.
    expect(afterUnsettled({ permit: { outcome }, parts: [published(0)] }).status).toBe('published');
  });

  test.each(['paused', 'cancelled'] as const)(
    'holds the rest of a partly published thread when its campaign is %s',
    (outcome) => {
      const parts = [text('one'), text('two')];
      const begun = { ...newPublication(noon.toISOString()), parts: [out('x-0')], attempts: 1 };
      const post = aPost({ status: 'publishing', claimedBy: 'execution-1', campaignId, parts, publication: begun });
      const said: Met = { permit: { outcome }, media: [], parts: [published(0), { outcome: 'withheld' }] };
      expect(record(post, said, noon, faultPauseMs)).toMatchObject({
        status: 'held',
        problem: { code: `campaign_${outcome}` },
        nextAttemptAt: null,
        publication: { parts: [{ xPostId: 'x-0' }] },
      });
    },
  );

  describe('after the lease has expired', () => {
    const parts = [text('one'), text('two')];
    const begun = (attempts: number, out_: ReturnType<typeof out>[] = []) =>
      aPost({
        status: 'publishing',
        claimedBy: 'execution-1',
        scheduleVersion: 3,
        parts,
        publication: { ...newPublication(noon.toISOString()), attempts, parts: out_ },
      });
    const expired: Met = { media: [], parts: [{ outcome: 'expired' }, { outcome: 'not_reached' }] };
    const halfway: Met = { media: [], parts: [published(0), { outcome: 'expired' }] };

    test('makes the post due at once: scheduled when nothing is published, otherwise publishing', () => {
      const again = { status: 'scheduled', claimedBy: null, nextAttemptAt: noon.toISOString(), scheduleVersion: 4 };
      expect(record(begun(1), expired, noon, faultPauseMs)).toMatchObject({
        ...again,
        problem: null,
        publication: { attempts: 1, isUnsettled: false, tries: [{ outcome: 'expired', code: null }] },
      });
      expect(record(begun(1), halfway, noon, faultPauseMs)).toMatchObject({ ...again, status: 'publishing' });
    });

    test('counts the attempt unless a new part was published, and gives up after 20', () => {
      expect(record(begun(20), expired, noon, faultPauseMs)).toMatchObject({ problem: { code: 'gave_up' } });
      expect(record(begun(20), halfway, noon, faultPauseMs)).toMatchObject({ publication: { attempts: 19 } });
      const still = begun(20, [out()]);
      const met: Met = { media: [], parts: [published(0), { outcome: 'expired' }] };
      expect(record(still, met, noon, faultPauseMs)).toMatchObject({ problem: { code: 'gave_up' } });
    });
  });

  test.each<[string, Partial<Met>, PostStatus]>([
    ['a limit', { parts: [limited] }, 'scheduled'],
    ['a refusal', { parts: [refused] }, 'failed'],
  ])('allows edits once X was searched and does not have the post: %s', (_, then, status) => {
    expect(edit(afterUnsettled(then), { parts: [text('Other')] }, byOwner)).toMatchObject({
      status,
      parts: [text('Other')],
    });
  });

  test('holds the post with gave_up after 20 attempts', () => {
    const tried = (attempts: number) =>
      record(
        aScheduledPost({
          status: 'publishing',
          claimedBy: 'execution-1',
          publication: { ...newPublication(at(0)), attempts },
        }),
        met({ parts: [fault] }),
        noon,
        faultPauseMs,
      );
    expect(tried(19).status).toBe('publishing');
    expect(tried(20)).toMatchObject({ status: 'held', nextAttemptAt: null, problem: { code: 'gave_up' } });
  });

  test('holds the post with x_unclear, still unsettled, when X does not show enough to tell', () => {
    const unclear = { outcome: 'unclear', code: 'x_unclear', reason: 'Look at X.' } as const;
    expect(after({ parts: [unclear, notReached] })).toMatchObject({
      status: 'held',
      nextAttemptAt: null,
      problem: { code: 'x_unclear' },
      publication: { isUnsettled: true },
    });
    // Even for a cancelled campaign: the post may be on X.
    expect(after({ permit: { outcome: 'cancelled' }, parts: [unclear] })).toMatchObject({
      status: 'held',
      problem: { code: 'x_unclear' },
    });
  });
});

describe('however executions, people and X interleave', () => {
  const executions = ['execution-1', 'execution-2', 'execution-3'];
  const outcome = fc.constantFrom<PartOutcome | Fault>(limited, unsettled, refused, unwell, fault);
  const step = fc.oneof(
    fc.record({ do: fc.constant('schedule' as const), minutes: fc.constantFrom(0, 0, 20) }),
    fc.record({ do: fc.constant('cancel' as const) }),
    fc.record({ do: fc.constant('wait' as const), minutes: fc.constantFrom(1, 20) }),
    fc.record({ do: fc.constant('claim' as const), by: fc.nat(2), behind: fc.constantFrom(0, 0, 0, 1) }),
    fc.record({
      do: fc.constant('record' as const),
      /** An execution, or whichever holds the claim. */
      by: fc.constantFrom('execution-1', 'execution-2', 'holder', 'holder', 'holder'),
      reaches: fc.nat(3),
      then: outcome,
      permit: fc.constantFrom('permitted' as const, 'permitted' as const, 'paused' as const, 'cancelled' as const),
    }),
  );

  test('at most one execution claims a schedule version, no published part is lost, and versions only rise', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 60, maxLength: 60 }), (steps) => {
        let post = aPost(thread);
        let now = noon;
        /** The execution that claimed each schedule version. */
        const holders = new Map<number, string>();
        /** What is really on X. */
        const onX: string[] = [];
        for (const each of steps) {
          const before = post;
          if (each.do === 'wait') now = new Date(now.getTime() + each.minutes * 60_000);
          if (each.do === 'schedule' && !['publishing', 'published'].includes(post.status)) {
            post = schedule(post, new Date(now.getTime() + each.minutes * 60_000).toISOString(), null, now);
          }
          const isOpen = ['scheduled', 'held'].includes(post.status) && post.publication?.isUnsettled !== true;
          const isPartlyOut = (post.publication?.parts.length ?? 0) > 0;
          if (each.do === 'cancel' && isOpen && !isPartlyOut) post = cancel(post, noon);
          if (each.do === 'cancel' && isOpen && isPartlyOut) {
            const standing = post;
            expect(() => cancel(standing, noon)).toThrow('partly on X');
          }
          if (each.do === 'claim') {
            const execution = executions[each.by] ?? '';
            const scheduleVersion = post.scheduleVersion - each.behind;
            const decision = claim(post, { execution, scheduleVersion }, now);
            if (decision.outcome === 'go') {
              expect(scheduleVersion).toBe(post.scheduleVersion);
              expect(Date.parse(post.nextAttemptAt ?? '')).toBeLessThanOrEqual(now.getTime());
              expect(holders.get(scheduleVersion) ?? execution).toBe(execution);
              holders.set(scheduleVersion, execution);
              post = decision.post;
            }
          }
          const recorder = each.do === 'record' && (each.by === 'holder' ? post.claimedBy : each.by);
          if (each.do === 'record' && recorder !== null && post.claimedBy === recorder) {
            const parts = post.parts.map((_, part): PartOutcome | Fault => {
              if (each.permit !== 'permitted' || part > Math.max(each.reaches, onX.length) - 1) return notReached;
              onX[part] ??= `x-${part}`;
              return published(part, onX[part]);
            });
            const stopped = parts.findIndex(({ outcome: met }) => met === 'not_reached');
            if (each.permit === 'permitted' && stopped >= 0) parts[stopped] = each.then;
            post = record(post, { permit: { outcome: each.permit }, media: [], parts }, now, faultPauseMs);
            expect(post.claimedBy).toBeNull();
          }
          expect(post.scheduleVersion).toBeGreaterThanOrEqual(before.scheduleVersion);
          expect(post.publication?.parts.map(({ xPostId }) => xPostId) ?? []).toEqual(onX);
          expect(post.status === 'published').toBe(onX.length === post.parts.length);
        }
      }),
      { numRuns: 500 },
    );
  });
});

test('a post that was never scheduled has no publication until a published part is recorded', () => {
  expect(aPost().publication).toBeNull();
  expect(
    record(aPost({ claimedBy: 'execution-1' }), met({ parts: [published(0)] }), noon, faultPauseMs).publication?.parts,
  ).toEqual([out('x-0')]);
});

describe('the cause of a hold is recognised by its whole code', () => {
  const held = (code: string, status: PostStatus = 'held') => ({ status, problem: { code, reason: 'Why.' } });
  const isBy = (post: ReturnType<typeof held>) => ({
    account: isHeldByAccount(post),
    policy: isHeldByPolicy(post),
    budget: isHeldByBudget(post),
  });
  const nothing = { account: false, policy: false, budget: false };

  test.each([
    ...AccountHealth.exclude(['healthy']).options.map((health) => [`account_${health}`, 'account'] as const),
    ...PolicyRule.options.map((rule) => [`policy_${rule}`, 'policy'] as const),
    ['budget_exhausted', 'budget'],
  ] as const)('%s is a hold by its %s', (code, by) => {
    expect(isBy(held(code))).toEqual({ ...nothing, [by]: true });
    expect(isBy(held(code, 'failed'))).toEqual(nothing);
  });

  test.each(['account_healthy', 'account_merged', 'policy_blocked', 'policy_review_wanted', 'x_unclear'])(
    '%s is none of these causes, despite its prefix',
    (code) => {
      expect(isBy(held(code))).toEqual(nothing);
    },
  );
});
