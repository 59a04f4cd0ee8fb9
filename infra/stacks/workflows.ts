import { type App, Duration, Stack } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import { CampaignCompleted, CampaignLaunched, CampaignResumed } from '#events/campaigns.ts';
import { PostScheduled, PostUnpublishRequested, RepostRequested } from '#events/posts.ts';
import {
  AuditExportRequested,
  ComplianceReportRequested,
  PersonErasureRequested,
  PersonExportRequested,
} from '#events/users.ts';
import type { Ground } from '../constructs/context-stack.ts';
import { Workflow } from '../constructs/workflow.ts';
import { nameIn } from '../stages.ts';
import { auditUsage } from '../workflows/audit-usage.ts';
import { erasePerson } from '../workflows/erase-person.ts';
import { exportAudit } from '../workflows/export-audit.ts';
import { exportPerson } from '../workflows/export-person.ts';
import { publishPost } from '../workflows/publish-post.ts';
import { reportCompliance } from '../workflows/report-compliance.ts';
import { repostPost } from '../workflows/repost-post.ts';
import { runCampaign } from '../workflows/run-campaign.ts';
import { sweepMetrics } from '../workflows/sweep-metrics.ts';
import { tallyUsage } from '../workflows/tally-usage.ts';
import { tendAccounts } from '../workflows/tend-accounts.ts';
import { tendAudit } from '../workflows/tend-audit.ts';
import { tendPosts } from '../workflows/tend-posts.ts';
import { tendWorkspaces } from '../workflows/tend-workspaces.ts';
import { unpublishPost } from '../workflows/unpublish-post.ts';

type Functions = Readonly<Record<'users' | 'accounts' | 'posts' | 'campaigns' | 'analytics', IFunction>>;

