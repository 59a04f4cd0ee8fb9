import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { callLimits } from './aws-client.ts';

/** Reads a secret from AWS Secrets Manager. @throws Error when it is empty */
export const secretText = async (arn: string): Promise<string> => {
  const { SecretString = '' } = await new SecretsManagerClient(callLimits()).send(
    new GetSecretValueCommand({ SecretId: arn }),
  );
  if (SecretString === '') throw new Error(`The secret ${arn} is empty`);
  return SecretString;
};
