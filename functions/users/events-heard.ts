import * as accountEvents from '#events/accounts.ts';
import * as analyticsEvents from '#events/analytics.ts';
import * as campaignEvents from '#events/campaigns.ts';
import * as platformEvents from '#events/platform.ts';
import * as postEvents from '#events/posts.ts';
import * as userEvents from '#events/users.ts';
import type { EventDefinition } from '#shared/events/event.ts';

const isEventDefinition = (exported: object): exported is EventDefinition =>
  'source' in exported && 'detail' in exported;

/**
 * What nobody did and nobody decided: what X counted, mails and reminders of which the trail tells the reason, and the
 * slots that a launch plans, each of which shows as its post being scheduled.
 */
const noNews: readonly EventDefinition[] = [
  accountEvents.UsageTallied,
  analyticsEvents.PostMetricsUpdated,
  campaignEvents.CampaignSlotPlanned,
  postEvents.PostApprovalReminder,
  postEvents.AccountPostsWaiting,
  userEvents.MailRequested,
];

/** What is kept in the audit trail: what somebody did, and what the platform did for them. */
export const audited: readonly EventDefinition[] = [
  userEvents,
  accountEvents,
  postEvents,
  campaignEvents,
  analyticsEvents,
  platformEvents,
]
  .flatMap((module) => Object.values(module).filter(isEventDefinition))
  .filter((definition) => !noNews.includes(definition))
  .sort((one, other) => one.type.localeCompare(other.type, 'en'));

/** What this context hears: that, which mails are to be sent, and what people are to be written to about. */
export const listensTo: readonly EventDefinition[] = [
  ...audited,
  userEvents.MailRequested,
  postEvents.AccountPostsWaiting,
];
