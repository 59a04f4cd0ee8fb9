import { isDeepStrictEqual } from 'node:util';
import * as events from '#events/posts.ts';
import { entityOf } from '#shared/entities.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Change } from '#shared/lambda/stream.ts';
import { AccountWait } from './domain/account-wait.ts';
import { CalendarFeeds } from './domain/calendar-feed.ts';
import { formatOf } from './domain/format.ts';
import { Media } from './domain/media.ts';
import { billedFor, Post } from './domain/post.ts';
import { Queue } from './domain/queue.ts';
import { Repost } from './domain/repost.ts';
import { stopOf, Stops } from './domain/stops.ts';
import { Template } from './domain/template.ts';
import { partsToUnpublish } from './domain/unpublish.ts';

/** What a write of this context's table means to the others. */
export const eventsFor = ({ before, after }: Change): DomainEvent[] => {
  if (after?.type === 'repost') return repostEvents(entityOf(Repost, after));
  if (after?.type === 'account_wait') return [waitEvent(entityOf(AccountWait, after))];
  if (after?.type === 'media') return mediaEvents(before && entityOf(Media, before), entityOf(Media, after));
  if (after?.type === 'calendar_feeds') {
    return feedEvents(before && entityOf(CalendarFeeds, before), entityOf(CalendarFeeds, after));
  }
  if (after?.type === 'queue') return [queueEvent(entityOf(Queue, after))];
  if (after?.type === 'template') return [templateEvent(entityOf(Template, after))];
  if (after?.type === 'stops') return stopEvents(before && entityOf(Stops, before), entityOf(Stops, after));
  if (after?.type !== 'post') return [];
  return postEvents(before && entityOf(Post, before), entityOf(Post, after));
};

const postEvents = (before: Post | undefined, post: Post): DomainEvent[] => {
  const { accountId, campaignId } = post;
  const of = { accountId, campaignId };
  const billed = { ...of, costMicros: post.publication ? billedFor(post.publication) : 0 };
  const told: DomainEvent[] = [];
  const say = (...[definition, data]: Parameters<typeof tellPost>) => void told.push(tellPost(definition, data));
  const tellPost = (definition: Parameters<typeof tell>[0], data: object) => tell(definition, post, post.id, data);

  if (!before) say(events.PostCreated, { accountId });
  else if (post.contentVersion !== before.contentVersion) {
    say(events.PostUpdated, { accountId });
  }
  if (post.scheduleVersion !== (before?.scheduleVersion ?? 0) && post.nextAttemptAt !== null) {
    say(events.PostScheduled, { ...of, publishAt: post.nextAttemptAt, scheduleVersion: post.scheduleVersion });
  }
  const { approval } = post;
  if (before && (approval.status !== before.approval.status || approval.contentHash !== before.approval.contentHash)) {
    const { contentHash, submittedBy, decidedBy, isOverride } = approval;
    if (approval.status === 'submitted') say(events.PostSubmitted, { accountId, contentHash, submittedBy });
    if (approval.status === 'approved') {
      say(events.PostApproved, { accountId, contentHash, approvedBy: decidedBy, isOverride });
    }
    if (approval.status === 'changes_requested')
      say(events.PostChangesRequested, { accountId, requestedBy: decidedBy });
  }
  const { submittedBy, submittedAt } = approval;
  for (const kind of post.approvalReminders.filter((each) => !before?.approvalReminders.includes(each))) {
    say(events.PostApprovalReminder, { ...of, kind, submittedBy, submittedAt, scheduledAt: post.scheduledAt });
  }
  for (const { rule, contentHash, overriddenBy } of newOverrides(before, post)) {
    say(events.PostPolicyOverridden, { accountId, rule, contentHash, overriddenBy });
  }
  if (before && post.status !== before.status) {
    const isOut = post.status === 'published' && before.status !== 'unpublishing';
    if (isOut && post.publication) say(events.PostPublished, { ...billed, ...published(post) });
    if (post.status === 'failed' && before.status !== 'unpublishing')
      say(events.PostFailed, { ...billed, ...post.problem });
    if (post.status === 'held') say(events.PostHeld, { ...billed, ...post.problem });
    if (post.status === 'missed') say(events.PostMissed, { ...billed, ...post.problem });
    if (post.status === 'cancelled') say(events.PostCancelled, billed);
    if (post.status === 'deleted') say(events.PostDeleted, billed);
    if (post.status === 'unpublished') say(events.PostUnpublished, of);
  }
  // Asking again, while the deletion goes on, has it done again.
  if (post.status === 'unpublishing') say(events.PostUnpublishRequested, { ...of, xPostIds: partsToUnpublish(post) });
  return told;
};

