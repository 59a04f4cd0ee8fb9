import { isAccountCode } from '#events/accounts.ts';
import { isPolicyCode } from '#events/posts.ts';
import type { MediaOutcome, PartOutcome, PermitOutcome } from '#events/publishing.ts';
import { instantAfter } from '#shared/time.ts';
import { missedOutcome } from './missed.ts';
import type { Post } from './post.ts';
import { gaveUp, isOverdue, newPublication, toBeLookedFor } from './post.ts';
import { isPartlyOut, putOffStatus } from './release.ts';

/** A claim as requested by the workflow. */
export interface ClaimRequest {
  /** ARN of the execution: the claim is valid for it only. */
  execution: string;
  scheduleVersion: number;
  /**
   * Whether its files are on X by now, which may have taken long: what may have changed since the claim is checked
   * again.
   */
  isLastLook?: boolean | undefined;
}

export type ClaimDecision =
  | { outcome: 'go'; post: Post }
  /** Too early: clocks differ, and no post is published before its time. */
  | { outcome: 'wait'; until: string }
  /** It is not published, for a reason that has to be stored. */
  | { outcome: 'stopped'; post: Post }
  /** Cancelled, rescheduled, already published, or claimed by another execution. */
  | { outcome: 'skip' };

/** Why a post is not published: `code` for programs, `reason` and what to do in words a marketer understands. */
export type Problem = NonNullable<Post['problem']>;

/**
 * Whether this execution may publish the post now. The same execution gets the same answer again, except that a last
 * look may find that the post is too late by now.
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
  // Until X was searched for it, a post that may be there is neither missed nor held.
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

/** Whether to search X for the post before anything else, whatever this table says. */
export const mayBeOnX = ({ publication }: Post): boolean => typeof publication?.lookSince === 'string';

/** Decision on a post that is too late to be published; undefined if it is not. */
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

/** Holds the post for that reason, until it is released. */
export const hold = (post: Post, problem: Problem): Post => ended(post, 'held', problem);

/** A fault of the platform: whether X has the part is unknown. */
export interface Fault {
  outcome: 'fault';
}

/** The outcomes of the workflow's tasks, in their order. */
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

/** Number of attempts after which a person has to act. */
const maxAttempts = 20;

/** Maximum number of attempts kept: enough for the history of a post, and few enough for its item. */
const triesKept = 25;

/** Adds an attempt to the post's history. */
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
 * The post after an execution ended: published, failed, held, cancelled, or to be tried again.
 * @param faultPauseMs after a fault the outcome at X is unknown: how long until its call can no longer reach X
 */
export const record = (post: Post, met: Met, now: Date, faultPauseMs: number): Post => {
  const done = withPublished(post, met.parts, now);
  if (done.status === 'published') return withTry(done, 'published', null, now);
  const [outcome, code, recorded] = recordUnfinished(post, done, met, now, faultPauseMs);
  return withTry(recorded, outcome, code, now);
};

/** Returns what kept the post from being published, as outcome and code, and the post afterwards. */
const recordUnfinished = (
  before: Post,
  done: Post,
  met: Met,
  now: Date,
  faultPauseMs: number,
): [outcome: string, code: string | null, post: Post] => {
  // What may be on X outweighs the campaign's answer: until that is settled, the post is neither held nor cancelled.
  if (met.permit && met.permit.outcome !== 'permitted' && done.publication?.isUnsettled !== true) {
    const { outcome } = met.permit;
    if (outcome === 'paused') return [outcome, campaignPaused.code, hold(done, campaignPaused)];
    // `cancelled` would say that nothing is on X.
    return isPartlyOut(done)
      ? [outcome, cancelledHalfway.code, hold(done, cancelledHalfway)]
      : [outcome, null, ended(done, 'cancelled', null)];
  }
  // An unknown outcome at X outweighs all known ones.
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
 * Its lease ended before all of the post was published: it continues immediately with a new claim, which checks again
 * whatever may have changed. An attempt that published a part does not count: a long thread takes as many leases as it
 * needs.
 */
const claimAnew = (before: Post, done: Post, now: Date): Post => {
  const { publication } = done;
  const isFurther = (publication?.parts.length ?? 0) > (before.publication?.parts.length ?? 0);
  const uncounted = publication && { ...publication, attempts: Math.max(0, publication.attempts - 1) };
  const next = isFurther ? { ...done, publication: uncounted } : done;
  return again(next, now.toISOString(), putOffStatus(next));
};

/** Problem code of a post that X refused because it already has the same text. */
const duplicate = 'x_duplicate';

/**
 * The post after the search on X: what was found is recorded by now, and the rest is not on X. It continues like any
 * other post.
 */
const afterLook = (before: Post, done: Post, now: Date): Post => {
  const looked = withoutLook(done);
  const hasFound = (done.publication?.parts.length ?? 0) > (before.publication?.parts.length ?? 0);
  // X refused it as a duplicate, and did not have it: the duplicate is another post.
  if (before.problem?.code === duplicate && !hasFound) return ended(looked, 'failed', before.problem);
  return again(looked, now.toISOString(), putOffStatus(looked));
};

/** A search that could not see X leaves open whether the post itself was the duplicate that X refused. */
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
      // The duplicate at X may be this very post: X is searched for it, since its due time, before it counts as failed.
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

/** Whether an outcome is in itself no reason to hold the post back. */
const hasNoWord = (outcome: Met['parts'][number]['outcome']): boolean =>
  outcome === 'published' || outcome === 'not_reached' || outcome === 'withheld';

/** Whether a call may still reach X, as far as the execution knows. */
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
    // A part after one whose response was lost is reported again by the next execution: the list has no gaps.
    if (each.outcome === 'published' && each.part <= out.length)
      out[each.part] = { xPostId: each.xPostId, publishedAt: each.publishedAt, costMicros: each.costMicros };
  }
  const publishedAt = out.length === post.parts.length ? (out.at(-1)?.publishedAt ?? null) : null;
  // An unknown outcome stays unknown if X could not be searched this time.
  const isBlind = parts.length === 0 || parts.some(({ outcome }) => outcome === 'account_unwell');
  const isUnsettled = parts.some(isUnknown) || (isBlind && publication.isUnsettled);
  const next = { ...post, publication: { ...publication, parts: out, publishedAt, isUnsettled } };
  return publishedAt === null
    ? next
    : { ...next, status: 'published', claimedBy: null, nextAttemptAt: null, problem: null };
};

/**
 * Schedules the post anew for `retryAt`: a new execution takes over, and this one ends.
 * @param problem why publishing was put off, shown to those who ask why the post is not on X
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

/** Whether the post is held only because of its account's health: it is released when the account recovers. */
export const isHeldByAccount = ({ status, problem }: Held): boolean =>
  status === 'held' && problem !== null && isAccountCode(problem.code);

/** Whether a policy rule holds the post, until a person changes it or overrides the warning. */
export const isHeldByPolicy = ({ status, problem }: Held): boolean =>
  status === 'held' && problem !== null && isPolicyCode(problem.code);

/** Whether a stop of its account or of the workspace holds the post, until somebody resumes. */
export const isHeldByStop = ({ status, problem }: Held): boolean =>
  status === 'held' && (problem?.code === 'workspace_stopped' || problem?.code === 'account_stopped');

/** Whether the post is held only because of the workspace's X budget: it is released when there is budget again. */
export const isHeldByBudget = ({ status, problem }: Held): boolean =>
  status === 'held' && problem?.code === 'budget_exhausted';
