import { type Route, route } from '#shared/http/route.ts';
import type { Deps } from '../deps.ts';
import { refuseGuessable } from '../passwords/refuse-guessable.ts';
import * as contract from './contract.ts';
import { beginSignUp, confirmSignUp, mailCodeAgain } from './sign-up.ts';

/** Routes of signing up with email address and password. */
export const signUpRoutes = (deps: Deps): Route[] => [
  route(contract.signUp, async ({ body, request }) => {
    await refuseGuessable(deps, body.password, body);
    return { status: 'confirmation_required' as const, signUpToken: await beginSignUp(deps, body, request) };
  }),
  route(contract.confirmSignUp, async ({ body, request }) => ({
    status: 'confirmed' as const,
    deviceToken: await confirmSignUp(deps, body, request.correlationId),
  })),
  route(contract.resendCode, async ({ body, request }) => {
    await mailCodeAgain(deps, body.email, request.correlationId);
    return { status: 'accepted' as const };
  }),
];
