import { type App, Duration } from 'aws-cdk-lib';
import { HttpNoneAuthorizer, HttpRoute, HttpRouteKey } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { deliveriesHear, listensTo, operations } from '#functions/platform/contract.ts';
import { contexts } from '../build/functions.ts';
import { accept } from '../constructs/accept.ts';
import { alarm, alarmPeriod } from '../constructs/alarm.ts';
import { ContextStack, registryPath, type StageContext } from '../constructs/context-stack.ts';
import { Inbox } from '../constructs/inbox.ts';
import { StageSecret } from '../constructs/stage-secret.ts';
import type { ApiStack } from './api.ts';

export class PlatformStack extends ContextStack {
  constructor(app: App, ground: StageContext, { url }: ApiStack, publicUrl: string) {
    const registry = registryPath(ground.stage);
    super(app, ground, {
      context: 'platform',
      operations,
      listensTo,
      sharesPeople: true,
      table: { indexes: ['byFailed', 'byHook', 'byDue'].map((name) => ({ name, keysOnly: true })), deletes: true },
      // A webhook has 15 s to respond.
      timeout: Duration.seconds(30),
      environment: {
        API_URL: url,
        PUBLIC_URL: publicUrl,
        REGISTRY_PATH: registry,
        WEBHOOK_RETRY_SECONDS: JSON.stringify(ground.stage.webhooks.retrySeconds),
        OUTBOUND_EXCEPTIONS: JSON.stringify(ground.stage.outboundExceptions),
      },
    });
    this.deliverWebhooks(ground);
    this.allow(
      ['ssm:GetParameter'],
      contexts.map((context) => this.formatArn({ service: 'ssm', resource: `parameter${registry}/${context}` })),
    );
    // Operators read it here, and configure it as a header in whatever scrapes the metrics.
    const secret = new StageSecret(this, 'Operators', {
      stage: ground.stage,
      name: 'operators',
      description: "The operators' token: lets who runs the platform read the metrics of all workspaces together",
      whyNotRotated: 'Operators replace it when one of them leaves (docs/runbook.md).',
    });
    secret.grantTo(this.handler, 'OPERATOR_SECRET_ARN');
    this.allowOnPattern(['cloudwatch:GetMetricData'], '*', 'CloudWatch metrics have no resources to name (AWS).');

    // Returns a problem for requests that match no route.
    const unmatched = new HttpRoute(this, 'Route-unmatched', {
      httpApi: ground.api,
      routeKey: HttpRouteKey.DEFAULT,
      integration: new HttpLambdaIntegration('Unmatched', this.handler, { scopePermissionToRoute: false }),
      authorizer: new HttpNoneAuthorizer(),
    });
    accept(unmatched, 'APIG4', undefined, 'It only says that there is no such operation.');
  }

  /**
   * Creates the queue of deliveries waiting for their next attempt, and the secret that encrypts the secrets of
   * webhooks.
   */
  private deliverWebhooks({ stage, bus, alarmTopic: topic }: StageContext): void {
    new StageSecret(this, 'WebhookKeys', {
      stage,
      name: 'webhook-keys',
      description: 'The key that the secrets of webhooks are encrypted under',
      whyNotRotated: 'Members rotate the secrets of their webhooks; a new key could open none of them.',
    }).grantTo(this.handler, 'WEBHOOK_SECRET_ARN');
    const { queue } = new Inbox(this, 'Deliveries', {
      bus,
      function: this.handler,
      listensTo: deliveriesHear,
      topic,
      deadLetters: {
        errorImpact: 'Webhooks were not delivered, and are not tried again.',
        runbook: 'deliveries-of-webhooks-fail',
      },
      // Covers eight attempts, and a check every quarter of an hour of a pause, for 36 hours.
      maxReceiveCount: 250,
      maxConcurrency: stage.webhooks.maxConcurrency,
    });
    this.handler.addEnvironment('DELIVERIES_QUEUE_URL', queue.queueUrl);
    alarm(this, 'DeliveriesInFlightAlarm', {
      metric: queue.metricApproximateNumberOfMessagesNotVisible({ period: alarmPeriod }),
      // SQS allows 120,000 messages in flight, including those waiting for a retry (AWS: SQS quotas).
      threshold: 60_000,
      errorImpact: 'So many deliveries are waiting for retries that soon no webhooks will be sent.',
      runbook: 'too-many-deliveries-wait',
      topic,
    });
  }
}
