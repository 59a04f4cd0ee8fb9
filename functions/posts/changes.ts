import * as events from '../../events/posts.ts';
import { entityOf } from '../../shared/dynamo.ts';
import { tell, type DomainEvent } from '../../shared/events/event.ts';
import type { Change } from '../../shared/lambda/stream.ts';
import { Post } from './domain/post.ts';

/** What a write of this context's table means to the others. */
export const eventsFor = ({ before, after }: Change): DomainEvent[] => {
  if (after?.type !== 'post') return [];
  return postEvents(before && entityOf(Post, before), entityOf(Post, after));
};

const postEvents = (before: Post | undefined, post: Post): DomainEvent[] => {
  const { accountId, campaignId } = post;
  const of = { accountId, campaignId };
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
  for (const { rule, contentHash, overriddenBy } of newOverrides(before, post)) {
    say(events.PostPolicyOverridden, { accountId, rule, contentHash, overriddenBy });
  }
  if (before && post.status !== before.status) {
    if (post.status === 'published' && post.publication) say(events.PostPublished, { ...of, ...published(post) });
    if (post.status === 'failed') say(events.PostFailed, { ...of, ...post.problem });
    if (post.status === 'held') say(events.PostHeld, { ...of, ...post.problem });
    if (post.status === 'missed') say(events.PostMissed, { ...of, ...post.problem });
    if (post.status === 'cancelled') say(events.PostCancelled, of);
    if (post.status === 'deleted') say(events.PostDeleted, of);
  }
  return told;
};

const published = ({ publication }: Post) => ({
  xPostIds: publication?.parts.map(({ xPostId }) => xPostId),
  dueAt: publication?.dueAt,
  publishedAt: publication?.publishedAt,
});

const newOverrides = (before: Post | undefined, { overrides = [] }: Post) =>
  overrides.filter(
    ({ rule, contentHash }) =>
      !before?.overrides?.some((each) => each.rule === rule && each.contentHash === contentHash),
  );
