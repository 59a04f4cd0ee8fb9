import { route, type Route } from '../../../shared/http/route.ts';
import * as contract from '../contract/auth.ts';
import type { Deps } from '../deps.ts';
import { isSameConfirmation, register, SignedUp } from '../domain/person.ts';
import { invalidCode, noWorkspace } from '../domain/refusals.ts';

/** Signing up, in and out. */
export const authRoutes = (deps: Deps): Route[] => {
  const { identities, people } = deps;
  return [
    route(contract.signUp, async ({ body }) => {
      await (await identities()).signUp(body);
      return { status: 'confirmation_required' as const };
    }),
    route(contract.confirmSignUp, async ({ body, request }) => {
      await confirm(deps, body.email, body.code, request.correlationId);
      return { status: 'confirmed' as const };
    }),
    route(contract.resendCode, async ({ body }) => {
      await (await identities()).resendCode(body.email);
      return { status: 'accepted' as const };
    }),
    route(contract.signIn, async ({ body, request }) => {
      const { subject, tokens } = await (await identities()).signIn(body.email, body.password);
      if (!(await people.noteSignIn(subject, request.correlationId))) throw noWorkspace();
      return tokens;
    }),
    route(contract.refreshTokens, async ({ body }) => (await identities()).refresh(body.refreshToken)),
    route(contract.signOut, async ({ body, caller }) => {
      if (body.refreshToken !== undefined) await (await identities()).revoke(body.refreshToken);
      const membership = await people.findMembership(caller.workspaceId, caller.personId);
      // Whoever was removed meanwhile is out already.
      if (membership) await people.noteSignOut(membership.subject, caller.correlationId);
      return undefined;
    }),
  ];
};

/**
 * Confirms a sign-up and makes its person and workspace. A crash between the two leaves a confirmed identity without a
 * person: confirming again makes up for it. Cognito does not look at the code then, but what is made is only what the
 * right code has earned already, for the address it was mailed to. Otherwise a second confirmation needs the same code,
 * so that nobody learns by it whether an address is known.
 * @throws DomainError `invalid_code`
 */
const confirm = async ({ identities, people, now }: Deps, email: string, code: string, correlationId: string) => {
  const provider = await identities();
  const outcome = await provider.confirm(email, code);
  const identity = await provider.find(email);
  if (!identity?.isConfirmed) throw invalidCode();
  const person = await people.find(identity.subject);
  if (person) {
    if (outcome === 'nothing_pending' && !isSameConfirmation(person, code, now())) throw invalidCode();
    return;
  }
  // Only a sign-up through this API has these: no other kind of identity gets a workspace by being confirmed.
  const signedUp = SignedUp.safeParse(identity);
  if (!signedUp.success) throw invalidCode();
  // False when another request was quicker: then all is there.
  await people.register(register(signedUp.data, code, now()), correlationId);
};
