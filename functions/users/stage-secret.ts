import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** The random characters that the keys of this context are made of, from AWS Secrets Manager. @throws Error when empty */
export const readStageSecret = async (arn: string): Promise<string> => {
  const { SecretString } = await new SecretsManagerClient({}).send(new GetSecretValueCommand({ SecretId: arn }));
  if (SecretString === undefined) throw new Error('The secret of this context is empty');
  return SecretString;
};
