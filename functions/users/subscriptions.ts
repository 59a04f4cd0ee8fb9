import { AccountConnected } from '#events/accounts.ts';
import { AccountPostsWaiting } from '#events/posts.ts';
import { MailRequested, SecurityAlert, UserMfaChanged, UserPasswordChanged, UserSignInsEnded } from '#events/users.ts';
import { on, type Subscription } from '#shared/events/subscription.ts';
import type { Deps } from './deps.ts';
import { auditEventOf } from './domain/audit-event.ts';
import { audited } from './events-heard.ts';

/**
 * What users do when something is told: it goes into the audit trail of its workspace, and security looks at it. A mail
 * that was asked for is sent, and people are written to about changes of how they sign in, and accounts that have to be
 * connected again.
 */
export const subscriptions = (deps: Deps): Subscription[] => [
  ...audited.map((definition) =>
    on(definition, async (event) => {
      const { workspaceId, entityId, correlationId } = event;
      const { mailAlert, watch } = await import('./security/detect.ts');
      const audited = auditEventOf(definition, event);
      const isFirst = await deps.audit.append(workspaceId, audited);
      await watch(deps, workspaceId, audited, isFirst);
      if (definition.type === UserMfaChanged.type || definition.type === UserPasswordChanged.type) {
        await (await import('./mail/sign-in-changed.ts')).mailSignInChange(deps, event);
      }
      if (definition.type === UserSignInsEnded.type) {
        await (await import('./sessions/session.ts')).tidySignIns(deps, event);
      }
      if (definition.type === SecurityAlert.type) await mailAlert(deps, workspaceId, entityId, correlationId);
    }),
  ),
  on(MailRequested, async (event) => (await import('./mail/send.ts')).sendMail(deps, event)),
  on(AccountConnected, async (event) => (await import('./mail/account-lost.ts')).learnAccount(deps, event)),
  on(AccountPostsWaiting, async (event) => (await import('./mail/account-lost.ts')).mailLoss(deps, event)),
];
