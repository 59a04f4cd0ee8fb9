import { systemAuthor } from '#shared/actor.ts';
import { instantAfter } from '#shared/time.ts';
import type { Deps } from './deps.ts';
import { inZone } from './domain/in-zone.ts';
import { codeBytes, codeOf, codeSeconds, written } from './domain/mailed-code.ts';

export interface WantedCode {
  purpose: 'sign_up' | 'password_reset';
  email: string;
  /** Undefined: no email is sent, because a code of this kind would be useless to the address. */
  workspaceId: string | undefined;
  /** Kind of email to send instead of the code, which is then never revealed. */
  instead?: 'account_exists';
}

/**
 * Emails a code to an address. Earlier codes stay valid, so their owner can use those if no further email is allowed
 * now. The number of writes is the same whatever is emailed, even nothing, so that the response time does not reveal
 * whether the address has an account.
 */
export const mailCode = async (
  { mails, codes, random, now }: Deps,
  { purpose, email, workspaceId, instead }: WantedCode,
  correlationId: string,
): Promise<void> => {
  const mail = { workspaceId: workspaceId ?? '', to: email, kind: instead ?? purpose };
  const isMailed = workspaceId !== undefined && instead === undefined;
  const isAllowed = purpose === 'sign_up' ? await mails.allowSignUp(mail, isMailed) : await mails.allow(mail);
  const code = codeOf(random(codeBytes));
  if (isAllowed) await codes.keep(isMailed ? purpose : 'nobody', email, code);
  if (workspaceId === undefined) return codes.keep('nobody', email, code);
  const data = { code: written(code), expiresAt: inZone(instantAfter(now(), codeSeconds * 1000)) };
  const author = systemAuthor('users', { correlationId });
  await mails.queue({ ...mail, workspaceId, data: instead ? {} : data }, author, isAllowed);
};
