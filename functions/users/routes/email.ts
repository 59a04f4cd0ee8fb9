import { route, type Route } from '../../../shared/http/route.ts';
import { instantAfter } from '../../../shared/time.ts';
import * as contract from '../contract/email.ts';
import type { Deps } from '../deps.ts';
import { areItsCodes, changeSeconds, codeDigest, codeOf } from '../domain/email-change.ts';
import { invalidEmailCodes } from '../domain/refusals.ts';
import { provePassword } from '../passwords.ts';
import { personOf } from '../person-of.ts';

/** Signing in with another address, which is confirmed at both ends. */
export const emailRoutes = (deps: Deps): Route[] => {
  const { identities, people, emailChanges, mails, random, now } = deps;
  return [
    route(contract.beginEmailChange, async ({ body, caller, request }) => {
      const person = await personOf(deps, caller);
      await provePassword(deps, person, body.password, request);
      const { workspaceId } = caller;
      const [newCode, oldCode] = [codeOf(random(8)), codeOf(random(8))];
      const digest = (code: string) => codeDigest(person.subject, code);
      await emailChanges.begin(person.subject, {
        email: body.email,
        newDigest: digest(newCode),
        oldDigest: digest(oldCode),
      });
      const kind = 'email_change' as const;
      const expiresAt = instantAfter(now(), changeSeconds * 1000);
      const toNew = { code: newCode, confirms: 'the new address', expiresAt };
      const toOld = { code: oldCode, confirms: 'the old address', newEmail: body.email, expiresAt };
      await mails.queue({ workspaceId, to: body.email, kind, data: toNew }, caller);
      await mails.queue({ workspaceId, to: person.email, kind, data: toOld }, caller);
      return { status: 'confirmation_required' as const };
    }),
    route(contract.confirmEmailChange, async ({ body, caller }) => {
      const { subject } = await personOf(deps, caller);
      const change = await emailChanges.try(subject);
      if (!change || !areItsCodes(change, subject, body.newCode, body.oldCode)) throw invalidEmailCodes();
      await (await identities()).changeEmail(subject, change.email);
      await people.changeCredentials(subject, { email: change.email }, caller.correlationId);
      await emailChanges.end(subject);
      return undefined;
    }),
  ];
};
