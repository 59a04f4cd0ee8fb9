import { route, type Route } from '../../../shared/http/route.ts';
import * as contract from '../contract/password.ts';
import type { Deps } from '../deps.ts';
import { personAuthor } from '../domain/person.ts';
import { invalidCode } from '../domain/refusals.ts';
import { TryKind } from '../domain/tries.ts';
import { rememberDevice } from '../lock-out.ts';
import { provePassword, refuseGuessable } from '../passwords.ts';
import { personOf } from '../person-of.ts';
import { endOtherSessions, endSessions } from '../sessions.ts';

/** Passwords that are forgotten or changed. */
export const passwordRoutes = (deps: Deps): Route[] => {
  const { identities, people, now } = deps;
  const passwordChangedAt = (): string => now().toISOString();
  return [
    route(contract.forgotPassword, async ({ body: { email }, request }) => {
      const { mailCode, personAt } = await import('../signing-up.ts');
      const person = await personAt(deps, email);
      const code = { purpose: 'password_reset' as const, email, workspaceId: person?.workspaceId };
      await mailCode(deps, code, request.correlationId);
      return { status: 'accepted' as const };
    }),
    route(contract.resetPassword, async ({ body: { email, code, password }, request }) => {
      await refuseGuessable(deps, password, { email });
      const { personAt } = await import('../signing-up.ts');
      const isSpent = await deps.codes.spend('password_reset', email, code);
      const person = isSpent ? await personAt(deps, email) : undefined;
      if (!person) throw invalidCode();
      const { subject, id } = person;
      await (await identities()).setPassword(subject, password);
      await deps.codes.endAll('password_reset', email);
      // Whoever knew the old password may be signed in with it, and may have a device that is known.
      await endSessions(deps, subject, 'password_reset', personAuthor(id, request.correlationId));
      await deps.devices.forgetAll(subject);
      await people.changeCredentials(subject, { passwordChangedAt: passwordChangedAt() }, request.correlationId);
      // The owner of the mail box does not wait for what somebody else tried: on this device, whoever goes on trying.
      for (const kind of TryKind.options) await deps.tries.forget({ by: 'address', kind, email });
      return { status: 'reset' as const, deviceToken: await rememberDevice(deps, subject) };
    }),
    route(contract.changePassword, async ({ body, caller }) => {
      const person = await personOf(deps, caller);
      await refuseGuessable(deps, body.password, person);
      await provePassword(deps, caller, person, body.currentPassword);
      await (await identities()).setPassword(person.subject, body.password);
      const isHere = ({ signInId }: { signInId: string | null }) => signInId !== null && signInId === caller.signInId;
      await endOtherSessions(deps, person.subject, 'password_changed', caller, isHere);
      await people.changeCredentials(person.subject, { passwordChangedAt: passwordChangedAt() }, caller.correlationId);
      return undefined;
    }),
  ];
};
