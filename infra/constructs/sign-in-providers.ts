import { Duration, SecretValue, type Stack } from 'aws-cdk-lib';
import {
  OAuthScope,
  ProviderAttribute,
  type UserPool,
  type UserPoolClient,
  UserPoolClientIdentityProvider,
  UserPoolIdentityProviderGoogle,
  UserPoolIdentityProviderOidc,
  UserPoolIdentityProviderSaml,
  UserPoolIdentityProviderSamlMetadata,
} from 'aws-cdk-lib/aws-cognito';
import type { SignInProvider, Stage } from '../stages.ts';

/**
 * Adds the stage's sign-in providers to the pool, with the client and pages that lead to them and back; undefined
 * without any. The client is public: a browser exchanges its code with PKCE and holds the tokens, for at most an hour.
 */
export const signInThrough = (scope: Stack, userPool: UserPool, stage: Stage): UserPoolClient | undefined => {
  const { signInProviders: providers, signInCallbackUrls: callbackUrls } = stage;
  if (providers.length === 0) return undefined;
  // Must be unique among all user pools of the region, across accounts.
  userPool.addDomain('Domain', { cognitoDomain: { domainPrefix: `xmp-${stage.name}-${scope.account}` } });
  const before = providers.map((provider) => addProvider(scope, userPool, provider));
  const client = userPool.addClient('Others', {
    oAuth: {
      flows: { authorizationCodeGrant: true },
      scopes: [OAuthScope.OPENID, OAuthScope.EMAIL, OAuthScope.PROFILE],
      callbackUrls: [...callbackUrls],
    },
    // Without the pool itself: passwords may be tried only through the platform, which limits attempts.
    supportedIdentityProviders: before.map(({ providerName }) => UserPoolClientIdentityProvider.custom(providerName)),
    preventUserExistenceErrors: true,
    enableTokenRevocation: true,
    accessTokenValidity: Duration.minutes(15),
    idTokenValidity: Duration.minutes(15),
    refreshTokenValidity: Duration.hours(1),
  });
  client.node.addDependency(...before);
  return client;
};

const addProvider = (scope: Stack, userPool: UserPool, provider: SignInProvider) => {
  if (provider.kind === 'google') {
    return new UserPoolIdentityProviderGoogle(scope, 'Google', {
      userPool,
      clientId: provider.clientId,
      clientSecretValue: SecretValue.secretsManager(provider.clientSecretName),
      scopes: ['openid', 'email', 'profile'],
      attributeMapping: { email: ProviderAttribute.GOOGLE_EMAIL, fullname: ProviderAttribute.GOOGLE_NAME },
    });
  }
  const attributes = provider.attributes ?? { email: 'email', name: 'name' };
  const attributeMapping = {
    email: ProviderAttribute.other(attributes.email),
    fullname: ProviderAttribute.other(attributes.name),
  };
  if (provider.kind === 'oidc') {
    return new UserPoolIdentityProviderOidc(scope, provider.name, {
      userPool,
      name: provider.name,
      issuerUrl: provider.issuerUrl,
      clientId: provider.clientId,
      // CloudFormation reads the secret; the template contains only its name.
      clientSecret: SecretValue.secretsManager(provider.clientSecretName).unsafeUnwrap(),
      scopes: ['openid', 'email', 'profile'],
      attributeMapping,
    });
  }
  return new UserPoolIdentityProviderSaml(scope, provider.name, {
    userPool,
    name: provider.name,
    metadata: UserPoolIdentityProviderSamlMetadata.url(provider.metadataUrl),
    attributeMapping,
  });
};
