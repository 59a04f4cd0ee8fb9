import type { App } from 'aws-cdk-lib';
import { HttpNoneAuthorizer, HttpRoute, HttpRouteKey } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { listensTo, operations } from '#functions/platform/contract.ts';
import { contexts } from '../build/functions.ts';
import { accept } from '../constructs/accept.ts';
import { ContextStack, registryPath, type StageContext } from '../constructs/context-stack.ts';
import { StageSecret } from '../constructs/stage-secret.ts';
import type { ApiStack } from './api.ts';

export class PlatformStack extends ContextStack {
  constructor(app: App, ground: StageContext, { url }: ApiStack) {
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
    const secret = new StageSecret(this, 'Operators', {
      stage: ground.stage,
      name: 'operators',
      description: "The operators' token: lets who runs the platform read the metrics of all workspaces together",
      whyNotRotated: 'Operators replace it when one of them leaves (docs/runbook.md).',
    });
    secret.grantTo(this.handler, 'OPERATOR_SECRET_ARN');
    this.allowOnPattern(['cloudwatch:GetMetricData'], '*', 'CloudWatch metrics have no resources to name (AWS).');

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
