import { AccountConnected } from '#events/accounts.ts';
import { AlertRaised, ReportReady } from '#events/analytics.ts';
import { AutomationLoopStopped, AutomationRunEnded, AutomationSwitched } from '#events/campaigns.ts';
import { WebhookDisabled, WebhookFailing } from '#events/platform.ts';
import { AccountPostsWaiting } from '#events/posts.ts';
import {
  AuditExportReady,
  MailRequested,
  PersonExportReady,
  SecurityAlert,
  UserMfaChanged,
  UserPasswordChanged,
  UserSignInsEnded,
  WorkspaceDeletionScheduled,
} from '#events/users.ts';
import { on, reactTo, type Subscription } from '#shared/events/subscription.ts';
import type { Deps } from './deps.ts';
import { auditEventOf } from './domain/audit-event.ts';
import { audited } from './events-heard.ts';
import { learnAccount, mailLoss } from './mail/account-lost.ts';
import { mailFailedRun, mailLoop, mailSwitchedOff } from './mail/automation-trouble.ts';
import { mailAuditExport, mailPersonExport } from './mail/export-ready.ts';
import { mailPerformanceAlert } from './mail/performance-alert.ts';
import { mailReport } from './mail/report-ready.ts';
import { sendMail } from './mail/send.ts';
import { mailSignInChange } from './mail/sign-in-changed.ts';
import { mailWebhookDisabled, mailWebhookFailing } from './mail/webhook-failing.ts';
import { mailDeletion } from './mail/workspace-deletion.ts';
import { mailAlert, watch } from './security/detect.ts';
import { tidySignIns } from './sessions/session.ts';

/**
 * What users does when an event arrives. The event goes into the audit trail of its workspace, and security checks it.
 * Requested mails are sent, and people are notified of changes to how they sign in, of exports and reports that are ready,
 * of the end of their workspace, of accounts that must be reconnected, of metrics that they asked to be told of, and of
 * webhooks that fail.
 */
export const subscriptions = (deps: Deps): Subscription[] => [
  ...audited.map((definition) =>
    on(definition, async (event, { isReplay }) => {
      const { workspaceId, entityId, correlationId } = event;
      const audited = auditEventOf(definition, event);
      const isFirst = await deps.audit.append(workspaceId, audited);
      if (isReplay) return;
      await watch(deps, workspaceId, audited, isFirst);
      if (definition.type === UserMfaChanged.type || definition.type === UserPasswordChanged.type) {
        await mailSignInChange(deps, event);
      }
      if (definition.type === UserSignInsEnded.type) {
        await tidySignIns(deps, event);
      }
      if (definition.type === SecurityAlert.type) await mailAlert(deps, workspaceId, entityId, correlationId);
    }),
  ),
  reactTo(MailRequested, async (event) => sendMail(deps, event)),
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
