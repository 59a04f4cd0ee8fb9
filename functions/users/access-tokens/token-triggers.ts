import * as z from 'zod';
import type { TriggerEvent, Triggers } from '#shared/lambda/cognito.ts';
import type { Deps } from '../deps.ts';
import { machineIdOf } from '../domain/service-account.ts';
import { machineClaims } from './machine-claims.ts';
import { personClaims } from './person-claims.ts';

/** What Cognito sends about the owner of a token (Cognito developer guide: pre token generation, version 2). */
const TokenRequest = z.object({
  callerContext: z.object({ clientId: z.string() }),
  request: z.object({ userAttributes: z.object({ sub: z.string(), email: z.string().optional() }) }),
});

/** Every way a token comes into being. */
const sources = [
  'TokenGeneration_HostedAuth',
  'TokenGeneration_Authentication',
  'TokenGeneration_NewPasswordChallenge',
  'TokenGeneration_AuthenticateDevice',
  'TokenGeneration_RefreshTokens',
];

/** With this scope a token opens Cognito itself: its owner's address, password, factors and deletion. */
const selfService = 'aws.cognito.signin.user.admin';

/** The answers to the user pool's triggers. */
export const triggers = ({
  enrolmentClientId,
  ...deps
}: Pick<Deps, 'people' | 'serviceAccounts'> & {
  /** The client whose tokens never leave the platform: it enrols authenticators with them. */
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
   * Puts person, workspace and role into the access token, as they are now: a new role shows with the next refresh. If
   * the workspace demands a second factor that the person lacks, the token is good for enrolling one and little else.
   * No token that is given out opens anything at Cognito. Throwing makes Cognito refuse the token. Three reads by key:
   * Cognito waits five seconds at most.
   * @throws DomainError `no_workspace` for an unknown person, one who is being erased, or a machine that is shut out
   */
  const addClaims = async (event: TriggerEvent): Promise<TriggerEvent> => {
    const accessTokenGeneration = await accessTokenFor(TokenRequest.parse(event));
    return { ...event, response: { claimsAndScopeOverrideDetails: { accessTokenGeneration } } };
  };
  return Object.fromEntries(sources.map((source) => [source, addClaims]));
};
