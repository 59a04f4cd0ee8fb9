import { type App, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpUserPoolAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { accept } from '../constructs/accept.ts';
import { nameIn, type Stage } from '../stages.ts';
import type { IdentityStack } from './identity.ts';

/** The HTTP API, to which each context adds its routes. */
export class ApiStack extends Stack {
  readonly api: HttpApi;
  readonly authorizer: HttpUserPoolAuthorizer;
  /** Base URL without a trailing slash. */
  readonly url: string;
  /** Secret that CloudFront sends to the functions, where it is in front of them. */
  readonly originSecret: Secret | undefined;

  constructor(app: App, stage: Stage, identity: IdentityStack) {
    super(app, nameIn(stage, 'api'), { env: { region: stage.region, account: stage.account } });

    this.api = new HttpApi(this, 'Api', { apiName: nameIn(stage, 'api'), createDefaultStage: false });
    if (stage.edge.kind === 'cloudfront') {
      this.originSecret = new Secret(this, 'OriginSecret', {
        description: 'CloudFront shows it to the functions, so that nobody reaches them past the firewall.',
        generateSecretString: { passwordLength: 64, excludePunctuation: true },
        removalPolicy: RemovalPolicy.DESTROY,
      });
      accept(this.originSecret, 'SMG4', undefined, 'CloudFront and functions take a new one by a deployment.');
    }
    const { userPool, client, machineClient, othersClient } = identity;
    const userPoolClients = [client, machineClient, ...(othersClient ? [othersClient] : [])];
    this.authorizer = new HttpUserPoolAuthorizer('AccessToken', userPool, { userPoolClients });

    this.url = stage.apiUrl?.(this.api.apiId) ?? this.api.apiEndpoint;
    new CfnOutput(this, 'ApiUrl', { value: this.url });
  }
}
