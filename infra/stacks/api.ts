import { CfnOutput, RemovalPolicy, Stack, type App } from 'aws-cdk-lib';
import { HttpApi, LogGroupLogDestination, HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpUserPoolAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { nameIn, type Stage } from '../stages.ts';
import type { IdentityStack } from './identity.ts';

/** The HTTP API: every context adds its own routes to it. */
export class ApiStack extends Stack {
  readonly api: HttpApi;
  readonly authorizer: HttpUserPoolAuthorizer;
  /** Base of every path, without a slash at its end. */
  readonly url: string;

  constructor(app: App, stage: Stage, { userPool, client }: IdentityStack) {
    super(app, nameIn(stage, 'api'), { env: { region: stage.region, account: stage.account } });

    this.api = new HttpApi(this, 'Api', { apiName: nameIn(stage, 'api'), createDefaultStage: false });
    const accessLogs = new LogGroup(this, 'AccessLogs', {
      retention: stage.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: stage.throttle,
      detailedMetricsEnabled: false,
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLogs),
        format: AccessLogFormat.custom(
          // Neither addresses of people nor their tokens: the request id leads to the function's own lines.
          JSON.stringify({
            requestId: '$context.requestId',
            routeKey: '$context.routeKey',
            status: '$context.status',
            milliseconds: '$context.responseLatency',
            error: '$context.error.message',
          }),
        ),
      },
    });
    this.authorizer = new HttpUserPoolAuthorizer('AccessToken', userPool, { userPoolClients: [client] });

    this.url = stage.apiUrl?.(this.api.apiId) ?? this.api.apiEndpoint;
    new CfnOutput(this, 'ApiUrl', { value: this.url });
  }
}
