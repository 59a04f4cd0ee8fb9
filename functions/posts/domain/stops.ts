import * as z from 'zod';
import { entityFields, type New } from '#shared/entity.ts';
import { DomainError } from '#shared/errors.ts';
import { AccountId, PersonId } from '#shared/ids.ts';
import { personal } from '#shared/privacy/personal-data.ts';
import { text } from '#shared/text.ts';
import { Instant, minuteMs } from '#shared/time.ts';
import type { Post } from './post.ts';
import { hold, type Problem, tooLate } from './publication.ts';
import { isPartlyOut, release } from './release.ts';

/** Why publishing was stopped; shown with each held post. */
export const StopReason = text(500);

/** A stop: nothing is published until somebody resumes. */
export const Stop = z.object({
  by: PersonId.meta({ description: 'Who stopped publishing' }),
  at: Instant.meta({ description: 'Since when publishing is stopped (UTC)' }),
  reason: personal(StopReason.meta({ description: 'Why publishing was stopped' }), {
    why: 'to tell members why publishing is stopped',
    keptFor:
      'until publishing is resumed, or the workspace is deleted; in `post.held` events as long as those are kept (audit ' +
      'trail, archive, deliveries)',
    hasCommonName: true,
  }),
});
export type Stop = z.infer<typeof Stop>;

/** What happens to the posts that a stop held, all of which are late by then. */
export const ResumePolicy = z
  .discriminatedUnion('kind', [
    z
      .strictObject({ kind: z.literal('skip') })
      .meta({ description: 'Held posts become `missed` and are not published' }),
    z.strictObject({ kind: z.literal('ask') }).meta({ description: 'Held posts stay held until a person decides' }),
    z
      .strictObject({
        kind: z.literal('publish_late'),
        withinMinutes: z.int().min(1).max(43_200).meta({ description: 'Maximum delay, in minutes' }),
      })
      .meta({ description: 'Held posts are published at once; those more than `withinMinutes` late become `missed`' }),
  ])
  .meta({ description: 'What happens to the posts that came due during the stop' });
export type ResumePolicy = z.infer<typeof ResumePolicy>;

/** The stops of one workspace, in one item: a claim reads them in one request, and each change is one write. */
export const Stops = z.object({
  ...entityFields,
  /** The stop of the whole workspace. */
  workspace: Stop.nullable(),
  /** The stops of individual accounts. */
  accounts: z.array(Stop.extend({ accountId: AccountId })),
  /** The last resumption: what it resumed, one account or (null) everything, and what happens to held posts. */
  resumption: z.object({ accountId: AccountId.nullable(), policy: ResumePolicy }).nullable(),
});
export type Stops = z.infer<typeof Stops>;

/** What is stopped: one account, or (null) the whole workspace. */
export type Stopped = string | null;

export const noStops = (workspaceId: string): New<Stops> => ({
  workspaceId,
  workspace: null,
  accounts: [],
  resumption: null,
});

/** The stop of exactly this account or of the workspace. */
export const stopOf = (stops: Pick<Stops, 'workspace' | 'accounts'>, stopped: Stopped): Stop | undefined =>
  stopped === null ? (stops.workspace ?? undefined) : stops.accounts.find(({ accountId }) => accountId === stopped);

/** Adds a stop; returns the same object if it is already there. */
export const withStop = <S extends New<Stops>>(stops: S, stopped: Stopped, stop: Stop): S => {
  if (stopOf(stops, stopped)) return stops;
  return stopped === null
    ? { ...stops, workspace: stop }
    : { ...stops, accounts: [...stops.accounts, { ...stop, accountId: stopped }] };
};

/** Removes a stop; returns the same object if there is none. */
export const withoutStop = <S extends New<Stops>>(stops: S, stopped: Stopped, policy: ResumePolicy): S => {
  if (!stopOf(stops, stopped)) return stops;
  return {
    ...stops,
    workspace: stopped === null ? null : stops.workspace,
    accounts: stops.accounts.filter(({ accountId }) => accountId !== stopped),
    resumption: { accountId: stopped, policy },
  };
};

/** Why a stop keeps posts of this account from being published; undefined if none does. */
export const stopOver = (stops: Pick<Stops, 'workspace' | 'accounts'>, accountId: string): Problem | undefined => {
  if (stops.workspace) return { code: 'workspace_stopped', reason: reasonOf('the whole workspace', stops.workspace) };
  const stop = stopOf(stops, accountId);
  return stop && { code: 'account_stopped', reason: reasonOf('this account', stop) };
};

/** @throws DomainError `publishing_stopped` while the account or the workspace is stopped */
export const assertNotStopped = (stops: Pick<Stops, 'workspace' | 'accounts'>, accountId: string): void => {
  if (!stopOver(stops, accountId)) return;
  const message = 'Publishing is stopped for the account or the workspace. Resume it first.';
  throw new DomainError('conflict', 'publishing_stopped', message);
};

/** The person's reason comes last, since it may not end with a full stop. */
const reasonOf = (what: string, { reason }: Stop): string =>
  `Publishing is stopped for ${what}. Managers, admins and owners can resume it. Reason: ${reason}`;

/** What a resumption does with a post that a stop held. */
export type AfterStop = 'publish' | 'missed' | 'ask' | 'still_stopped';

/**
 * The post after a resumption. The policy that the person chose, having seen its effect, replaces the post's own; a
 * thread that is partly on X always continues.
 * @param stops as they are after the resumption
 */
export const afterStop = (
  post: Post,
  stops: Pick<Stops, 'workspace' | 'accounts'>,
  policy: ResumePolicy,
  now: Date,
): { becomes: AfterStop; post: Post } => {
  const stop = stopOver(stops, post.accountId);
  if (stop) return { becomes: 'still_stopped', post: { ...post, problem: stop } };
  if (isPartlyOut(post)) return { becomes: 'publish', post: release(post, now) };
  if (policy.kind === 'ask') return { becomes: 'ask', post: hold(post, askedAfterStop) };
  const dueAt = post.publication?.dueAt ?? post.updatedAt;
  const lateMs = now.getTime() - Date.parse(dueAt);
  if (policy.kind === 'skip' || lateMs > policy.withinMinutes * minuteMs) {
    return { becomes: 'missed', post: { ...hold(post, tooLate), status: 'missed' } };
  }
  return { becomes: 'publish', post: { ...release(post, now), missedPolicy: policy } };
};

const askedAfterStop: Problem = {
  code: 'missed_ask',
  reason: 'The post came due while publishing was stopped. Publish it now, reschedule it or cancel it.',
};
