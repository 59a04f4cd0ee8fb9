import * as z from 'zod';
import type { TriggerEvent, Triggers } from '#shared/lambda/cognito.ts';
import type { Deps } from '../deps.ts';
import { machineIdOf, makersOf } from '../domain/service-account.ts';
import { noWorkspace } from '../domain/sign-in-errors.ts';
import type { Membership } from '../domain/workspace.ts';

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

const claimsOf = (personId: string, { workspaceId, role }: Pick<Membership, 'workspaceId' | 'role'>) => ({
  person_id: personId,
  workspace_id: workspaceId,
  role,
});

/** With this scope a token opens Cognito itself: its owner's address, password, factors and deletion. */
const selfService = 'aws.cognito.signin.user.admin';

/** The answers to the user pool's triggers. */
export const triggers = ({
  people,
  serviceAccounts,
  enrolmentClientId,
}: Pick<Deps, 'people' | 'serviceAccounts'> & {
  /** The client whose tokens never leave the platform: it enrols authenticators with them. */
  enrolmentClientId: string;
}): Triggers => {
  /** The machine of that address. The address leads to it, and `sub`, which cannot be chosen, proves it. */
  const machineClaims = async (id: string, sub: string) => {
    const account = await serviceAccounts.findById(id);
    if (account?.status !== 'active' || account.subject !== sub) throw noWorkspace();
    return { ...claimsOf(account.id, account), made_by: makersOf(account).join(' ') };
  };
  const personClaims = async (sub: string) => {
    const person = await people.find(sub);
    if (!person || person.erasure) throw noWorkspace();
    const [membership, workspace] = await Promise.all([
      people.findMembership(person.workspaceId, person.id),
      people.findWorkspace(person.workspaceId),
    ]);
    // Opens nothing; signing in or refreshing assigns a workspace to work in, and issues another token.
    const round = { sign_in_round: String(person.signInRound) };
    if (membership?.status !== 'active') return round;
    const mustEnrol = workspace?.settings.requireMfa === true && !person.hasMfa;
    return { ...claimsOf(person.id, membership), ...round, ...(mustEnrol && { must_enrol: 'true' }) };
  };
  const accessTokenFor = async ({ callerContext, request }: z.infer<typeof TokenRequest>) => {
    const { sub, email } = request.userAttributes;
    const machineId = machineIdOf(email);
    const claims = machineId === undefined ? await personClaims(sub) : await machineClaims(machineId, sub);
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
