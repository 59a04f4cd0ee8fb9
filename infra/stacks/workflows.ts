import { type App, Duration, Stack } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { AccountConnected, AccountDisconnected } from '#events/accounts.ts';
import { ReportRequested } from '#events/analytics.ts';
import {
  AutomationResumeRequested,
  AutomationTriggered,
  CampaignApproved,
  CampaignCheckRequested,
  CampaignCompleted,
  CampaignLaunched,
  CampaignLaunchRequested,
  CampaignPlanApplied,
  CampaignResumed,
} from '#events/campaigns.ts';
import { PostScheduled, PostUnpublishRequested, RepostRequested } from '#events/posts.ts';
import {
  AuditExportRequested,
  ComplianceReportRequested,
  PersonErasureRequested,
  PersonExportRequested,
} from '#events/users.ts';
import type { EventDefinition } from '#shared/events/event.ts';
import type { StageContext } from '../constructs/context-stack.ts';
import { Workflow } from '../constructs/workflow.ts';
import { nameIn, type Stage } from '../stages.ts';
import { approveCampaign } from '../workflows/approve-campaign.ts';
import { auditUsage } from '../workflows/audit-usage.ts';
import { checkCampaign } from '../workflows/check-campaign.ts';
import { checkpointAuditTrail } from '../workflows/checkpoint-audit-trail.ts';
import { deleteDueWorkspaces } from '../workflows/delete-due-workspaces.ts';
import { erasePerson } from '../workflows/erase-person.ts';
import { exportAudit } from '../workflows/export-audit.ts';
import { exportPerson } from '../workflows/export-person.ts';
import { followActivity } from '../workflows/follow-activity.ts';
import { keepMetrics } from '../workflows/keep-metrics.ts';
import { launchCampaign } from '../workflows/launch-campaign.ts';
import { makeReport } from '../workflows/make-report.ts';
import { pollFeeds } from '../workflows/poll-feeds.ts';
import { publishPost } from '../workflows/publish-post.ts';
import { recomputeMetrics } from '../workflows/recompute-metrics.ts';
import { recoverOverduePosts } from '../workflows/recover-overdue-posts.ts';
import { refreshAccounts } from '../workflows/refresh-accounts.ts';
import { reportCompliance } from '../workflows/report-compliance.ts';
import { repostPost } from '../workflows/repost-post.ts';
import { requestDueReports } from '../workflows/request-due-reports.ts';
import { resumeAutomationRuns } from '../workflows/resume-automation-runs.ts';
import { runAutomation } from '../workflows/run-automation.ts';
import { runCampaign } from '../workflows/run-campaign.ts';
import { runDailyChecks } from '../workflows/run-daily-checks.ts';
import { startDueAutomations } from '../workflows/start-due-automations.ts';
import { sweepMetrics } from '../workflows/sweep-metrics.ts';
import { tallyUsage } from '../workflows/tally-usage.ts';
import type { StateMachineDefinition } from '../workflows/task.ts';
import { unpublishPost } from '../workflows/unpublish-post.ts';

type Context = 'users' | 'accounts' | 'posts' | 'campaigns' | 'analytics' | 'platform';

interface Row {
  /** Builds its definition from the ARNs of the contexts' functions. */
  define: (functions: Readonly<Record<Context, string>>) => StateMachineDefinition;
  startedBy?: readonly EventDefinition[];
  every?: Duration;
  errorImpact: string;
}

