import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { noWorkspace } from '#functions/users/domain/sign-in-errors.ts';
import { createServiceAccount } from '#functions/users/service-accounts/contract.ts';
import { ada, harness } from '../harness.ts';
import { team } from '../team-harness.ts';

/** The event Cognito sends (Cognito developer guide: pre token generation, version 2). */
const tokenEvent = (triggerSource: string, sub: string | undefined, clientId = 'client') => ({
  version: '2',
  triggerSource,
  region: 'us-east-1',
  userPoolId: 'us-east-1_pool',
  userName: sub,
  callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId },
  request: {
    userAttributes: { sub, email: ada.email, email_verified: 'true' },
    groupConfiguration: { groupsToOverride: [], iamRolesToOverride: [], preferredRole: null },
    scopes: ['aws.cognito.signin.user.admin'],
  },
  response: { claimsAndScopeOverrideDetails: null },
});

describe('the token trigger', () => {
  test.each(['HostedAuth', 'Authentication', 'RefreshTokens', 'NewPasswordChallenge', 'AuthenticateDevice'])(
    'on %s adds person, workspace and role to the access token alone, and removes its Cognito scope',
    async (source) => {
      const users = harness();
      const { personId, workspaceId } = await users.ada();
      const identity = await users.deps.provider.find(ada.email);
      const event = tokenEvent(`TokenGeneration_${source}`, identity?.subject);
      expect(await users.wake(event)).toEqual({
        ...event,
        response: {
          claimsAndScopeOverrideDetails: {
            accessTokenGeneration: {
              claimsToAddOrOverride: {
                person_id: personId,
                workspace_id: workspaceId,
                role: 'owner',
                sign_in_round: '0',
              },
              scopesToSuppress: ['aws.cognito.signin.user.admin'],
            },
          },
        },
      });
    },
  );

  const answered = (accessTokenGeneration: object) => ({
    response: { claimsAndScopeOverrideDetails: { accessTokenGeneration } },
  });

  test('leaves its Cognito scope to the token of an enrolment, and adds nothing', async () => {
    const users = harness();
    await users.ada();
    const identity = await users.deps.provider.find(ada.email);
    const event = tokenEvent('TokenGeneration_Authentication', identity?.subject, 'enrolment');
    expect(await users.wake(event)).toEqual({ ...event, ...answered({ claimsToAddOrOverride: {} }) });
  });

  test('removes the Cognito scope from the token of a service account, too', async () => {
    const { users, owner } = await team();
    const body = { name: 'Importer', role: 'editor' };
    const made = await users.call(createServiceAccount, { as: owner, body });
    const { clientId } = z.object({ clientId: z.string() }).parse(made.body);
    const email = `${clientId.toLowerCase()}@service.invalid`;
    const identity = await users.deps.provider.find(email);
    const event = tokenEvent('TokenGeneration_Authentication', identity?.subject, 'machines');
    const request = { userAttributes: { sub: identity?.subject, email } };
    expect(await users.wake({ ...event, request })).toMatchObject(
      answered({
        claimsToAddOrOverride: { person_id: clientId, role: 'editor' },
        scopesToSuppress: ['aws.cognito.signin.user.admin'],
      }),
    );
  });

  test('refuses an unknown person, and gives one without a workspace a token that grants nothing', async () => {
    const users = harness();
    const event = tokenEvent('TokenGeneration_RefreshTokens', '4f6c2a52-0000-4000-8000-000000000000');
    await expect(users.wake(event)).rejects.toThrow(noWorkspace().message);
    const { workspaceId, personId } = await users.ada();
    await users.removeMember({ workspaceId, personId });
    const identity = await users.deps.provider.find(ada.email);
    const known = tokenEvent('TokenGeneration_RefreshTokens', identity?.subject);
    const scopesToSuppress = ['aws.cognito.signin.user.admin'];
    // A session goes on with it: it has the round of sign-ins, and nothing that grants access.
    const claimsToAddOrOverride = { sign_in_round: '0' };
    expect(await users.wake(known)).toEqual({ ...known, ...answered({ claimsToAddOrOverride, scopesToSuppress }) });
  });

  test('refuses an unknown trigger', async () => {
    await expect(harness().wake(tokenEvent('PreSignUp_SignUp', 'sub'))).rejects.toThrow('PreSignUp_SignUp');
  });
});
