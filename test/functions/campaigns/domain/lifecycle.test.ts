import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { take } from '#functions/campaigns/domain/campaign.ts';
import {
  CampaignStatus,
  possibleIn,
  type Review,
  statusAfter,
  type Transition,
  withApprovals,
  withVoided,
} from '#functions/campaigns/domain/lifecycle.ts';
import { firstVersion } from '#shared/entities.ts';
import { DomainError } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import { person } from '#test/support/context-harness.ts';
import { actor, campaignOf, doing, noon } from '../harness.ts';

/** The allowed transitions, written a second time by hand; all others are refused. */
const table: Readonly<Record<Transition, Partial<Record<CampaignStatus, CampaignStatus>>>> = {
  submit: { draft: 'in_review' },
  approve: { in_review: 'approved' },
  request_changes: { in_review: 'draft' },
  revise: { in_review: 'draft', approved: 'draft' },
  launch: { draft: 'launching', approved: 'launching' },
  start: { launching: 'running' },
  pause: { running: 'paused' },
  resume: { paused: 'running' },
  complete: { running: 'completed' },
  cancel: {
    ...{ draft: 'cancelled', in_review: 'cancelled', approved: 'cancelled', launching: 'cancelled' },
    ...{ running: 'cancelled', paused: 'cancelled' },
  },
  archive: { draft: 'archived', completed: 'archived', cancelled: 'archived' },
};
const transitions = Object.keys(table) as Transition[];
const statuses = CampaignStatus.options;

const refused = (run: () => unknown): DomainError => {
  try {
    run();
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};

describe('the life of a campaign', () => {
  const cells = statuses.flatMap((status) => transitions.map((transition) => ({ status, transition })));

  test.each(cells)('in status $status allows or rejects $transition as in the table', ({ status, transition }) => {
    const to = table[transition][status];
    if (to !== undefined) {
      expect(statusAfter({ status }, transition)).toBe(to);
      return;
    }
    const error = refused(() => statusAfter({ status }, transition));
    expect(error).toMatchObject({ kind: 'conflict', code: `campaign_${status}` });
    expect(error.message).toMatch(/^The campaign is .+ and cannot be /);
    // It names exactly what a person may do instead.
    const possible = transitions.filter((each) => each !== 'start' && each !== 'complete' && table[each][status]);
    expect(possibleIn(status)).toEqual(possible);
    const named = possible.map((each) => each.replace('_', ' ')).join(', ');
    expect(error.message).toContain(named === '' ? 'It can only be cloned.' : `Possible: ${named}, clone.`);
  });

  test('follows only the transitions of the table, in any order of attempts, and records each step', () => {
    const tried = fc.array(fc.constantFrom(...transitions), { maxLength: 30 });
    fc.assert(
      fc.property(tried, fc.option(fc.string({ minLength: 1, maxLength: 500 })), (steps, note) => {
        let campaign = { ...firstVersion(campaignOf(), noon, person), version: 1 };
        for (const transition of steps) {
          const { status } = campaign;
          const to = table[transition][status];
          if (to === undefined) {
            expect(refused(() => take(campaign, transition, doing)).code).toBe(`campaign_${status}`);
            continue;
          }
          const after = take(campaign, transition, { ...doing, note });
          expect(after).toEqual({
            ...campaign,
            status: to,
            lastStep: {
              ...{ version: campaign.version + 1, transition, from: status, to },
              ...{ at: noon.toISOString(), by: doing.by, note },
            },
          });
          campaign = { ...after, version: campaign.version + 1 };
        }
      }),
    );
  });
});

describe('a review', () => {
  const review: Review = {
    ...{ reportVersion: 'a'.repeat(32), checkId: 'C000001', submitter: actor, approver: actor },
    ...{ submittedBy: actor.personId, submittedAt: noon.toISOString() },
    ...{ decidedBy: actor.personId, decidedAt: noon.toISOString() },
    ...{ approvedParts: 0, approvedPosts: 0, refusedPosts: [], voidedPosts: [] },
  };
  const ids = Array.from({ length: 6 }, () => newId('pst', noon));
  const outcomes = fc
    .array(fc.constantFrom('approved', 'changed', 'four_eyes'), { minLength: 6, maxLength: 6 })
    .map((all) => all.map((outcome, place) => ({ postId: ids[place] ?? '', outcome })));

  test('counts each part once, however often it is approved', () => {
    const again = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(outcomes, again, (all, times) => {
        let after = review;
        times.forEach((count, part) => {
          for (let time = 0; time < count; time += 1) {
            after = withApprovals(after, part, all.slice(2 * part, 2 * part + 2));
          }
        });
        const refusals = all.filter(({ outcome }) => outcome !== 'approved');
        expect(after).toMatchObject({
          approvedParts: 3,
          approvedPosts: 6 - refusals.length,
          refusedPosts: refusals.map(({ postId, outcome: code }) => ({ postId, code })),
        });
        // A restarted execution begins with the first part.
        expect(withApprovals(after, 0, all)).toBe(after);
      }),
    );
  });

  test('lists each post with a voided approval once', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...ids)), (edited) => {
        const after = edited.reduce(withVoided, review);
        expect(after.voidedPosts).toEqual([...new Set(edited)]);
        for (const postId of edited) expect(withVoided(after, postId)).toBe(after);
      }),
    );
  });
});
