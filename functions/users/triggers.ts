import * as z from 'zod';
import type { TriggerEvent, Triggers } from '../../shared/lambda/cognito.ts';
import type { Deps } from './deps.ts';
import { noWorkspace } from './domain/refusals.ts';

/** What Cognito says of whom a token is for (Cognito developer guide: pre token generation, version 2). */
const TokenRequest = z.object({ request: z.object({ userAttributes: z.object({ sub: z.string() }) }) });

/** Every way a token comes into being. */
const sources = [
  'TokenGeneration_HostedAuth',
  'TokenGeneration_Authentication',
  'TokenGeneration_NewPasswordChallenge',
  'TokenGeneration_AuthenticateDevice',
  'TokenGeneration_RefreshTokens',
];

/** The answers to the user pool's triggers. */
export const triggers = ({ people }: Pick<Deps, 'people'>): Triggers => {
  /**
   * Puts person, workspace and role into the access token, as they are now: a new role shows with the next refresh.
   * Throwing makes Cognito refuse the token. Two reads by key: Cognito waits five seconds at most.
   * @throws DomainError `no_workspace`
   */
  const addClaims = async (event: TriggerEvent): Promise<TriggerEvent> => {
    const { sub } = TokenRequest.parse(event).request.userAttributes;
    const person = await people.find(sub);
    const membership = person && (await people.findMembership(person.workspaceId, person.id));
    if (!membership) throw noWorkspace();
    const { personId, workspaceId, role } = membership;
    const claims = { person_id: personId, workspace_id: workspaceId, role };
    return {
      ...event,
      response: { claimsAndScopeOverrideDetails: { accessTokenGeneration: { claimsToAddOrOverride: claims } } },
    };
  };
  return Object.fromEntries(sources.map((source) => [source, addClaims]));
};
