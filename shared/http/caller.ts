import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod';
import { actorOf } from '../actor.ts';
import { DomainError } from '../errors.ts';
import { PersonId, WorkspaceId } from '../ids.ts';
import { isForMachines, mayDo, onlyForPeople, Role } from '../permissions.ts';
import { type FindStanding, notAMember, sessionEnded } from '../standing.ts';
import { asksForSignIn, type Operation } from './operation.ts';
import type { Caller } from './route.ts';

/** Claims that the pre-token trigger adds to an access token. */
const Claims = z.object({
  person_id: PersonId,
  workspace_id: WorkspaceId,
  role: Role,
  jti: z.string(),
  made_by: z
    .string()
    .transform((ids) => ids.split(' '))
    .pipe(z.array(PersonId))
    .optional(),
  origin_jti: z.string().optional(),
  /** Coerced: claims that a trigger adds are strings. */
  sign_in_round: z.coerce.number().int().min(0).default(0),
  must_enrol: z.literal('true').optional(),
});

const Authorized = z.object({ authorizer: z.object({ jwt: z.object({ claims: z.unknown() }) }) });

const claimsOf = (event: APIGatewayProxyEventV2) => {
  const authorized = Authorized.safeParse(event.requestContext);
  return Claims.safeParse(authorized.data?.authorizer.jwt.claims).data;
};

/**
 * Returns the caller of an access token, which API Gateway's JWT authorizer has verified; undefined without one of
 * ours.
 */
export const callerOf = (event: APIGatewayProxyEventV2, correlationId: string): Caller | undefined => {
  const claims = claimsOf(event);
  if (!claims) return undefined;
  const { person_id: personId, workspace_id: workspaceId, role, jti: tokenId, origin_jti: signInId } = claims;
  const { made_by: people = [personId], sign_in_round: signInRound } = claims;
  const actor = actorOf(personId);
  return { personId, people, workspaceId, role, tokenId, signInId, signInRound, actor, correlationId };
};

/**
 * Returns the caller of an operation; undefined for public operations and for operators, who are in no workspace.
 * @throws DomainError `unauthenticated` without the claims, `forbidden` when the role lacks the permission,
 *   `only_for_people` for a service account where only people hold the permission, and `mfa_required` for callers whose
 *   workspace requires a second factor, until they have enrolled one.
 */
export const readCaller = (
  operation: Operation,
  event: APIGatewayProxyEventV2,
  correlationId: string,
): Caller | undefined => {
  if (operation.access === 'public' || operation.access === 'operator') return undefined;
  const caller = callerOf(event, correlationId);
  if (!caller) {
    throw new DomainError('unauthenticated', 'not_signed_in', 'Sign in and send the access token as a Bearer token.');
  }
  if (claimsOf(event)?.must_enrol !== undefined && !operation.allowedWithoutMfa) throw mfaRequired();
  assertPermitted(operation, caller);
  return caller;
};

const assertPermitted = ({ access }: Operation, { role, actor }: Caller): void => {
  if (!asksForSignIn(access) || access === 'signed-in') return;
  if (!mayDo(role, access)) {
    throw new DomainError(
      'forbidden',
      'role_lacks_permission',
      `The role ${role} does not hold the permission ${access}.`,
    );
  }
  if (actor.type === 'service_account' && !isForMachines(access)) throw onlyForPeople();
};

/**
 * Returns the caller with their current role rather than that of their token, which is up to an hour old, where effects
 * outlast the token. For other operations it checks at most whether the sign-in has ended.
 * @throws DomainError `session_ended`, `not_a_member` or `role_lacks_permission`
 */
export const currentCaller = async (operation: Operation, caller: Caller, find: FindStanding): Promise<Caller> => {
  if (!operation.asksWhetherSignedIn) return caller;
  const standing = await find(caller);
  if (standing?.hasSignInEnded) throw sessionEnded();
  if (!operation.outlastsToken) return caller;
  if (standing?.isActive === false) throw notAMember();
  const current = { ...caller, role: standing?.role ?? caller.role };
  assertPermitted(operation, current);
  return current;
};

const mfaRequired = (): DomainError =>
  new DomainError(
    'forbidden',
    'mfa_required',
    'Your workspace requires a second factor. Enrol one, then refresh your access token.',
  );
