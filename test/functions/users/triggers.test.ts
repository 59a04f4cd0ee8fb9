import { describe, expect, test } from 'vitest';
import { noWorkspace } from '../../../functions/users/domain/refusals.ts';
import { ada, drive } from './drive.ts';

/** The event Cognito sends (Cognito developer guide: pre token generation, version 2). */
const tokenEvent = (triggerSource: string, sub: string | undefined) => ({
  version: '2',
  triggerSource,
  region: 'us-east-1',
  userPoolId: 'us-east-1_pool',
  userName: sub,
  callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId: 'client' },
  request: {
    userAttributes: { sub, email: ada.email, email_verified: 'true' },
    groupConfiguration: { groupsToOverride: [], iamRolesToOverride: [], preferredRole: null },
    scopes: ['aws.cognito.signin.user.admin'],
  },
  response: { claimsAndScopeOverrideDetails: null },
});

describe('before a token is made', () => {
  test.each(['HostedAuth', 'Authentication', 'RefreshTokens', 'NewPasswordChallenge', 'AuthenticateDevice'])(
    'on %s the access token, and only it, gets person, workspace and role',
    async (source) => {
      const users = drive();
      const { personId, workspaceId } = await users.ada();
      const identity = await users.memory.provider.find(ada.email);
      const event = tokenEvent(`TokenGeneration_${source}`, identity?.subject);
      expect(await users.wake(event)).toEqual({
        ...event,
        response: {
          claimsAndScopeOverrideDetails: {
            accessTokenGeneration: {
              claimsToAddOrOverride: { person_id: personId, workspace_id: workspaceId, role: 'owner' },
            },
          },
        },
      });
    },
  );

  test('somebody without a person or a membership is refused', async () => {
    const users = drive();
    const event = tokenEvent('TokenGeneration_RefreshTokens', '4f6c2a52-0000-4000-8000-000000000000');
    await expect(users.wake(event)).rejects.toThrow(noWorkspace().message);
    const { workspaceId, personId } = await users.ada();
    await users.memory.people.remove(workspaceId, personId);
    const identity = await users.memory.provider.find(ada.email);
    const known = tokenEvent('TokenGeneration_RefreshTokens', identity?.subject);
    await expect(users.wake(known)).rejects.toThrow(noWorkspace().message);
  });

  test('a trigger that nobody wrote is refused', async () => {
    await expect(drive().wake(tokenEvent('PreSignUp_SignUp', 'sub'))).rejects.toThrow('PreSignUp_SignUp');
  });
});