/** The description of a file goes out with the posts that carry it. */
const mediaEvents = (before: Media | undefined, file: Media): DomainEvent[] => {
  if (!before) return [];
  if (file.deletedAt !== undefined && before.deletedAt === undefined) {
    return [tell(events.MediaDeleted, file, file.id, { bytes: file.bytes })];
  }
  const changed = (['altText', 'madeWithAi', 'subtitles'] as const).filter(
    (field) => !isDeepStrictEqual(before[field], file[field]),
  );
  return changed.length > 0 ? [tell(events.MediaChanged, file, file.id, { changed })] : [];
};

/** An expired item is removed without an event: its end was announced when it was created. */
const feedEvents = (before: CalendarFeeds | undefined, own: CalendarFeeds): DomainEvent[] => {
  const { personId, updatedAt } = own;
  const isIn = (feeds: CalendarFeeds['feeds'] = [], { id }: { id: string }) => feeds.some((each) => each.id === id);
  const made = own.feeds.filter((feed) => !isIn(before?.feeds, feed));
  const gone = (before?.feeds ?? []).filter((feed) => feed.expiresAt > updatedAt && !isIn(own.feeds, feed));
  return [
    ...made.map(({ id, expiresAt }) => tell(events.CalendarFeedCreated, own, id, { personId, expiresAt })),
    ...gone.map(({ id }) => tell(events.CalendarFeedRevoked, own, id, { personId })),
  ];
};

const queueEvent = (queue: Queue): DomainEvent =>
  tell(events.QueueChanged, queue, queue.accountId, { timeZone: queue.timeZone, slots: queue.slots });

const templateEvent = (template: Template): DomainEvent =>
  tell(events.TemplateChanged, template, template.id, {
    requiredVariables: template.variables
      .filter((variable) => variable.isRequired && variable.default === null)
      .map(({ name }) => name),
    variables: template.variables.map(({ name }) => name),
  });

/** Each write is another loss of the account's connection. */
const waitEvent = (wait: AccountWait): DomainEvent => {
  const { id, lostAt, waiting, firstDueAt } = wait;
  return tell(events.AccountPostsWaiting, wait, id, { lostAt, waiting, firstDueAt });
};

/** Each write of the stops begins or ends one. */
const stopEvents = (before: Stops | undefined, stops: Stops): DomainEvent[] => {
  const begun = [null, ...stops.accounts.map(({ accountId }) => accountId)].filter(
    (stopped) => stopOf(stops, stopped) && !(before && stopOf(before, stopped)),
  );
  const told = begun.map((accountId) =>
    tell(events.PublishingStopped, stops, accountId ?? stops.workspaceId, { accountId }),
  );
  const { resumption } = stops;
  const isResumed =
    resumption && before && stopOf(before, resumption.accountId) && !stopOf(stops, resumption.accountId);
  if (!isResumed) return told;
  return [...told, tell(events.PublishingResumed, stops, resumption.accountId ?? stops.workspaceId, resumption)];
};

/** Each write of a repost is a step of it. */
const repostEvents = (repost: Repost): DomainEvent[] => {
  const { id, accountId, postId, xPostId, status, problem } = repost;
  const of = { accountId, postId, xPostId };
  if (status === 'requested') return [tell(events.RepostRequested, repost, id, of)];
  if (status === 'done') return [tell(events.RepostDone, repost, id, of)];
  const { code, reason } = problem ?? { code: 'fault', reason: '' };
  return [tell(events.RepostFailed, repost, id, { ...of, code, reason })];
};

const published = (post: Post) => ({
  xPostIds: post.publication?.parts.map(({ xPostId }) => xPostId),
  dueAt: post.publication?.dueAt,
  publishedAt: post.publication?.publishedAt,
  format: formatOf(post),
});

const newOverrides = (before: Post | undefined, { overrides = [] }: Post) =>
  overrides.filter(
    ({ rule, contentHash }) =>
      !before?.overrides?.some((each) => each.rule === rule && each.contentHash === contentHash),
  );
