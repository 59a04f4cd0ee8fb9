import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { once } from '#shared/once.ts';
import { asRoot, nameOnStage } from './stage.ts';

/** The token of the operators of the stage. */
export const operatorToken = once(async (): Promise<string> => {
  const secrets = new SecretsManagerClient(asRoot);
  const found = await secrets.send(new GetSecretValueCommand({ SecretId: nameOnStage('operators') }));
  return z.string().min(64).parse(found.SecretString);
});
