import { route, type Route } from '../../../shared/http/route.ts';
import { arrive } from '../arriving.ts';
import * as contract from '../contract/auth.ts';
import type { Deps } from '../deps.ts';
import { isSameConfirmation, register, SignedUp } from '../domain/person.ts';
import { invalidCode, invalidTotp, notARefreshToken } from '../domain/refusals.ts';
import { digestOf, isItsToken, parseRefreshToken } from '../domain/session.ts';
import { tried } from '../lock-out.ts';
import { refuseGuessable } from '../passwords.ts';
import { endSession, endSessions, refreshSession } from '../sessions.ts';

/** Signing up, in and out. */
export const authRoutes = (deps: Deps): Route[] => {
  const { identities, people, sessions, challenges } = deps;

  return [
    route(contract.signUp, async ({ body }) => {
      await refuseGuessable(deps, body.password, body);
      const signUpToken = deps.random(32).toString('base64url');
      // While an earlier sign-up is being confirmed, it stands; the reply tells nobody of it.
      if (await deps.signUps.begin(body.email, digestOf(signUpToken))) await (await identities()).signUp(body);
      return { status: 'confirmation_required' as const, signUpToken };
    }),
    route(contract.confirmSignUp, async ({ body: { email, code, signUpToken }, request }) => {
      if (!(await deps.signUps.claim(email, digestOf(signUpToken)))) throw invalidCode();
      await confirm(deps, email, code, request.correlationId);
      return { status: 'confirmed' as const };
    }),
    route(contract.resendCode, async ({ body }) => {
      await (await identities()).resendCode(body.email);
      return { status: 'accepted' as const };
    }),
    route(contract.signIn, async ({ body: { email, password }, request }) => {
      const answer = await tried(deps, { kind: 'sign_in', email, sourceIp: request.sourceIp }, async () =>
        (await identities()).signIn(email, password),
      );
      if (answer.kind === 'signed_in') return arrive(deps, { ...answer, hasMfa: false }, request);
      await challenges.begin(answer.session, { email, userName: answer.userName });
      return { challenge: 'totp' as const, challengeToken: answer.session };
    }),
    route(contract.answerTotp, async ({ body: { challengeToken, code }, request }) => {
      const asked = await challenges.find(challengeToken);
      if (!asked) throw invalidTotp();
      const { email, userName } = asked;
      const { subject, tokens } = await tried(deps, { kind: 'totp', email, sourceIp: request.sourceIp }, async () =>
        (await identities()).answerTotp(userName, challengeToken, code),
      );
      // One code signs in once, however often it is sent.
      if (!(await challenges.spend(challengeToken))) throw invalidTotp();
      return arrive(deps, { subject, tokens, hasMfa: true }, request);
    }),
    route(contract.refreshTokens, async ({ body, request }) =>
      refreshSession(deps, body.refreshToken, request.correlationId),
    ),
    route(contract.signOut, async ({ body, caller }) => {
      const membership = await people.findMembership(caller.workspaceId, caller.personId);
      // Whoever was removed meanwhile is out already.
      if (!membership) return undefined;
      const given = body.refreshToken === undefined ? undefined : parseRefreshToken(body.refreshToken);
      if (body.refreshToken !== undefined && !given) throw notARefreshToken();
      const { ofTokens } = await deps.sessionKeys();
      const here = (await sessions.listOf(membership.subject)).filter(
        (session) =>
          session.endedAt === null &&
          ((session.signInId !== null && session.signInId === caller.signInId) ||
            (given && isItsToken(ofTokens, session, given))),
      );
      for (const session of here) await endSession(deps, session, 'sign_out', caller);
      await people.noteSignOut(membership.subject, caller.correlationId);
      return undefined;
    }),
    route(contract.signOutEverywhere, async ({ caller }) => {
      const membership = await people.findMembership(caller.workspaceId, caller.personId);
      if (!membership) return undefined;
      await endSessions(deps, membership.subject, 'everywhere', caller);
      await people.noteSignOut(membership.subject, caller.correlationId);
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
