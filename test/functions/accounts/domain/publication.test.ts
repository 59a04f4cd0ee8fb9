import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  intend,
  isOwnDuplicate,
  nextStep,
  type Publication,
  type Send,
  unsent,
  withdraw,
  withPost,
} from '#functions/accounts/domain/publication.ts';

const settleMs = 60_000;
const noon = new Date('2026-11-22T12:00:00.000Z');
const at = (milliseconds: number) => new Date(noon.getTime() + milliseconds);
const fresh = unsent({ workspaceId: 'wsp_1', postId: 'pst_1', part: 0, accountId: 'acc_1', campaignId: null });
const charge = { kind: 'post_create', quantity: 1, micros: 15_000, month: '2026-11' };
const send = (milliseconds: number, fingerprint = 'text'): Send => ({
  at: at(milliseconds).toISOString(),
  fingerprint,
  replyTo: null,
  mediaCount: 0,
});

/** An intent with its charge. */
const intendAt = (publication: Publication, sent: Send) => intend(publication, sent, charge);

describe('the next step', () => {
  test('of an unsent part is to send it', () => {
    expect(nextStep(fresh, noon, settleMs)).toEqual({ do: 'send' });
  });

  test('of a published part is to report that', () => {
    const out = withPost(intendAt(fresh, send(0)), '1', noon.toISOString());
    const outcome = {
      outcome: 'published',
      part: 0,
      xPostId: '1',
      publishedAt: noon.toISOString(),
      costMicros: 15_000,
    };
    expect(nextStep(out, at(settleMs * 9), settleMs)).toEqual({ do: 'answer', outcome });
  });

  test('of a send without an answer is to wait until its call can no longer arrive', () => {
    const open = intendAt(fresh, send(0));
    const outcome = { outcome: 'unsettled', retryAt: at(settleMs).toISOString() };
    expect(nextStep(open, at(settleMs - 1), settleMs)).toEqual({ do: 'answer', outcome });
  });

  test('after that wait is to look at the timeline, from before the first open send', () => {
    const open = intendAt(intendAt(fresh, send(0)), send(settleMs));
    expect(nextStep(open, at(settleMs * 2), settleMs)).toEqual({ do: 'look', since: at(-120_000).toISOString() });
  });

  test('of a send that X refused is to send again', () => {
    expect(nextStep(withdraw(intendAt(fresh, send(0))), noon, settleMs)).toEqual({ do: 'send' });
  });
});

test('a duplicate is our own only if an earlier open send had the same text', () => {
  expect(isOwnDuplicate(intendAt(fresh, send(0)))).toBe(false);
  expect(isOwnDuplicate(intendAt(intendAt(fresh, send(0)), send(1)))).toBe(true);
  expect(isOwnDuplicate(intendAt(intendAt(fresh, send(0, 'other')), send(1)))).toBe(false);
});

/*
 * A model of the whole: X accepts a call or not, its answer arrives or not, the process dies at any step, executions
 * run at any time. What X accepted is in the timeline by the time the send has settled.
 */
interface Seen extends Send {
  xPostId: string;
  createdAt: string;
}

type Fate = 'refused' | 'taken' | 'lost before' | 'lost after';

const play = (fates: readonly Fate[], waits: readonly number[]): { onX: number; publication: Publication } => {
  const x: Seen[] = [];
  let publication = fresh;
  let now = noon;
  const takeIt = (intent: Send) => {
    const seen = { ...intent, xPostId: String(x.length + 1), createdAt: intent.at };
    x.push(seen);
    return seen;
  };
  fates.forEach((fate, turn) => {
    now = new Date(now.getTime() + (waits[turn] ?? 0));
    let step = nextStep(publication, now, settleMs);
    if (step.do === 'look') {
      const { since } = step;
      const { sends } = publication;
      const found = x.find(
        ({ createdAt, fingerprint }) => createdAt >= since && sends.some((each) => each.fingerprint === fingerprint),
      );
      if (found) publication = withPost(publication, found.xPostId, found.createdAt);
      step = found ? nextStep(publication, now, settleMs) : { do: 'send' };
    }
    if (step.do !== 'send') return;
    publication = intendAt(publication, { ...send(0), at: now.toISOString() });
    const intent = send(now.getTime() - noon.getTime());
    if (fate === 'refused') publication = withdraw(publication);
    if (fate === 'lost after') takeIt(intent);
    if (fate === 'taken') publication = withPost(publication, takeIt(intent).xPostId, intent.at);
  });
  return { onX: x.length, publication };
};

test('however the calls end, X has at most one post, and a published part is on X', () => {
  const fate = fc.constantFrom<Fate>('refused', 'taken', 'lost before', 'lost after');
  const turns = fc.array(fc.tuple(fate, fc.integer({ min: 0, max: settleMs * 3 })), { maxLength: 12 });
  fc.assert(
    fc.property(turns, (story) => {
      const { onX, publication } = play(
        story.map(([each]) => each),
        story.map(([, wait]) => wait),
      );
      expect(onX).toBeLessThanOrEqual(1);
      if (publication.published) expect(onX).toBe(1);
    }),
    { numRuns: 2_000 },
  );
});
