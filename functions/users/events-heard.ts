import { AlertRaised } from '#events/analytics.ts';
import { WebhookFailing } from '#events/platform.ts';
import { AccountPostsWaiting } from '#events/posts.ts';
import { MailRequested } from '#events/users.ts';
import type { EventDefinition } from '#shared/events/event.ts';
import { audited } from './domain/audited-events.ts';

/** Events that this context receives: audited ones, emails to send, and changes to notify people of. */
export const listensTo: readonly EventDefinition[] = [
  ...audited,
  MailRequested,
  AccountPostsWaiting,
  AlertRaised,
  WebhookFailing,
];
