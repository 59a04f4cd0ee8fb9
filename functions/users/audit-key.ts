import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { signingKeyFrom, type SigningKey } from '../../shared/signing-key.ts';

/** The stage's key of checkpoints, derived from a secret in AWS Secrets Manager. @throws Error when it is empty */
export const auditKeyFromManager = async (arn: string): Promise<SigningKey> => {
  const { SecretString } = await new SecretsManagerClient({}).send(new GetSecretValueCommand({ SecretId: arn }));
  if (SecretString === undefined) throw new Error('The secret of checkpoints is empty');
  return signingKeyFrom(SecretString, 'audit/1');
};
