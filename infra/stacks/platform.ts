import type { App } from 'aws-cdk-lib';
import { HttpNoneAuthorizer, HttpRoute, HttpRouteKey } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { listensTo, operations } from '../../functions/platform/contract.ts';
import { contexts } from '../build/functions.ts';
import { accept } from '../constructs/accept.ts';
import { ContextStack, registryPath, type Ground } from '../constructs/context-stack.ts';
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
