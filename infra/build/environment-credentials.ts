import { fromEnv } from '@aws-sdk/credential-provider-env';

/** Stands in for the SDK's default credential chain in Lambda bundles, where the environment holds the credentials. */
export const defaultProvider = fromEnv;
