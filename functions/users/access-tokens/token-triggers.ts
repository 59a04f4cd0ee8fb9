import * as z from 'zod';
import type { TriggerEvent, Triggers } from '#shared/lambda/cognito.ts';
import type { Deps } from '../deps.ts';
import { machineIdOf } from '../domain/service-account.ts';
import { machineClaims } from './machine-claims.ts';
import { personClaims } from './person-claims.ts';

/** Cognito's event about the owner of a token (Cognito developer guide: pre token generation, version 2). */
const TokenRequest = z.object({
  callerContext: z.object({ clientId: z.string() }),
  request: z.object({ userAttributes: z.object({ sub: z.string(), email: z.string().optional() }) }),
});

/** All trigger sources of token generation. */
const sources = [
  'TokenGeneration_HostedAuth',
  'TokenGeneration_Authentication',
  'TokenGeneration_NewPasswordChallenge',
  'TokenGeneration_AuthenticateDevice',
  'TokenGeneration_RefreshTokens',
];

/** Scope of Cognito's own user API: email address, password, factors and deletion of the user. */
const selfService = 'aws.cognito.signin.user.admin';

/** Handlers of the user pool's triggers. */
export const triggers = ({
  enrolmentClientId,
  ...deps
}: Pick<Deps, 'people' | 'serviceAccounts'> & {
  /** Client whose tokens never leave the platform, which uses them to enrol authenticators. */
  enrolmentClientId: string;
}): Triggers => {
  const accessTokenFor = async ({ callerContext, request }: z.infer<typeof TokenRequest>) => {
    const { sub, email } = request.userAttributes;
    const machineId = machineIdOf(email);
    const claims = machineId === undefined ? await personClaims(deps, sub) : await machineClaims(deps, machineId, sub);
    if (callerContext.clientId === enrolmentClientId) return { claimsToAddOrOverride: {} };
    return { claimsToAddOrOverride: claims, scopesToSuppress: [selfService] };
  };
  /**
   * Adds person, workspace and current role to the access token; a changed role takes effect at the next refresh. If
   * the workspace requires a second factor that the person lacks, the token allows little more than enrolling one. No
   * token that is handed out has access to Cognito's own API. Throwing makes Cognito refuse the token. At most three
   * reads by key, because Cognito times out after five seconds.
   */
  const addClaims = async (event: TriggerEvent): Promise<TriggerEvent> => {
    const accessTokenGeneration = await accessTokenFor(TokenRequest.parse(event));
    return { ...event, response: { claimsAndScopeOverrideDetails: { accessTokenGeneration } } };
  };
  return Object.fromEntries(sources.map((source) => [source, addClaims]));
};
