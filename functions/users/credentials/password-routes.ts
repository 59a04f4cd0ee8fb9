import { type Route, route } from '#shared/http/route.ts';
import { personOf } from '../current-person.ts';
import type { Deps } from '../deps.ts';
import { AttemptKind } from '../domain/attempts.ts';
import { only } from '../domain/device.ts';
import { invalidCode } from '../domain/sign-in-errors.ts';
import { trustDevice } from '../lock-out/lock-out.ts';
import { mailCode } from '../mail-code.ts';
import { provePassword } from '../passwords/prove-password.ts';
import { refuseGuessable } from '../passwords/refuse-guessable.ts';
import { personAt } from '../read-person.ts';
import { endSignIns } from '../sessions/session.ts';
import * as contract from './password-contract.ts';

/** Routes for resetting and changing passwords. */
export const passwordRoutes = (deps: Deps): Route[] => {
  const { identities, people, sessions, now } = deps;
  const passwordChangedAt = (): string => now().toISOString();
  return [
    route(contract.forgotPassword, async ({ body: { email }, request }) => {
      const person = await personAt(deps, email);
      const code = { purpose: 'password_reset' as const, email, workspaceId: person?.workspaceId };
      await mailCode(deps, code, request.correlationId);
      return { status: 'accepted' as const };
    }),
    route(contract.resetPassword, async ({ body: { email, code, password }, request }) => {
      await refuseGuessable(deps, password, { email });
      const isSpent = await deps.codes.spend('password_reset', email, code);
      const person = isSpent ? await personAt(deps, email) : undefined;
      if (!person) throw invalidCode();
      const { subject } = person;
      await identities.setPassword(subject, password);
      await deps.codes.endAll('password_reset', email);
      // Someone who knew the old password may be signed in or have a trusted device.
      const end = { why: 'password_reset' as const, passwordChangedAt: passwordChangedAt(), devices: {} };
      await endSignIns(deps, subject, end, request.correlationId);
      // Attempts by others must not make the owner of the mailbox wait, not even later on this device.
      for (const kind of AttemptKind.options) await deps.attempts.forget({ by: 'address', kind, email });
      return { status: 'reset' as const, deviceToken: await trustDevice(deps, subject) };
    }),
    route(contract.changePassword, async ({ body, caller }) => {
      const person = await personOf(deps, caller);
      await refuseGuessable(deps, body.password, person);
      await provePassword(deps, caller, person, body.currentPassword);
      const kept = caller.signInId ?? null;
      const here = (await sessions.listOf(person.subject)).find(({ signInId }) => kept !== null && signInId === kept);
      const devices = only(person.devices, here?.deviceDigest);
      await identities.setPassword(person.subject, body.password);
      // Directly after it, in one write: whoever knew the old password is signed out and has no trusted device.
      const end = { why: 'password_changed' as const, kept, passwordChangedAt: passwordChangedAt(), devices };
      await people.endSignIns(person.subject, end, caller.correlationId);
      return undefined;
    }),
  ];
};
