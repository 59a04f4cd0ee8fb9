import * as z from 'zod';
import type { EventDefinition } from '#shared/events/event.ts';
import * as accounts from './accounts.ts';
import * as analytics from './analytics.ts';
import * as campaigns from './campaigns.ts';
import * as platform from './platform.ts';
import * as posts from './posts.ts';
import * as users from './users.ts';

/**
 * Events that members can send elsewhere and build on: webhooks deliver them, and automations are triggered by them.
 * Excluded are events by which contexts work together (`*_requested`, slots, counts), and those about sign-ins,
 * sessions, personal data and secret links.
 */
export const publicEvents = [
  accounts.AccountConnected,
  accounts.AccountDisconnected,
  accounts.AccountHealthChanged,
  accounts.AccountCapabilitiesChanged,
  accounts.AccountMetricsUpdated,
  accounts.BudgetWarning,
  accounts.BudgetExhausted,
  accounts.BudgetReplenished,
  accounts.PostTakenDown,
  accounts.MentionReceived,
  accounts.ReplyReceived,
  accounts.QuoteReceived,
  accounts.RepostReceived,
  posts.PostCreated,
  posts.PostUpdated,
  posts.PostSubmitted,
  posts.PostApprovalReminder,
  posts.PostApproved,
  posts.PostChangesRequested,
  posts.PostPolicyOverridden,
  posts.PostScheduled,
  posts.PostPublished,
  posts.PostHeld,
  posts.PostMissed,
  posts.PostFailed,
  posts.PostCancelled,
  posts.PostUnpublished,
  posts.PostDeleted,
  posts.RepostDone,
  posts.RepostFailed,
  posts.AccountPostsWaiting,
  posts.PublishingStopped,
  posts.PublishingResumed,
  posts.MediaChanged,
  posts.MediaDeleted,
  posts.QueueChanged,
  posts.TemplateChanged,
  campaigns.CampaignCreated,
  campaigns.CampaignChanged,
  campaigns.CampaignChecked,
  campaigns.CampaignSubmitted,
  campaigns.CampaignApproved,
  campaigns.CampaignLaunched,
  campaigns.CampaignLaunchFailed,
  campaigns.CampaignPlanApplied,
  campaigns.CampaignPaused,
  campaigns.CampaignResumed,
  campaigns.CampaignCompleted,
  campaigns.CampaignCancelled,
  campaigns.CampaignArchived,
  campaigns.CampaignBudgetWarning,
  campaigns.CampaignExperimentConcluded,

  campaigns.AutomationSwitched,
  campaigns.AutomationRunEnded,
  campaigns.AutomationLoopStopped,
  campaigns.AutomationsStopped,
  campaigns.AutomationsResumed,
  analytics.PostMetricsUpdated,
  analytics.InsightFound,
  analytics.AlertRaised,
  analytics.GoalReached,
  analytics.GoalAtRisk,
  analytics.ReportReady,
  analytics.ReportFailed,
  users.MemberAdded,
  users.MemberRoleChanged,
  users.MemberRemoved,
  platform.WebhookFailing,
  platform.WebhookDisabled,
  platform.HookReceived,
  platform.FeedItemFound,
  platform.FeedFailed,
] as const satisfies readonly EventDefinition[];

/** The type of a public event, such as `post.published`. */
export const PublicEventType = z
  .enum(publicEvents.map(({ type }) => type))
  .meta({ description: 'Type of an event', examples: ['post.published'] });
