import { route, type Route } from '../../../shared/http/route.ts';
import * as contract from '../contract/password.ts';
import type { Deps } from '../deps.ts';
import { personAuthor } from '../domain/person.ts';
import { tried } from '../lock-out.ts';
import { provePassword, refuseGuessable } from '../passwords.ts';
import { personOf } from '../person-of.ts';
import { endOtherSessions, endSessions } from '../sessions.ts';

/** Passwords that are forgotten or changed. */
export const passwordRoutes = (deps: Deps): Route[] => {
  const { identities, people, now } = deps;
  const passwordChangedAt = (): string => now().toISOString();
  return [
    route(contract.forgotPassword, async ({ body }) => {
      await (await identities()).forgotPassword(body.email);
      return { status: 'accepted' as const };
    }),
    route(contract.resetPassword, async ({ body: { email, code, password }, request }) => {
      await refuseGuessable(deps, password, { email });
      const provider = await identities();
      await tried(deps, { kind: 'reset', email, sourceIp: request.sourceIp }, () =>
        provider.resetPassword(email, code, password),
      );
      const identity = await provider.find(email);
      const person = identity && (await people.find(identity.subject));
      // The owner of the mail box need not wait for what somebody else tried.
      for (const kind of ['sign_in', 'password'] as const) await deps.tries.forget({ kind, who: email });
      if (!person) return undefined;
      const { subject, id } = person;
      // Whoever knew the old password may be signed in with it.
      await endSessions(deps, subject, 'password_reset', personAuthor(id, request.correlationId));
      await people.changeCredentials(subject, { passwordChangedAt: passwordChangedAt() }, request.correlationId);
      return undefined;
    }),
    route(contract.changePassword, async ({ body, caller, request }) => {
      const person = await personOf(deps, caller);
      await refuseGuessable(deps, body.password, person);
      await provePassword(deps, person, body.currentPassword, request);
      await (await identities()).setPassword(person.subject, body.password);
      const isHere = ({ signInId }: { signInId: string | null }) => signInId !== null && signInId === caller.signInId;
      await endOtherSessions(deps, person.subject, 'password_changed', caller, isHere);
      await people.changeCredentials(person.subject, { passwordChangedAt: passwordChangedAt() }, caller.correlationId);
      return undefined;
    }),
  ];
};
