import { type Route, route } from '#shared/http/route.ts';
import type { Deps } from '../deps.ts';
import { isItsToken, parseRefreshToken } from '../domain/session.ts';
import { invalidTotp, notARefreshToken } from '../domain/sign-in-errors.ts';
import { tried } from '../lock-out/lock-out.ts';
import { endSession, endSignIns, refreshSession } from '../sessions/session.ts';
import { arrive } from './arrive.ts';
import * as contract from './contract.ts';

/** Routes of signing in and out. */
export const signInRoutes = (deps: Deps): Route[] => {
  const { identities, people, sessions, challenges, now } = deps;

  return [
    route(contract.signIn, async ({ body: { email, password, deviceToken }, request }) => {
      const given = { kind: 'sign_in' as const, email, sourceIp: request.sourceIp, deviceToken };
      const begunAt = now().toISOString();
      const answer = await tried(deps, given, async () => identities.signIn(email, password));
      if (answer.kind === 'signed_in') return arrive(deps, { ...answer, hasMfa: false, deviceToken }, request);
      await challenges.begin(answer.session, { email, userName: answer.userName, begunAt });
      return { challenge: 'totp' as const, challengeToken: answer.session };
    }),
    route(contract.answerTotp, async ({ body: { challengeToken, code, deviceToken }, request }) => {
      const asked = await challenges.find(challengeToken);
      if (!asked) throw invalidTotp();
      const { email, userName, begunAt } = asked;
      const given = { kind: 'totp' as const, email, sourceIp: request.sourceIp, deviceToken };
      const { subject, tokens } = await tried(deps, given, async () =>
        identities.answerTotp(userName, challengeToken, code),
      );
      // Each code and each challenge can be used only once, even concurrently.
      const isSpent = (await challenges.spend(challengeToken)) && (await challenges.useCode(subject, code));
      const person = await people.find(subject);
      // Rejects a sign-in that began before all sign-ins of the person ended, for example because the password changed.
      const endedAt = person?.signInsEndedAt ?? null;
      const isOver = endedAt !== null && begunAt <= endedAt;
      if (!isSpent || isOver) {
        await identities.revoke(tokens.refreshToken);
        throw invalidTotp();
      }
      return arrive(deps, { subject, tokens, hasMfa: true, deviceToken }, request);
    }),
    route(contract.refreshTokens, async ({ body, request }) =>
      refreshSession(deps, body.refreshToken, request.correlationId),
    ),
    route(contract.signOut, async ({ body, caller }) => {
      const membership = await people.findMembership(caller.workspaceId, caller.personId);
      // The person was removed meanwhile, and is already signed out.
      if (!membership) return undefined;
      const given = body.refreshToken === undefined ? undefined : parseRefreshToken(body.refreshToken);
      if (body.refreshToken !== undefined && !given) throw notARefreshToken();
      const tokenKey = await deps.sessionKeys.tokenKey();
      const here = (await sessions.listOf(membership.subject)).filter(
        (session) =>
          session.endedAt === null &&
          ((session.signInId !== null && session.signInId === caller.signInId) ||
            (given && isItsToken(tokenKey, session, given))),
      );
      for (const session of here) await endSession(deps, session, 'sign_out', caller);
      await people.noteSignOut(membership.subject, caller.correlationId);
      return undefined;
    }),
    route(contract.signOutEverywhere, async ({ caller }) => {
      const membership = await people.findMembership(caller.workspaceId, caller.personId);
      if (!membership) return undefined;
      const lastSignOutAt = now().toISOString();
      await endSignIns(deps, membership.subject, { why: 'everywhere', lastSignOutAt }, caller.correlationId);
      return undefined;
    }),
  ];
};
