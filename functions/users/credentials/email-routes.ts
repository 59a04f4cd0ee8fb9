import { type Route, route } from '#shared/http/route.ts';
import { instantAfter } from '#shared/time.ts';
import { personOf } from '../current-person.ts';
import type { Deps } from '../deps.ts';
import { areItsCodes, changeSeconds } from '../domain/email-change.ts';
import { inZone } from '../domain/in-zone.ts';
import { isEstablished } from '../domain/mail-allowance.ts';
import { codeBytes, codeDigest, codeOf, written } from '../domain/mailed-code.ts';
import { invalidEmailCodes } from '../domain/sign-in-errors.ts';
import { provePassword } from '../passwords/prove-password.ts';
import * as contract from './email-contract.ts';

/** Routes for changing the email address, which is confirmed from both addresses. */
export const emailRoutes = (deps: Deps): Route[] => {
  const { identities, people, emailChanges, mails, random, now } = deps;
  return [
    route(contract.beginEmailChange, async ({ body, caller }) => {
      const person = await personOf(deps, caller);
      await provePassword(deps, caller, person, body.password);
      const { workspaceId } = caller;
      const asker = { personId: person.id, isEstablished: isEstablished(person, now()) };
      const toNew = { workspaceId, to: body.email, kind: 'email_proof' as const };
      const toOld = { workspaceId, to: person.email, kind: 'email_change' as const };
      const areAllowed = (await mails.allow({ ...toNew, asker })) && (await mails.allow(toOld));
      const [newCode, oldCode] = [codeOf(random(codeBytes)), codeOf(random(codeBytes))];
      const digest = (code: string) => codeDigest(person.subject, code);
      // If the emails are not sent, do not replace an earlier change whose codes were.
      if (areAllowed) {
        await emailChanges.begin(person.subject, {
          email: body.email,
          newDigest: digest(newCode),
          oldDigest: digest(oldCode),
          signInRound: person.signInRound,
        });
      }
      const expiresAt = inZone(instantAfter(now(), changeSeconds * 1000));
      const proof = { code: written(newCode), expiresAt };
      const notice = { code: written(oldCode), newEmail: body.email, expiresAt };
      await mails.queue({ ...toNew, data: proof }, caller, areAllowed);
      await mails.queue({ ...toOld, data: notice }, caller, areAllowed);
      return { status: 'confirmation_required' as const };
    }),
    route(contract.confirmEmailChange, async ({ body, caller }) => {
      const { subject, signInRound } = await personOf(deps, caller);
      const change = await emailChanges.try(subject);
      if (change?.signInRound !== signInRound || !areItsCodes(change, subject, body.newCode, body.oldCode))
        throw invalidEmailCodes();
      await identities.changeEmail(subject, change.email);
      await people.changeCredentials(subject, { email: change.email }, caller.correlationId);
      await emailChanges.end(subject);
      return undefined;
    }),
  ];
};
