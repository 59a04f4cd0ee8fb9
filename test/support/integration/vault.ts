import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { vaultWith } from '#functions/accounts/ports/vault.ts';
import { xSecret } from '#functions/accounts/ports/x-secret.ts';
import { openTokens } from '#functions/accounts/session/access-token.ts';
import { tokenStore } from '#functions/accounts/store/tokens.ts';
import { asRoot, nameOnStage, tableOf } from './stage.ts';

/** The X app's credentials and the vault key of the stage. */
export const secretOfStage = xSecret(
  async () => {
    const secrets = new SecretsManagerClient(asRoot);
    const found = await secrets.send(new GetSecretValueCommand({ SecretId: nameOnStage('x-app') }));
    return z.string().parse(found.SecretString);
  },
  () => new Date(),
);

const vault = vaultWith(secretOfStage);

/** An account's tokens, opened with the stage's vault key; undefined if there are none. */
export const tokensOf = async (workspaceId: string, accountId: string) => {
  const stored = await tokenStore(await tableOf('accounts')).find(workspaceId, accountId);
  return stored && { ...stored, ...(await openTokens({ vault }, { workspaceId, id: accountId }, stored)) };
};

/** Makes an account's access token appear expired, so that its next use refreshes it. */
export const ageTokens = async (workspaceId: string, accountId: string): Promise<void> => {
  const tokens = tokenStore(await tableOf('accounts'));
  const stored = await tokens.find(workspaceId, accountId);
  if (!stored) throw new Error(`The account ${accountId} has no tokens`);
  await tokens.save({ ...stored, expiresAt: new Date().toISOString() });
};
