import { type Route, route } from '#shared/http/route.ts';
import { notAMember } from '#shared/standing.ts';
import { personOf } from '../current-person.ts';
import type { Deps } from '../deps.ts';
import { sealedForEnrolment } from '../domain/sealed-for.ts';
import { totpEnrolled, totpNotBegun } from '../domain/sign-in-errors.ts';
import { signedInBearer, triedByBearer } from '../lock-out/lock-out.ts';
import { provePassword } from '../passwords/prove-password.ts';
import { otpauthUri } from './otpauth.ts';
import * as contract from './totp-contract.ts';

/** Routes of the second factor: codes of an authenticator (TOTP, RFC 6238). */
export const totpRoutes = (deps: Deps): Route[] => {
  const noteMfa = async (subject: string, hasMfa: boolean, correlationId: string): Promise<void> => {
    if (!(await deps.people.changeCredentials(subject, { hasMfa }, correlationId))) throw notAMember();
  };
  return [
    route(contract.beginTotp, async ({ body, caller }) => {
      const person = await personOf(deps, caller);
      const { email, subject } = person;
      if (person.hasMfa) {
        await provePassword(deps, caller, person, body.password);
        throw totpEnrolled();
      }
      const { secret, enrolment } = await triedByBearer(
        deps,
        { kind: 'password', bearer: signedInBearer(caller) },
        async () => deps.identities.beginTotp(email, body.password),
      );
      // The enrolment session gives access to the person's Cognito user and proves the password, so it is stored sealed
      // and never returned.
      const sealed = await deps.sessionKeys.seal(enrolment, sealedForEnrolment(subject));
      await deps.enrolments.begin(subject, { sealed, signInRound: person.signInRound });
      const uri = otpauthUri(email, secret);
      // Only enrolments need this library.
      const { renderSVG } = await import('uqr');
      return { secret, uri, qrCode: renderSVG(uri) };
    }),
    route(contract.confirmTotp, async ({ body, caller }) => {
      const { subject, hasMfa, signInRound } = await personOf(deps, caller);
      if (hasMfa) throw totpEnrolled();
      const begun = await deps.enrolments.find(subject);
      // An enrolment that was begun with an earlier password is void.
      if (begun?.signInRound !== signInRound) throw totpNotBegun();
      const enrolment = await deps.sessionKeys.open(begun.sealed, sealedForEnrolment(subject));
      await triedByBearer(deps, { kind: 'totp', bearer: signedInBearer(caller) }, async () =>
        deps.identities.confirmTotp(enrolment, subject, body.code),
      );
      // Marks the code as used, so that it cannot be used to sign in.
      await deps.challenges.useCode(subject, body.code);
      await noteMfa(subject, true, caller.correlationId);
      await deps.enrolments.end(subject);
      return undefined;
    }),
    route(contract.disableTotp, async ({ body, caller }) => {
      const person = await personOf(deps, caller);
      await provePassword(deps, caller, person, body.password);
      // In this order, a crash in between leaves a person who is still asked for a code; the next sign-in corrects
      // that.
      await noteMfa(person.subject, false, caller.correlationId);
      await deps.identities.disableTotp(person.subject);
      return undefined;
    }),
  ];
};
