import { route, type Route } from '../../../shared/http/route.ts';
import { notAMember } from '../../../shared/standing.ts';
import * as contract from '../contract/totp.ts';
import type { Deps } from '../deps.ts';
import { totpEnrolled } from '../domain/refusals.ts';
import { otpauthUri } from '../domain/otpauth.ts';
import { tried } from '../lock-out.ts';
import { provePassword } from '../passwords.ts';
import { personOf } from '../person-of.ts';

/** The second factor of a person: the code of an authenticator (TOTP, RFC 6238). */
export const totpRoutes = (deps: Deps): Route[] => {
  const noteMfa = async (subject: string, hasMfa: boolean, correlationId: string): Promise<void> => {
    if (!(await deps.people.changeCredentials(subject, { hasMfa }, correlationId))) throw notAMember();
  };
  return [
    route(contract.beginTotp, async ({ body, caller, request }) => {
      const person = await personOf(deps, caller);
      await provePassword(deps, person, body.password, request);
      if (person.hasMfa) throw totpEnrolled();
      const secret = await (await deps.identities()).beginTotp(request.accessToken);
      const uri = otpauthUri(person.email, secret);
      const { renderSVG } = await import('uqr');
      return { secret, uri, qrCode: renderSVG(uri) };
    }),
    route(contract.confirmTotp, async ({ body, caller, request }) => {
      const { email, subject } = await personOf(deps, caller);
      await tried(deps, { kind: 'totp', email, sourceIp: request.sourceIp }, async () =>
        (await deps.identities()).confirmTotp(request.accessToken, subject, body.code),
      );
      await noteMfa(subject, true, caller.correlationId);
      return undefined;
    }),
    route(contract.disableTotp, async ({ body, caller, request }) => {
      const person = await personOf(deps, caller);
      await provePassword(deps, person, body.password, request);
      // In this order a crash between the two leaves somebody who is asked for a code, and may enrol anew.
      await noteMfa(person.subject, false, caller.correlationId);
      await (await deps.identities()).disableTotp(person.subject);
      return undefined;
    }),
  ];
};
