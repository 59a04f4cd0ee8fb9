import {
  type AutomationOrder,
  isTooLate,
  mayHaveDone,
  type NotifyStep,
  notPermittedStep,
  refusedStep,
  type StepOutcome,
} from '#events/automation-steps.ts';
import { unlessOvertaken } from '#shared/entities.ts';
import { derivedId } from '#shared/ids.ts';
import { counted } from '#shared/text.ts';
import type { Deps } from '../deps.ts';
import type { Mail } from '../domain/mail.ts';
import type { Membership } from '../domain/workspace.ts';
import { sendMail } from './send.ts';

/** Most members that one step emails. */
const maxRecipients = 100;

type Needed = Pick<Deps, 'members' | 'people' | 'mails' | 'mailing' | 'newSecret' | 'now'>;

/**
 * Emails members the message of an automation. Each email is sent within the step, so that none is sent once the
 * automation may have been switched off. A retried step emails nobody twice.
 */
export const notifyForAutomation = async (
  deps: Needed,
  order: AutomationOrder,
  { to, subject, text, automationName }: NotifyStep,
  correlationId: string,
): Promise<StepOutcome> => {
  const { workspaceId, automationId, runId, step, triggeredAt, notAfter, chain } = order;
  if (!mayHaveDone(order.by.role, 'notify')) return notPermittedStep;
  const isMeant = ({ role, personId, status }: Membership): boolean =>
    status === 'active' && (to.roles.includes(role) || to.people.includes(personId));
  const meant = (await deps.members.all(workspaceId)).filter(isMeant).slice(0, maxRecipients);
  if (meant.length === 0)
    return refusedStep(
      'nobody_to_notify',
      'None of the recipients is an active member. Change the recipients of the step.',
    );
  const workspace = await deps.people.findWorkspace(workspaceId);
  const author = { actor: { type: 'automation' as const, id: automationId }, correlationId, chain };
  const data = { subject, text, automation: automationName, workspaceName: workspace?.name ?? '' };
  let emailed = 0;
  for (const { subject: signIn, personId } of meant) {
    const person = await deps.people.find(signIn);
    if (!person) continue;
    if (isTooLate(order, deps.now())) return { outcome: 'too_late' };
    const id = derivedId('mal', triggeredAt, `${runId}/${step}/${personId}`);
    const mail = { id, workspaceId, to: person.email, kind: 'automation' as const, data, notAfter };
    const standing = await deps.mails.find(workspaceId, id);
    if (!standing) await queueOnce(deps, mail, automationId, author);
    else if (hasRunOut(standing, notAfter)) {
      await deps.mails.save({ ...standing, data, notAfter, status: 'waiting', suppressedFor: null }, author);
    }
    await sendMail(deps, { workspaceId, entityId: id, correlationId });
    const met = await deps.mails.find(workspaceId, id);
    if (met?.suppressedFor === 'too_late') return { outcome: 'too_late' };
    if (met?.status === 'sent') emailed += 1;
  }
  return {
    ...{ outcome: 'done', made: null, facts: null },
    message: `Emailed ${emailed} of ${counted(meant.length, 'member')}.`,
  };
};

/** Whether an earlier attempt, whose time limit was shorter, left the email unsent. */
const hasRunOut = ({ status, suppressedFor, notAfter = '' }: Mail, until: string): boolean =>
  suppressedFor === 'too_late' || (status === 'waiting' && notAfter < until);

type Queue = Needed['mails']['queue'];

const queueOnce = async (
  { mails }: Needed,
  mail: Parameters<Queue>[0],
  topic: string,
  author: Parameters<Queue>[1],
): Promise<void> => {
  const isAllowed = await mails.allow({ to: mail.to, kind: mail.kind, workspaceId: mail.workspaceId, topic });
  await unlessOvertaken(mails.queue(mail, author, isAllowed));
};
