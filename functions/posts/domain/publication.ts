import { isAccountCode } from '#events/accounts.ts';
import { isPolicyCode } from '#events/posts.ts';
import type { MediaOutcome, PartOutcome, PermitOutcome } from '#events/publishing.ts';
import { instantAfter } from '#shared/time.ts';
import { missedOutcome } from './missed.ts';
import type { Post } from './post.ts';
import { gaveUp, isOverdue, newPublication, toBeLookedFor } from './post.ts';
import { isPartlyOut, putOffStatus } from './release.ts';

/** A claim as the workflow asks for it. */
export interface ClaimRequest {
  /** ARN of the execution: the claim belongs to it alone. */
  execution: string;
  scheduleVersion: number;
  /** Its files are on X by now, which may have taken long: what may have changed since the claim is looked at again. */
  isLastLook?: boolean | undefined;
}

export type ClaimDecision =
  | { outcome: 'go'; post: Post }
  /** Too early: clocks differ, and no post goes out before its time. */
  | { outcome: 'wait'; until: string }
  /** It does not go out, for a reason that is to be written. */
  | { outcome: 'stopped'; post: Post }
  /** Cancelled, re-scheduled, out already, or another execution's. */
  | { outcome: 'skip' };

/** Why a post does not go out: `code` for programs, `reason` and what to do in words a marketer understands. */
export type Problem = NonNullable<Post['problem']>;

/**
 * Whether this execution may publish the post now. Asking again with the same execution gives the same answer, except
 * that a last look may find that it became too late meanwhile.
 */
export const claim = (
  post: Post,
  { execution, scheduleVersion, isLastLook }: ClaimRequest,
  now: Date,
): ClaimDecision => {
  const isWanted = post.status === 'scheduled' || post.status === 'publishing';
  if (!isWanted || post.scheduleVersion !== scheduleVersion) return { outcome: 'skip' };
  if (post.claimedBy !== null) {
    if (post.claimedBy !== execution) return { outcome: 'skip' };
    return (isLastLook === true && tooLateNow(post, now)) || { outcome: 'go', post };
  }
  if (post.nextAttemptAt !== null && Date.parse(post.nextAttemptAt) > now.getTime()) {
    return { outcome: 'wait', until: post.nextAttemptAt };
  }
  const mayBeOut = mayBeOnX(post) || isOverdue(post, now);
  // Before it is known to be nowhere, it is neither missed nor held.
  const late = mayBeOut ? undefined : tooLateNow(post, now);
  if (late) return late;
  const publication = mayBeOut ? toBeLookedFor(post, now) : (post.publication ?? newPublication(now.toISOString()));
  return {
    outcome: 'go',
    post: {
      ...post,
      status: 'publishing',
      claimedBy: execution,
      publication: { ...publication, attempts: publication.attempts + 1 },
    },
  };
};

/** Whether to look for it on X before anything else is done, whatever this table says. */
export const mayBeOnX = ({ publication }: Post): boolean => typeof publication?.lookSince === 'string';

/** What becomes of a post that does not go out any more because it is late; undefined of one that does. */
const tooLateNow = (post: Post, now: Date): ClaimDecision | undefined => {
  const missed = missedOutcome(post, now);
  if (missed === 'missed') return { outcome: 'stopped', post: ended(post, 'missed', tooLate) };
  return missed === 'ask' ? { outcome: 'stopped', post: hold(post, lateAndAsked) } : undefined;
};

export const tooLate: Problem = {
  code: 'missed',
  reason: 'The post missed its publishing window. Schedule it again if it is still relevant.',
};

const lateAndAsked: Problem = {
  code: 'missed_ask',
  reason: 'The post is late, and its policy for missed posts is to ask. Publish it now, reschedule it or cancel it.',
};

/** The post as held for that reason, until it is released. */
export const hold = (post: Post, problem: Problem): Post => ended(post, 'held', problem);

/** A fault of ours on the way: whether X took the part is unknown. */
export interface Fault {
  outcome: 'fault';
}

/** What the workflow met on its way, in its order. */
export interface Met {
  permit?: PermitOutcome | undefined;
  media: readonly (MediaOutcome | Fault)[];
  parts: readonly (PartOutcome | Fault)[];
}

const campaignPaused: Problem = {
  code: 'campaign_paused',
  reason:
    'The campaign of the post is paused. When it is resumed, its catch-up policy decides whether the post is published late, moved or skipped. Preview the resumption to see which.',
};

