import { AccountConnected } from '#events/accounts.ts';
import { AlertRaised, ReportReady } from '#events/analytics.ts';
import { AutomationLoopStopped, AutomationRunEnded, AutomationSwitched } from '#events/campaigns.ts';
import { WebhookDisabled, WebhookFailing } from '#events/platform.ts';
import { AccountPostsWaiting } from '#events/posts.ts';
import {
  AuditExportReady,
  MailRequested,
  PersonExportReady,
  UserMfaChanged,
  UserPasswordChanged,
  WorkspaceDeletionScheduled,
} from '#events/users.ts';
import { on, reactTo, type Subscription } from '#shared/events/subscription.ts';
import type { Deps } from '../deps.ts';
import { learnAccount, mailLoss } from './account-lost.ts';
import { mailFailedRun, mailLoop, mailSwitchedOff } from './automation-trouble.ts';
import { mailAuditExport, mailPersonExport } from './export-ready.ts';
import { mailPerformanceAlert } from './performance-alert.ts';
import { mailReport } from './report-ready.ts';
import { sendMail } from './send.ts';
import { mailSignInChange } from './sign-in-changed.ts';
import { mailWebhookDisabled, mailWebhookFailing } from './webhook-failing.ts';
import { mailDeletion } from './workspace-deletion.ts';

/**
 * Sends requested emails, and notifies people of changes to their sign-in, finished exports and reports, the deletion
 * of their workspace, accounts to reconnect, alerts on metrics, and failing webhooks and automations.
 */
export const mailSubscriptions = (deps: Deps): Subscription[] => [
  reactTo(MailRequested, async (event) => sendMail(deps, event)),
  reactTo(UserMfaChanged, async (event) => mailSignInChange(deps, event)),
  reactTo(UserPasswordChanged, async (event) => mailSignInChange(deps, event)),
  reactTo(PersonExportReady, async (event) => mailPersonExport(deps, event)),
  reactTo(AuditExportReady, async (event) => mailAuditExport(deps, event)),
  reactTo(WorkspaceDeletionScheduled, async (event) => mailDeletion(deps, event)),
  on(AccountConnected, async (event) => learnAccount(deps, event)),
  reactTo(AccountPostsWaiting, async (event) => mailLoss(deps, event)),
  reactTo(AlertRaised, async (event) => mailPerformanceAlert(deps, event)),
  reactTo(ReportReady, async (event) => mailReport(deps, event)),
  reactTo(WebhookFailing, async (event) => mailWebhookFailing(deps, event)),
  reactTo(WebhookDisabled, async (event) => mailWebhookDisabled(deps, event)),
  reactTo(AutomationLoopStopped, async (event) => mailLoop(deps, event)),
  reactTo(AutomationRunEnded, async (event) => mailFailedRun(deps, event)),
  reactTo(AutomationSwitched, async (event) => mailSwitchedOff(deps, event)),
];
