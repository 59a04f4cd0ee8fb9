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
 * Events that no person caused or decided, and that are not audited: metrics and insights, activity of others at X,
 * requests and items received from other services and feeds, emails, reminders and deliveries whose cause is in the
 * trail, failing webhooks, resumed runs, and slots that a launch plans and claims, which are audited once their posts
 * are scheduled.
 */
const noNews: readonly EventDefinition[] = [
  accountEvents.UsageTallied,
  accountEvents.AccountMetricsUpdated,
  accountEvents.MentionReceived,
  accountEvents.ReplyReceived,
  accountEvents.QuoteReceived,
  accountEvents.RepostReceived,
  analyticsEvents.PostMetricsUpdated,
  analyticsEvents.InsightFound,
  analyticsEvents.GoalReached,
  analyticsEvents.GoalAtRisk,
  analyticsEvents.AlertRaised,
  campaignEvents.AutomationResumeRequested,
  campaignEvents.CampaignBudgetWarning,
  campaignEvents.CampaignSlotPlanned,
  campaignEvents.CampaignSlotClaimed,
  campaignEvents.CampaignSlotDropped,
  postEvents.PostApprovalReminder,
  postEvents.AccountPostsWaiting,
  platformEvents.WebhookFailing,
  platformEvents.WebhookDeliveryRequested,
  platformEvents.HookReceived,
  platformEvents.FeedItemFound,
  platformEvents.FeedFailed,
  userEvents.MailRequested,
  userEvents.ReportLinkMailed,
];

/** Audited events: actions of people, and of the platform on their behalf. */
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
  .sort((one, other) => (one.type < other.type ? -1 : 1));
