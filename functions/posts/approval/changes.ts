import * as events from '#events/posts.ts';
import { type DomainEvent, type EventDefinition, tell } from '#shared/events/event.ts';
import type { Post } from '../domain/post.ts';

/** The events of a post's approval and of reminders. */
export const approvalEvents = (before: Post | undefined, post: Post): DomainEvent[] => [
  ...decisionEvents(before, post),
  ...reminderEvents(before, post),
];

const decisionEvents = (before: Post | undefined, post: Post): DomainEvent[] => {
  const { accountId, approval } = post;
  const { status, contentHash, submittedBy, decidedBy, isOverride } = approval;
  if (!before || (status === before.approval.status && contentHash === before.approval.contentHash)) return [];
  switch (status) {
    case 'submitted':
      return [say(events.PostSubmitted, post, { accountId, contentHash, submittedBy })];
    case 'approved':
      return [say(events.PostApproved, post, { accountId, contentHash, approvedBy: decidedBy, isOverride })];
    case 'changes_requested':
      return [say(events.PostChangesRequested, post, { accountId, requestedBy: decidedBy })];
    default:
      return [];
  }
};

const reminderEvents = (before: Post | undefined, post: Post): DomainEvent[] => {
  const { accountId, campaignId, scheduledAt } = post;
  const { submittedBy, submittedAt } = post.approval;
  return post.approvalReminders
    .filter((kind) => !before?.approvalReminders.includes(kind))
    .map((kind) =>
      say(events.PostApprovalReminder, post, {
        ...{ accountId, campaignId, kind, submittedBy, submittedAt, scheduledAt },
      }),
    );
};

const say = (definition: EventDefinition, post: Post, data: object): DomainEvent =>
  tell(definition, post, post.id, data);
