import { systemAuthor } from '#shared/actor.ts';
import type { Deps } from '../deps.ts';
import type { Mail } from '../domain/mail.ts';
import { givenUp, hasTriesLeft, isBeingSent, isOptional, taken } from '../domain/mail-delivery.ts';
import { unsubscribeToken } from '../domain/unsubscribe.ts';
import { renderMail } from './render.ts';

interface Requested {
  workspaceId: string;
  entityId: string;
  correlationId: string;
}

/** A finished email no longer needs its content, which may include an invitation's token. */
const forgotten: Pick<Mail, 'data'> = { data: {} };

/**
 * Sends a waiting email. A conditional write before sending claims it, so that concurrent deliveries do not send it
 * twice, and a write afterwards records the outcome. SES has no idempotency: after a crash between its response and
 * that write, the email is sent again with the same content rather than never.
 * @throws Error if it has to be retried; the inbox delivers the event again later.
 */
export const sendMail = async (
  { mails, mailing, newSecret, now }: Pick<Deps, 'mails' | 'mailing' | 'newSecret' | 'now'>,
  { workspaceId, entityId, correlationId }: Requested,
): Promise<void> => {
  const author = systemAuthor('users', { correlationId });
  const mail = await mails.find(workspaceId, entityId);
  if (mail?.status !== 'waiting') return;
  const hasRunOut = (): boolean => mail.notAfter !== undefined && now().toISOString() >= mail.notAfter;
  const tooLate = { ...forgotten, status: 'suppressed' as const, suppressedFor: 'too_late' as const };
  if (hasRunOut()) {
    await mails.save({ ...mail, ...tooLate }, author);
    return;
  }
  if (isOptional(mail.kind) && !(await mailing.preferences.wants(mail.to, mail.kind))) {
    await mails.save({ ...mail, ...forgotten, status: 'suppressed', suppressedFor: 'unsubscribed' }, author);
    return;
  }
  if (isBeingSent(mail, now())) throw new Error('The mail is being sent by another delivery of the same event');
  const { sending, ...rest } = taken(mail, now(), newSecret());
  const trying = { ...(await mails.save({ ...rest, sending }, author)), sending };
  if (hasRunOut()) {
    await mails.save({ ...trying, ...tooLate }, author);
    return;
  }
  const outcome = await delivered(mailing, trying).catch(async (error: unknown) => {
    if (hasTriesLeft(trying)) {
      // A step of an automation retries within seconds, so do not make it wait for this attempt.
      if (mail.notAfter !== undefined) await mails.save(givenUp(trying), author);
      throw error;
    }
    return 'refused' as const;
  });
  if (outcome === 'refused') mailing.countFailed();
  await mails.save({ ...trying, ...forgotten, status: outcome === 'sent' ? 'sent' : 'failed' }, author);
};

const delivered = async ({ sender, publicUrl }: Deps['mailing'], mail: ReturnType<typeof taken>) => {
  const token = unsubscribeToken(mail, mail.sending.unsubscribeSecret);
  const unsubscribeUrl = isOptional(mail.kind)
    ? `${publicUrl}/v1/mail-preferences/unsubscribe?token=${encodeURIComponent(token)}`
    : undefined;
  const { to, id }: Mail = mail;
  return sender.send({ to, id, unsubscribeUrl, ...renderMail(mail, { publicUrl, token }) });
};
