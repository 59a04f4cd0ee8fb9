import {
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { cognitoUserPool } from '../../../../functions/users/identity-provider.ts';
import type { Emulator } from '../../../../infra/local/emulator.ts';
import { clientOptions, onEmulator } from '../../../infra/local/emulator-lab.ts';

const ada = {
  email: 'ada@example.com',
  password: 'Correct-Horse-9-Battery',
  name: 'Ada Lovelace',
  workspaceName: 'Engines',
};

/** A pool and its client with the settings of the identity stack that matter here. */
const openPool = async (emulator: Emulator) => {
  const { forcePathStyle: _, ...options } = clientOptions(emulator);
  const cognito = new CognitoIdentityProviderClient(options);
  const { UserPool } = await cognito.send(
    new CreateUserPoolCommand({
      PoolName: 'people',
      UsernameAttributes: ['email'],
      AutoVerifiedAttributes: ['email'],
      UsernameConfiguration: { CaseSensitive: false },
      Schema: [{ Name: 'workspace_name', AttributeDataType: 'String', Mutable: true }],
      Policies: { PasswordPolicy: { MinimumLength: 12 } },
    }),
  );
  const { UserPoolClient } = await cognito.send(
    new CreateUserPoolClientCommand({
      UserPoolId: UserPool?.Id,
      ClientName: 'api',
      ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      PreventUserExistenceErrors: 'ENABLED',
      EnableTokenRevocation: true,
      AccessTokenValidity: 15,
      TokenValidityUnits: { AccessToken: 'minutes' },
    }),
  );
  return cognitoUserPool(UserPool?.Id ?? '', UserPoolClient?.ClientId ?? '', options);
};

/** The codes mailed until now. */
const codesMailed = async ({ endpoint }: Emulator): Promise<string[]> => {
  const answer = await (await fetch(`${endpoint}/_ministack/ses/messages`)).json();
  return [...JSON.stringify(answer).matchAll(/\b\d{6}\b(?=\.)/g)].map(([code]) => code);
};

const refusal = async (call: Promise<unknown>): Promise<unknown> => {
  try {
    return await call;
  } catch (error) {
    return z.object({ code: z.string() }).parse(error).code;
  }
};

test('a person signs up, confirms, signs in, refreshes and signs out at a user pool', async () => {
  await onEmulator({ auth: true }, async (emulator) => {
    const pool = await openPool(emulator);
    expect(await refusal(pool.signUp({ ...ada, password: 'weak' }))).toBe('weak_password');
    await pool.signUp(ada);
    // Somebody else with the same address changes nothing.
    await pool.signUp({ ...ada, password: 'Another-Horse-7-Staple' });
    expect(await pool.find(ada.email)).toMatchObject({ isConfirmed: false, workspaceName: ada.workspaceName });
    expect(await refusal(pool.signIn(ada.email, ada.password))).toBe('invalid_credentials');

    const [first = ''] = await codesMailed(emulator);
    expect(await refusal(pool.confirm(ada.email, first === '123123' ? '321321' : '123123'))).toBe('invalid_code');
    expect(await refusal(pool.confirm('nobody@example.com', first))).toBe('invalid_code');
    await pool.resendCode(ada.email);
    await pool.resendCode('nobody@example.com');
    const codes = await codesMailed(emulator);
    expect(codes).toHaveLength(2);
    const latest = codes.find((code) => code !== first) ?? first;
    expect(await pool.confirm(ada.email, latest)).toBe('confirmed');
    expect(await pool.confirm(ada.email, latest)).toBe('nothing_pending');
    const identity = await pool.find(ada.email);
    expect(identity).toMatchObject({ isConfirmed: true, email: ada.email, name: ada.name });
    expect(await pool.find('nobody@example.com')).toBeUndefined();

    expect(await refusal(pool.signIn(ada.email, 'Wrong-Horse-9-Battery'))).toBe('invalid_credentials');
    expect(await refusal(pool.signIn('nobody@example.com', ada.password))).toBe('invalid_credentials');
    const { subject, tokens } = await pool.signIn(ada.email, ada.password);
    expect(subject).toBe(identity?.subject);
    expect(tokens).toMatchObject({ expiresIn: 900, tokenType: 'Bearer' });

    const refreshed = await pool.refresh(tokens.refreshToken);
    expect(refreshed.accessToken).not.toBe(tokens.accessToken);
    expect(await refusal(pool.refresh('no-token'))).toBe('invalid_refresh_token');
    await pool.revoke(refreshed.refreshToken);
    await pool.revoke(refreshed.refreshToken);
    expect(await refusal(pool.refresh(refreshed.refreshToken))).toBe('invalid_refresh_token');
  });
});