/** Workflows by name, which is also the name of the file. */
const workflows = (stage: Stage): Readonly<Record<string, Row>> => ({
  'publish-post': {
    define: publishPost,
    startedBy: [PostScheduled],
    errorImpact: 'A post may not go out.',
  },
  'unpublish-post': {
    define: unpublishPost,
    startedBy: [PostUnpublishRequested],
    errorImpact: 'A post that should be deleted is still on X.',
  },
  'repost-post': {
    define: repostPost,
    startedBy: [RepostRequested],
    errorImpact: 'A repost may not happen.',
  },
  'recover-overdue-posts': {
    define: recoverOverduePosts,
    every: stage.recoverPostsEvery,
    errorImpact: 'Posts with a lost timer are not published.',
  },
  'run-campaign': {
    define: runCampaign,
    startedBy: [CampaignLaunched, CampaignResumed, CampaignPlanApplied],
    errorImpact: 'Posts of a campaign may not be scheduled.',
  },
  'check-campaign': {
    define: checkCampaign,
    startedBy: [CampaignCheckRequested],
    errorImpact: 'A campaign cannot be checked, and so cannot be launched.',
  },
  'approve-campaign': {
    define: approveCampaign,
    startedBy: [CampaignApproved],
    errorImpact: 'Posts of an approved campaign are not approved.',
  },
  'launch-campaign': {
    define: launchCampaign,
    startedBy: [CampaignLaunchRequested],
    errorImpact: 'A campaign is not launched or changed, or its launch does not finish.',
  },
  'run-automation': {
    define: runAutomation,
    startedBy: [AutomationTriggered, AutomationResumeRequested],
    errorImpact: 'An automation does not do what it was set up for.',
  },
  'start-due-automations': {
    define: startDueAutomations,
    every: Duration.minutes(5),
    errorImpact: 'Automations with a schedule run late.',
  },
  'resume-automation-runs': {
    define: resumeAutomationRuns,
    every: Duration.minutes(5),
    errorImpact: 'A run of an automation whose execution was lost does not go on, and holds up the runs after it.',
  },
  'refresh-accounts': {
    define: refreshAccounts,
    // Many times per interval, each time for the accounts that are due.
    every: Duration.minutes(Math.ceil(stage.probeEvery.toMinutes() / 24)),
    errorImpact: 'Suspended or upgraded accounts are detected late; tokens stay encrypted with an old key.',
  },
  // Ends at its first step where the stage has no webhook at X.
  'follow-activity': {
    define: followActivity,
    startedBy: [AccountConnected, AccountDisconnected],
    every: stage.followActivityEvery,
    errorImpact: 'X does not report what happens to new accounts, and is not asked for what it could not deliver.',
  },
  'tally-usage': {
    define: tallyUsage,
    every: Duration.minutes(1),
    errorImpact: 'X API costs are reported late, and some workspaces may use more than their share of the daily posts.',
  },
  'audit-usage': {
    define: auditUsage,
    every: Duration.hours(6),
    errorImpact: "A workspace's X usage may include a post that was never sent.",
  },
  'sweep-metrics': {
    define: sweepMetrics,
    // The first metrics of a campaign are available when it ends, not only after the next sweep.
    startedBy: [CampaignCompleted],
    every: stage.sweepEvery,
    errorImpact: 'Metrics are out of date.',
  },
  'recompute-metrics': {
    define: recomputeMetrics,
    errorImpact: 'The metrics of a workspace are not added up again.',
  },
  'keep-metrics': {
    define: keepMetrics,
    every: Duration.days(1),
    errorImpact: 'Readings that are final are not packed; they are lost 90 days after their posts were published.',
  },
  'make-report': {
    define: makeReport,
    startedBy: [ReportRequested],
    errorImpact: 'A requested report is not available.',
  },
  'run-daily-checks': {
    define: runDailyChecks,
    every: Duration.days(1),
    errorImpact: 'Insights, goals and alerts are out of date.',
  },
  'request-due-reports': {
    define: requestDueReports,
    every: Duration.minutes(5),
    errorImpact: 'Scheduled reports are late.',
  },
  'poll-feeds': {
    define: pollFeeds,
    every: Duration.minutes(5),
    errorImpact: 'New feed items are reported late.',
  },
  'delete-due-workspaces': {
    define: (functions) => deleteDueWorkspaces(functions, stage.erasureSettle.toSeconds()),
    every: stage.deleteWorkspacesEvery,
    errorImpact: 'Workspaces due for deletion are not deleted.',
  },
  'checkpoint-audit-trail': {
    define: checkpointAuditTrail,
    every: Duration.days(1),
    errorImpact: 'Audit trails get no checkpoints and are kept longer than configured.',
  },
  'export-audit': {
    define: exportAudit,
    startedBy: [AuditExportRequested],
    errorImpact: 'A requested export of audit events is not available.',
  },
  'report-compliance': {
    define: reportCompliance,
    startedBy: [ComplianceReportRequested],
    errorImpact: 'A requested compliance report is not available.',
  },
  'export-person': {
    define: exportPerson,
    startedBy: [PersonExportRequested],
    errorImpact: 'A person does not get the requested export of their data.',
  },
  'erase-person': {
    define: erasePerson,
    startedBy: [PersonErasureRequested],
    errorImpact: 'A person who asked to be erased is not erased yet; they can no longer sign in.',
  },
});

/** Workflows across contexts: each task belongs to one context, and no context knows the others. */
export class WorkflowsStack extends Stack {
  constructor(app: App, { stage, bus, alarmTopic }: StageContext, functions: Readonly<Record<Context, IFunction>>) {
    super(app, nameIn(stage, 'workflows'), { env: { region: stage.region, account: stage.account } });
    const arns = {
      users: functions.users.functionArn,
      accounts: functions.accounts.functionArn,
      posts: functions.posts.functionArn,
      campaigns: functions.campaigns.functionArn,
      analytics: functions.analytics.functionArn,
      platform: functions.platform.functionArn,
    };
    for (const [name, { define, ...how }] of Object.entries(workflows(stage))) {
      new Workflow(this, idOf(name), { stage, name, definition: define(arns), bus, alarmTopic, ...how });
    }
  }
}

/** Returns `publish-post` as `PublishPost`. */
const idOf = (name: string): string => name.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
