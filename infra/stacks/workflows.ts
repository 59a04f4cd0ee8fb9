import { type App, Duration, Stack } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CampaignCompleted, CampaignLaunched, CampaignResumed } from '#events/campaigns.ts';
import { PostScheduled, PostUnpublishRequested, RepostRequested } from '#events/posts.ts';
import {
  AuditExportRequested,
  ComplianceReportRequested,
  PersonErasureRequested,
  PersonExportRequested,
} from '#events/users.ts';
import type { EventDefinition } from '#shared/events/event.ts';
import type { Ground } from '../constructs/context-stack.ts';
import { Workflow } from '../constructs/workflow.ts';
import { nameIn, type Stage } from '../stages.ts';
import { auditUsage } from '../workflows/audit-usage.ts';
import { checkpointAuditTrail } from '../workflows/checkpoint-audit-trail.ts';
import { deleteDueWorkspaces } from '../workflows/delete-due-workspaces.ts';
import { erasePerson } from '../workflows/erase-person.ts';
import { exportAudit } from '../workflows/export-audit.ts';
import { exportPerson } from '../workflows/export-person.ts';
import { publishPost } from '../workflows/publish-post.ts';
import { recoverOverduePosts } from '../workflows/recover-overdue-posts.ts';
import { refreshAccounts } from '../workflows/refresh-accounts.ts';
import { reportCompliance } from '../workflows/report-compliance.ts';
import { repostPost } from '../workflows/repost-post.ts';
import { runCampaign } from '../workflows/run-campaign.ts';
import { sweepMetrics } from '../workflows/sweep-metrics.ts';
import { tallyUsage } from '../workflows/tally-usage.ts';
import type { StateMachineDefinition } from '../workflows/task.ts';
import { unpublishPost } from '../workflows/unpublish-post.ts';

type Context = 'users' | 'accounts' | 'posts' | 'campaigns' | 'analytics';

interface Row {
  /** Its definition, from the ARNs of the contexts' functions. */
  define: (functions: Readonly<Record<Context, string>>) => StateMachineDefinition;
  startedBy?: readonly EventDefinition[];
  every?: Duration;
  errorImpact: string;
}

/** The workflows by their names, which are those of their files. */
const workflows = (stage: Stage): Readonly<Record<string, Row>> => ({
  'publish-post': {
    define: publishPost,
    startedBy: [PostScheduled],
    errorImpact: 'A post may not go out.',
  },
  'unpublish-post': {
    define: unpublishPost,
    startedBy: [PostUnpublishRequested],
    errorImpact: 'A post that somebody wants gone stands on X.',
  },
  'repost-post': {
    define: repostPost,
    startedBy: [RepostRequested],
    errorImpact: 'A repost may not be made.',
  },
  'recover-overdue-posts': {
    define: recoverOverduePosts,
    every: stage.recoverPostsEvery,
    errorImpact: 'Posts whose timer was lost stay back.',
  },
  'run-campaign': {
    define: runCampaign,
    startedBy: [CampaignLaunched, CampaignResumed],
    errorImpact: 'Posts of a campaign may not be planned.',
  },
  'refresh-accounts': {
    define: refreshAccounts,
    // Many times in the period: each time those are probed whose turn it is.
    every: Duration.minutes(Math.ceil(stage.probeEvery.toMinutes() / 24)),
    errorImpact: 'Accounts that X has suspended or upgraded are found out late; tokens stay under an old key.',
  },
  'tally-usage': {
    define: tallyUsage,
    every: Duration.minutes(1),
    errorImpact: 'What X costs is told late, and the app may use up its posts of the day unfairly.',
  },
  'audit-usage': {
    define: auditUsage,
    every: Duration.hours(6),
    errorImpact: 'A workspace may be counted for a post that was never sent.',
  },
  'sweep-metrics': {
    define: sweepMetrics,
    // The first figures of a campaign are there when it is over, not only at the next sweep.
    startedBy: [CampaignCompleted],
    every: stage.sweepEvery,
    errorImpact: 'Metrics are not up to date.',
  },
  'delete-due-workspaces': {
    define: (functions) => deleteDueWorkspaces(functions, stage.erasureSettle.toSeconds()),
    every: stage.deleteWorkspacesEvery,
    errorImpact: 'Workspaces that were to be deleted stay.',
  },
  'checkpoint-audit-trail': {
    define: checkpointAuditTrail,
    every: Duration.days(1),
    errorImpact: 'Audit trails get no checkpoint, and are kept longer than the workspaces want.',
  },
  'export-audit': {
    define: exportAudit,
    startedBy: [AuditExportRequested],
    errorImpact: 'Audit events that somebody asked for are not in a file.',
  },
  'report-compliance': {
    define: reportCompliance,
    startedBy: [ComplianceReportRequested],
    errorImpact: 'A compliance report that somebody asked for is not written.',
  },
  'export-person': {
    define: exportPerson,
    startedBy: [PersonExportRequested],
    errorImpact: 'Somebody does not get the data that is kept of them.',
  },
  'erase-person': {
    define: erasePerson,
    startedBy: [PersonErasureRequested],
    errorImpact: 'A person who wants to be erased is not; they cannot sign in meanwhile.',
  },
});

/** The workflows that cross contexts: each task is one context's, and none of them knows the others. */
export class WorkflowsStack extends Stack {
  constructor(app: App, { stage, bus, alarmTopic }: Ground, functions: Readonly<Record<Context, IFunction>>) {
    super(app, nameIn(stage, 'workflows'), { env: { region: stage.region, account: stage.account } });
    const arns = {
      users: functions.users.functionArn,
      accounts: functions.accounts.functionArn,
      posts: functions.posts.functionArn,
      campaigns: functions.campaigns.functionArn,
      analytics: functions.analytics.functionArn,
    };
    for (const [name, { define, ...how }] of Object.entries(workflows(stage))) {
      new Workflow(this, idOf(name), { stage, name, definition: define(arns), bus, alarmTopic, ...how });
    }
  }
}

/** `publish-post` as `PublishPost`. */
const idOf = (name: string): string => name.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
