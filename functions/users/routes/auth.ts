import { route, type RequestFacts, type Route } from '../../../shared/http/route.ts';
import { arrive } from '../arriving.ts';
import * as contract from '../contract/auth.ts';
import type { Deps } from '../deps.ts';
import { invalidTotp, notARefreshToken } from '../domain/refusals.ts';
import { isItsToken, parseRefreshToken } from '../domain/session.ts';
import { rememberDevice, tried } from '../lock-out.ts';
import { refuseGuessable } from '../passwords.ts';
import { endSession, endSessions, refreshSession } from '../sessions.ts';

/** Signing up, in and out. */
export const authRoutes = (deps: Deps): Route[] => {
  const { identities, people, sessions, challenges } = deps;

  /** Signed in, on a device that is known from now on. */
  const arriveOn = async (
    deviceToken: string | undefined,
    arrival: Parameters<typeof arrive>[1],
    request: RequestFacts,
  ) => ({
    ...(await arrive(deps, arrival, request)),
    deviceToken: await rememberDevice(deps, arrival.subject, deviceToken),
  });

  return [
    route(contract.signUp, async ({ body, request }) => {
      await refuseGuessable(deps, body.password, body);
      const { beginSignUp } = await import('../signing-up.ts');
      const signUpToken = await beginSignUp(deps, body, request.correlationId);
      return { status: 'confirmation_required' as const, signUpToken };
    }),
    route(contract.confirmSignUp, async ({ body, request }) => {
      const { confirmSignUp } = await import('../signing-up.ts');
      return { status: 'confirmed' as const, deviceToken: await confirmSignUp(deps, body, request.correlationId) };
    }),
    route(contract.resendCode, async ({ body, request }) => {
      const { mailCodeAgain } = await import('../signing-up.ts');
      await mailCodeAgain(deps, body.email, request.correlationId);
      return { status: 'accepted' as const };
    }),
    route(contract.signIn, async ({ body: { email, password, deviceToken }, request }) => {
      const given = { kind: 'sign_in' as const, email, sourceIp: request.sourceIp, deviceToken };
      const answer = await tried(deps, given, async () => (await identities()).signIn(email, password));
      if (answer.kind === 'signed_in') return arriveOn(deviceToken, { ...answer, hasMfa: false }, request);
      await challenges.begin(answer.session, { email, userName: answer.userName });
      return { challenge: 'totp' as const, challengeToken: answer.session };
    }),
    route(contract.answerTotp, async ({ body: { challengeToken, code, deviceToken }, request }) => {
      const asked = await challenges.find(challengeToken);
      if (!asked) throw invalidTotp();
      const { email, userName } = asked;
      const given = { kind: 'totp' as const, email, sourceIp: request.sourceIp, deviceToken };
      const { subject, tokens } = await tried(deps, given, async () =>
        (await identities()).answerTotp(userName, challengeToken, code),
      );
      // One code signs in once, however often it is sent.
      if (!(await challenges.spend(challengeToken))) throw invalidTotp();
      return arriveOn(deviceToken, { subject, tokens, hasMfa: true }, request);
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
