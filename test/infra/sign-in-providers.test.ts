import { App, type Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { IdentityStack } from '#infra/stacks/identity.ts';
import { type SignInProvider, type Stage, stages } from '#infra/stages.ts';

const templateOf = (stage: Stage): Template => {
  const identity: Stack = new IdentityStack(new App(), stage);
  return Template.fromStack(identity);
};
const callback = 'https://app.example.com/signed-in';
const through = (...signInProviders: SignInProvider[]): Template =>
  templateOf({ ...stages().prod, signInProviders, signInCallbackUrls: [callback] });
const providers = 'AWS::Cognito::UserPoolIdentityProvider';

describe.each(Object.values(stages()))('people sign in on $name', (stage) => {
  test('through the platform only: no other provider, no hosted page, no OAuth', () => {
    const template = templateOf(stage);
    template.resourceCountIs(providers, 0);
    template.resourceCountIs('AWS::Cognito::UserPoolDomain', 0);
    template.allResourcesProperties('AWS::Cognito::UserPoolClient', {
      AllowedOAuthFlowsUserPoolClient: false,
      AllowedOAuthFlows: Match.absent(),
      CallbackURLs: Match.absent(),
      SupportedIdentityProviders: ['COGNITO'],
    });
  });

  test('through clients of the user pool that require a secret and allow only server-side sign-in', () => {
    const template = templateOf(stage);
    template.resourceCountIs('AWS::Cognito::UserPoolClient', 3);
    template.allResourcesProperties('AWS::Cognito::UserPoolClient', {
      GenerateSecret: true,
      ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      EnableTokenRevocation: true,
      PreventUserExistenceErrors: 'ENABLED',
      ReadAttributes: ['email', 'email_verified'],
      WriteAttributes: ['email'],
    });
    template.hasResourceProperties('AWS::Cognito::UserPool', {
      UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
      // If it were required of all, its challenge would enrol anyone who has only the password.
      MfaConfiguration: 'OPTIONAL',
    });
  });
});

const google: SignInProvider = { kind: 'google', clientId: 'google-client', clientSecretName: 'sign-in/google' };
const oidc: SignInProvider = {
  kind: 'oidc',
  name: 'Okta',
  issuerUrl: 'https://acme.okta.com',
  clientId: 'okta-client',
  clientSecretName: 'sign-in/okta',
};
const saml: SignInProvider = {
  kind: 'saml',
  name: 'Entra',
  metadataUrl: 'https://login.example.com/metadata.xml',
  attributes: { email: 'http://schemas.example.com/email', name: 'http://schemas.example.com/name' },
};

describe('a stage with other providers', () => {
  test.each<[SignInProvider, string, string, object, object]>([
    [google, 'Google', 'Google', { client_id: 'google-client' }, { email: 'email', name: 'name' }],
    [
      oidc,
      'OIDC',
      'Okta',
      { client_id: 'okta-client', oidc_issuer: 'https://acme.okta.com' },
      { email: 'email', name: 'name' },
    ],
    [
      saml,
      'SAML',
      'Entra',
      { MetadataURL: 'https://login.example.com/metadata.xml' },
      { email: 'http://schemas.example.com/email', name: 'http://schemas.example.com/name' },
    ],
  ])(
    'has $kind, with a client that redirects to it and back',
    (provider, ProviderType, ProviderName, details, AttributeMapping) => {
      const template = through(provider);
      template.hasResourceProperties(providers, {
        ProviderType,
        ProviderName,
        ProviderDetails: Match.objectLike(details),
        AttributeMapping,
      });
      template.resourceCountIs('AWS::Cognito::UserPoolDomain', 1);
      const [providerId = ''] = Object.keys(template.findResources(providers));
      template.hasResource('AWS::Cognito::UserPoolClient', {
        DependsOn: [providerId],
        Properties: {
          AllowedOAuthFlows: ['code'],
          // None that gives access to Cognito itself.
          AllowedOAuthScopes: ['openid', 'email', 'profile'],
          CallbackURLs: [callback],
          // Not COGNITO: passwords must not be tried past the platform's limits.
          SupportedIdentityProviders: [{ Ref: providerId }],
        },
      });
    },
  );

  test('may have all of them, with secrets only as references in its template', () => {
    const template = through(google, oidc, saml);
    template.resourceCountIs(providers, 3);
    const secrets = Object.values(template.findResources(providers)).flatMap((each) => {
      const { Properties } = each as { Properties: { ProviderDetails: Record<string, unknown> } };
      return Properties.ProviderDetails['client_secret'] ?? [];
    });
    expect(secrets).toEqual(
      ['google', 'okta'].map((name) => `{{resolve:secretsmanager:sign-in/${name}:SecretString:::}}`),
    );
  });
});