const cancelledHalfway: Problem = {
  code: 'campaign_cancelled',
  reason:
    'The campaign was cancelled when a part of the thread was on X. Schedule the post again to publish the rest, or ' +
    'delete what is on X.',
};

/** Faults that repeat this often need a person. */
const maxAttempts = 20;

/** Maximum number of attempts kept: enough for the history of a post, few enough for its item. */
const triesKept = 25;

/** The post with one more try in its story. */
const withTry = (post: Post, outcome: string, code: string | null, now: Date): Post =>
  post.publication === null
    ? post
    : {
        ...post,
        publication: {
          ...post.publication,
          tries: [...post.publication.tries, { at: now.toISOString(), outcome, code }].slice(-triesKept),
        },
      };

/**
 * The post after an execution ended: out, failed, held, cancelled, or to be tried again.
 * @param faultPauseMs after a fault the outcome at X is open: this long until the first call can no longer land
 */
export const record = (post: Post, met: Met, now: Date, faultPauseMs: number): Post => {
  const done = withPublished(post, met.parts, now);
  if (done.status === 'published') return withTry(done, 'published', null, now);
  const [outcome, code, recorded] = recordUnfinished(post, done, met, now, faultPauseMs);
  return withTry(recorded, outcome, code, now);
};

/** What kept a post from being out, by name and code, and the post after it. */
const recordUnfinished = (
  before: Post,
  done: Post,
  met: Met,
  now: Date,
  faultPauseMs: number,
): [outcome: string, code: string | null, post: Post] => {
  // What may be on X outweighs the campaign's word: until that is known it is neither held nor cancelled.
  if (met.permit && met.permit.outcome !== 'permitted' && done.publication?.isUnsettled !== true) {
    const { outcome } = met.permit;
    if (outcome === 'paused') return [outcome, campaignPaused.code, hold(done, campaignPaused)];
    // To call it cancelled would say that nothing is out.
    return isPartlyOut(done)
      ? [outcome, cancelledHalfway.code, hold(done, cancelledHalfway)]
      : [outcome, null, ended(done, 'cancelled', null)];
  }
  // What is unknown at X outweighs everything that is known.
  const unknown = met.parts.find(isUnknown);
  const blocker =
    unknown ??
    met.media.find(({ outcome }) => outcome !== 'ready') ??
    met.parts.find(({ outcome }) => !hasNoWord(outcome));
  if (!blocker && mayBeOnX(done) && met.parts.length > 0) return ['looked', null, afterLook(before, done, now)];
  const { outcome = 'fault' } = blocker ?? {};
  const code = blocker && 'code' in blocker ? blocker.code : null;
  if (outcome === 'expired') return [outcome, code, claimAnew(before, done, now)];
  return [outcome, code, afterBlocker(done, blocker, now, faultPauseMs)];
};

/**
 * Its lease ended before all of it was out: it goes on at once, by a new claim, which asks again all that may have changed.
 * An attempt that brought a part of it out does not count: a long thread takes as many leases as it needs.
 */
const claimAnew = (before: Post, done: Post, now: Date): Post => {
  const { publication } = done;
  const isFurther = (publication?.parts.length ?? 0) > (before.publication?.parts.length ?? 0);
  const uncounted = publication && { ...publication, attempts: Math.max(0, publication.attempts - 1) };
  const next = isFurther ? { ...done, publication: uncounted } : done;
  return again(next, now.toISOString(), putOffStatus(next));
};

/** The code of a post that X refused because it has the same text already. */
const duplicate = 'x_duplicate';

/**
 * After the search on X: what was found is recorded by now, and the rest is not on X. It continues like any other
 * post.
 */
const afterLook = (before: Post, done: Post, now: Date): Post => {
  const looked = withoutLook(done);
  const hasFound = (done.publication?.parts.length ?? 0) > (before.publication?.parts.length ?? 0);
  // X has refused it as a duplicate: of another post, then.
  if (before.problem?.code === duplicate && !hasFound) return ended(looked, 'failed', before.problem);
  return again(looked, now.toISOString(), putOffStatus(looked));
};

/** A search that could not see X leaves its question open: whether X's refusal was of this post. */
const whyLookedFor = (post: Post): Post['problem'] => (mayBeOnX(post) ? post.problem : null);

const withoutLook = (post: Post): Post => ({
  ...post,
  publication: post.publication && { ...post.publication, lookSince: null },
});

