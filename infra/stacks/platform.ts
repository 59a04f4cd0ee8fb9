import { type App, ArnFormat } from 'aws-cdk-lib';
import { HttpNoneAuthorizer, HttpRoute, HttpRouteKey } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { listensTo, operations } from '#functions/platform/contract.ts';
import { contexts } from '../build/functions.ts';
import { accept } from '../constructs/accept.ts';
import { ContextStack, type Ground, registryPath } from '../constructs/context-stack.ts';
import { nameIn } from '../stages.ts';
import type { ApiStack } from './api.ts';

export class PlatformStack extends ContextStack {
  constructor(app: App, ground: Ground, { url }: ApiStack) {
    const registry = registryPath(ground.stage);
    super(app, ground, {
      context: 'platform',
      operations,
      listensTo,
      environment: { API_URL: url, REGISTRY_PATH: registry },
    });
    this.allow(
      ['ssm:GetParameter'],
      contexts.map((context) => this.formatArn({ service: 'ssm', resource: `parameter${registry}/${context}` })),
    );
    // Who runs the platform reads it here; it is put into the headers of whatever scrapes the metrics.
    const secretName = nameIn(ground.stage, 'operators');
    const secret = new Secret(this, 'Operators', {
      secretName,
      description: "The operators' token: lets who runs the platform read the metrics of all workspaces together",
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy: ground.stage.removalPolicy,
    });
    accept(secret, 'SMG4', undefined, 'Operators replace it when one of them leaves (docs/runbook.md).');
    this.handler.addEnvironment('OPERATOR_SECRET_ARN', secret.secretArn);
    // By its name and the six characters that Secrets Manager adds to it (AWS: IAM policies for Secrets Manager).
    const resourceName = `${secretName}-??????`;
    const arnFormat = ArnFormat.COLON_RESOURCE_NAME;
    this.allow(
      ['secretsmanager:GetSecretValue'],
      [this.formatArn({ service: 'secretsmanager', resource: 'secret', resourceName, arnFormat })],
    );
    this.allow(['cloudwatch:GetMetricData'], ['*']);
    this.acceptGrant('Resource::*', 'CloudWatch metrics have no resources to name (AWS).');

    // What matches no route: the answer is a problem like any other.
    const unmatched = new HttpRoute(this, 'Route-unmatched', {
      httpApi: ground.api,
      routeKey: HttpRouteKey.DEFAULT,
      integration: new HttpLambdaIntegration('Unmatched', this.handler, { scopePermissionToRoute: false }),
      authorizer: new HttpNoneAuthorizer(),
    });
    accept(unmatched, 'APIG4', undefined, 'It only says that there is no such operation.');
  }
}
