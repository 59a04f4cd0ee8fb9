import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod';
import { actorOf } from '../actor.ts';
import { DomainError } from '../errors.ts';
import { PersonId, WorkspaceId } from '../ids.ts';
import type { Operation } from './operation.ts';
import { mayDo, Role } from './permissions.ts';
import type { Caller } from './route.ts';

/** The claims that the pre-token trigger puts into an access token, beside Cognito's own. */
const Claims = z.object({
  person_id: PersonId,
  workspace_id: WorkspaceId,
  role: Role,
  jti: z.string(),
});

const Authorized = z.object({ authorizer: z.object({ jwt: z.object({ claims: z.unknown() }) }) });

/**
 * The caller of an operation, undefined where anyone may call. API Gateway's JWT authorizer has verified the token.
 * @throws DomainError `unauthenticated` without the claims, `forbidden` when the role lacks the permission.
 */
export const readCaller = (
  operation: Operation,
  event: APIGatewayProxyEventV2,
  correlationId: string,
): Caller | undefined => {
  if (operation.access === 'public') return undefined;
  const authorized = Authorized.safeParse(event.requestContext);
  const claims = Claims.safeParse(authorized.data?.authorizer.jwt.claims);
  if (!claims.success) {
    throw new DomainError('unauthenticated', 'not_signed_in', 'Sign in and send the access token as a Bearer token.');
  }
  const { person_id: personId, workspace_id: workspaceId, role, jti: tokenId } = claims.data;
  if (operation.access !== 'signed-in' && !mayDo(role, operation.access)) {
    throw new DomainError('forbidden', 'role_lacks_permission', `The role ${role} lacks ${operation.access}.`);
  }
  return { personId, workspaceId, role, tokenId, actor: actorOf(personId), correlationId };
};