const afterBlocker = (
  done: Post,
  blocker: (Met['media'] | Met['parts'])[number] | undefined,
  now: Date,
  faultPauseMs: number,
): Post => {
  switch (blocker?.outcome) {
    case 'refused':
      // The post that X has already may be this one: it is looked for since it was due before anybody says that it failed.
      if (blocker.code === duplicate) {
        const sought = { ...done, publication: toBeLookedFor(done, now) };
        return again(sought, now.toISOString(), 'publishing', whyOf(blocker));
      }
      return ended(done, 'failed', whyOf(blocker));
    case 'account_unwell':
    case 'over_budget':
    case 'unclear':
      return ended(done, 'held', whyOf(blocker));
    case 'rate_limited':
      return again(done, blocker.retryAt, putOffStatus(done), whyOf(blocker));
    case 'processing':
      return again(done, blocker.retryAt, putOffStatus(done));
    case 'unsettled':
      return again(done, blocker.retryAt, 'publishing', whyLookedFor(done));
    default:
      return again(done, instantAfter(now, faultPauseMs), 'publishing', whyLookedFor(done));
  }
};

/** Outcomes that keep nothing back by themselves. */
const hasNoWord = (outcome: Met['parts'][number]['outcome']): boolean =>
  outcome === 'published' || outcome === 'not_reached' || outcome === 'withheld';

/** Whether something that was sent may still land at X, as far as an execution knows. */
export const mayStillLand = ({ parts }: Pick<Met, 'parts'>): boolean => parts.some(isUnknown);

const isUnknown = ({ outcome }: Met['parts'][number]): boolean =>
  outcome === 'unsettled' || outcome === 'unclear' || outcome === 'fault';

const ended = (post: Post, status: 'failed' | 'cancelled' | 'held' | 'missed', problem: Post['problem']): Post => ({
  ...post,
  status,
  claimedBy: null,
  nextAttemptAt: null,
  problem,
});

const whyOf = ({ code, reason }: { code: string; reason: string }) => ({ code, reason });

const withPublished = (post: Post, parts: Met['parts'], now: Date): Post => {
  const publication = post.publication ?? newPublication(now.toISOString());
  const out = [...publication.parts];
  for (const each of parts) {
    // A part after one whose answer was lost is reported again by the next execution: the list has no holes.
    if (each.outcome === 'published' && each.part <= out.length)
      out[each.part] = { xPostId: each.xPostId, publishedAt: each.publishedAt, costMicros: each.costMicros };
  }
  const publishedAt = out.length === post.parts.length ? (out.at(-1)?.publishedAt ?? null) : null;
  // An unknown outcome stays unknown when X could not be looked at this time.
  const isBlind = parts.length === 0 || parts.some(({ outcome }) => outcome === 'account_unwell');
  const isUnsettled = parts.some(isUnknown) || (isBlind && publication.isUnsettled);
  const next = { ...post, publication: { ...publication, parts: out, publishedAt, isUnsettled } };
  return publishedAt === null
    ? next
    : { ...next, status: 'published', claimedBy: null, nextAttemptAt: null, problem: null };
};

/**
 * A new scheduling at `retryAt`: a new execution takes it up, this one ends.
 * @param problem why it is put off, shown to those who ask why it is not out
 */
const again = (
  post: Post,
  retryAt: string,
  status: 'scheduled' | 'publishing',
  problem: Post['problem'] = null,
): Post => {
  if ((post.publication?.attempts ?? 0) >= maxAttempts) {
    return ended(post, 'held', {
      code: gaveUp,
      reason: `The post could not be published in ${maxAttempts} attempts. Check the account on X before you schedule it again.`,
    });
  }
  return {
    ...post,
    status,
    claimedBy: null,
    nextAttemptAt: retryAt,
    scheduleVersion: post.scheduleVersion + 1,
    problem,
  };
};

type Held = Pick<Post, 'status' | 'problem'>;

/** Whether its account's health alone holds the post: that ends by itself. */
export const isHeldByAccount = ({ status, problem }: Held): boolean =>
  status === 'held' && problem !== null && isAccountCode(problem.code);

/** Whether a rule of the platform holds the post, until a person changes it or lets the warning pass. */
export const isHeldByPolicy = ({ status, problem }: Held): boolean =>
  status === 'held' && problem !== null && isPolicyCode(problem.code);

/** Whether a stop of its account or of the workspace holds the post: until somebody resumes. */
export const isHeldByStop = ({ status, problem }: Held): boolean =>
  status === 'held' && (problem?.code === 'workspace_stopped' || problem?.code === 'account_stopped');

/** Whether the workspace's budget for X alone holds the post: that ends by itself. */
export const isHeldByBudget = ({ status, problem }: Held): boolean =>
  status === 'held' && problem?.code === 'budget_exhausted';
