import { systemAuthor } from '#shared/actor.ts';
import { instantAfter } from '#shared/time.ts';
import type { Deps } from './deps.ts';
import { inZone } from './domain/in-zone.ts';
import { codeBytes, codeOf, codeSeconds, written } from './domain/mailed-code.ts';

export interface WantedCode {
  purpose: 'sign_up' | 'password_reset';
  email: string;
  /** Undefined: the address gets no mail, since there is nothing that a code of that kind is good for. */
  workspaceId: string | undefined;
  /** Mailed in place of the code, which is then never revealed. */
  instead?: 'account_exists';
}

/**
 * Mails another code to an address. Codes that were mailed before stay valid: if the address gets no further mail now,
 * its owner has those. The same amount is written whatever is mailed, even nothing, so the time does not reveal whether
 * an address is known.
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