/** The workflows that cross contexts: each task is one context's, and none of them knows the others. */
export class WorkflowsStack extends Stack {
  constructor(app: App, { stage, bus, alarmTopic }: Ground, functions: Functions) {
    super(app, nameIn(stage, 'workflows'), { env: { region: stage.region, account: stage.account } });
    const { users, accounts, posts, campaigns, analytics } = functions;
    const common = { stage, bus, alarmTopic };

    new Workflow(this, 'PublishPost', {
      ...common,
      name: 'publish-post',
      definition: publishPost({
        posts: posts.functionArn,
        accounts: accounts.functionArn,
        campaigns: campaigns.functionArn,
      }),
      functions: [posts, accounts, campaigns],
      startedBy: [PostScheduled],
      errorImpact: 'A post may not go out.',
    });
    new Workflow(this, 'RunCampaign', {
      ...common,
      name: 'run-campaign',
      definition: runCampaign({ campaigns: campaigns.functionArn }),
      functions: [campaigns],
      startedBy: [CampaignLaunched, CampaignResumed],
      errorImpact: 'Posts of a campaign may not be planned.',
    });
    const tend = new Workflow(this, 'TendPosts', {
      ...common,
      name: 'tend-posts',
      definition: tendPosts({ posts: posts.functionArn }),
      functions: [posts],
      startedBy: [],
      errorImpact: 'Posts whose timer was lost stay back.',
    });
    this.every(stage.tendEvery, 'TendSchedule', tend);
    const tendedAccounts = new Workflow(this, 'TendAccounts', {
      ...common,
      name: 'tend-accounts',
      definition: tendAccounts({ accounts: accounts.functionArn }),
      functions: [accounts],
      startedBy: [],
      errorImpact: 'Accounts that X has suspended or upgraded are found out late; tokens stay under an old key.',
    });
    new Workflow(this, 'UnpublishPost', {
      ...common,
      name: 'unpublish-post',
      definition: unpublishPost({ posts: posts.functionArn, accounts: accounts.functionArn }),
      functions: [posts, accounts],
      startedBy: [PostUnpublishRequested],
      errorImpact: 'A post that somebody wants gone stands on X.',
    });
    new Workflow(this, 'RepostPost', {
      ...common,
      name: 'repost-post',
      definition: repostPost({ posts: posts.functionArn, accounts: accounts.functionArn }),
      functions: [posts, accounts],
      startedBy: [RepostRequested],
      errorImpact: 'A repost may not be made.',
    });
    const tally = new Workflow(this, 'TallyUsage', {
      ...common,
      name: 'tally-usage',
      definition: tallyUsage({ accounts: accounts.functionArn }),
      functions: [accounts],
      startedBy: [],
      errorImpact: 'What X costs is told late, and the app may use up its posts of the day unfairly.',
    });
    this.every(Duration.minutes(1), 'TallySchedule', tally);
    const audit = new Workflow(this, 'AuditUsage', {
      ...common,
      name: 'audit-usage',
      definition: auditUsage({ accounts: accounts.functionArn }),
      functions: [accounts],
      startedBy: [],
      errorImpact: 'A workspace may be counted for a post that was never sent.',
    });
    this.every(Duration.hours(6), 'AuditUsageSchedule', audit);
    // Many times in the period: each time those are probed whose turn it is.
    const turn = Duration.minutes(Math.ceil(stage.probeEvery.toMinutes() / 24));
    this.every(turn, 'TendAccountsSchedule', tendedAccounts);
    const tendedWorkspaces = new Workflow(this, 'TendWorkspaces', {
      ...common,
      name: 'tend-workspaces',
      definition: tendWorkspaces(
        {
          users: users.functionArn,
          posts: posts.functionArn,
          accounts: accounts.functionArn,
          campaigns: campaigns.functionArn,
          analytics: analytics.functionArn,
        },
        stage.erasureSettle.toSeconds(),
      ),
      functions: [users, posts, accounts, campaigns, analytics],
      startedBy: [],
      errorImpact: 'Workspaces that were to be deleted stay.',
    });
    this.every(stage.tendWorkspacesEvery, 'TendWorkspacesSchedule', tendedWorkspaces);
    const tendedTrails = new Workflow(this, 'TendAudit', {
      ...common,
      name: 'tend-audit',
      definition: tendAudit({ users: users.functionArn }),
      functions: [users],
      startedBy: [],
      errorImpact: 'Audit trails get no checkpoint, and are kept longer than the workspaces want.',
    });
    this.every(Duration.days(1), 'TendAuditSchedule', tendedTrails);
    new Workflow(this, 'ExportAudit', {
      ...common,
      name: 'export-audit',
      definition: exportAudit({ users: users.functionArn }),
      functions: [users],
      startedBy: [AuditExportRequested],
      errorImpact: 'Audit events that somebody asked for are not in a file.',
    });
    new Workflow(this, 'ReportCompliance', {
      ...common,
      name: 'report-compliance',
      definition: reportCompliance({ users: users.functionArn }),
      functions: [users],
      startedBy: [ComplianceReportRequested],
      errorImpact: 'A compliance report that somebody asked for is not written.',
    });
    new Workflow(this, 'ExportPerson', {
      ...common,
      name: 'export-person',
      definition: exportPerson({
        users: users.functionArn,
        posts: posts.functionArn,
        accounts: accounts.functionArn,
        campaigns: campaigns.functionArn,
      }),
      functions: [users, posts, accounts, campaigns],
      startedBy: [PersonExportRequested],
      errorImpact: 'Somebody does not get the data that is kept of them.',
    });
    new Workflow(this, 'ErasePerson', {
      ...common,
      name: 'erase-person',
      definition: erasePerson({ users: users.functionArn, accounts: accounts.functionArn }),
      functions: [users, accounts],
      startedBy: [PersonErasureRequested],
      errorImpact: 'A person who wants to be erased is not; they cannot sign in meanwhile.',
    });
    const sweep = new Workflow(this, 'SweepMetrics', {
      ...common,
      name: 'sweep-metrics',
      definition: sweepMetrics({ accounts: accounts.functionArn, analytics: analytics.functionArn }),
      functions: [accounts, analytics],
      // The first figures of a campaign are there when it is over, not only at the next sweep.
      startedBy: [CampaignCompleted],
      errorImpact: 'Metrics are not up to date.',
    });
    this.every(stage.sweepEvery, 'SweepSchedule', sweep);
  }

  private every(interval: Duration, id: string, { stateMachine }: Workflow): void {
    new Schedule(this, id, {
      schedule: ScheduleExpression.rate(interval),
      target: new StepFunctionsStartExecution(stateMachine, { input: ScheduleTargetInput.fromObject({}) }),
    });
  }
}
