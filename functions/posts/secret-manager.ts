import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** The text of a secret in AWS Secrets Manager. @throws Error when it has none */
export const secretFromManager = async (arn: string): Promise<string> => {
  const { SecretString } = await new SecretsManagerClient({}).send(new GetSecretValueCommand({ SecretId: arn }));
  if (SecretString === undefined) throw new Error('The secret of receipts is empty');
  return SecretString;
};
