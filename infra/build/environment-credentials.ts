import { fromEnv } from '@aws-sdk/credential-provider-env';

/** Replaces the SDK's default credential chain in Lambda bundles, where credentials are in the environment. */
export const defaultProvider = fromEnv;
