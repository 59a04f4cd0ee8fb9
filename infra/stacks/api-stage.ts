import { type App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { type CfnStage, HttpStage, type IHttpApi, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { headRouteKey, type Operation, routeKey } from '#shared/http/operation.ts';
import type { ContextStack } from '../constructs/context-stack.ts';
import { nameIn, type Stage } from '../stages.ts';

/** Whether anyone can try passwords or codes, or trigger mails, without signing in. */
const isGuessable = ({ access, limit }: Operation): boolean =>
  access === 'public' && !['standard', 'none', 'readers', 'costly'].includes(limit);

const isForReaders = ({ limit }: Operation): boolean => limit === 'readers';

const isCostly = ({ limit }: Operation): boolean => limit === 'costly';

/**
 * The stage of the HTTP API, with its log and throttles. Created after the contexts, because API Gateway refuses
 * settings of routes that do not exist.
 */
export class ApiStageStack extends Stack {
  constructor(app: App, stage: Stage, api: IHttpApi, contexts: readonly ContextStack[]) {
    super(app, nameIn(stage, 'api-stage'), { env: { region: stage.region, account: stage.account } });
    for (const context of contexts) this.addStackDependency(context);

    const accessLogs = new LogGroup(this, 'AccessLogs', {
      retention: stage.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const made = new HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      throttle: stage.throttle,
      detailedMetricsEnabled: false,
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLogs),
        format: AccessLogFormat.custom(
          // Without people's addresses or tokens; the request id leads to the function's own log lines.
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
    const operations = contexts.flatMap((context) => context.operations);
    const throttled = (keys: readonly string[], { rateLimit, burstLimit }: Stage['throttle']) =>
      keys.map((key): [string, object] => [key, { ThrottlingRateLimit: rateLimit, ThrottlingBurstLimit: burstLimit }]);
    const costly = operations.filter(isCostly);
    const guessable = operations.filter(isGuessable);
    const forReaders = operations.filter(isForReaders);
    const readable = costly.filter(({ method }) => method === 'GET');
    // HttpStage creates a CfnStage, and does not support route settings itself.
    (made.node.defaultChild as CfnStage).routeSettings = Object.fromEntries([
      ...throttled(guessable.map(routeKey), stage.strictThrottle),
      ...throttled(costly.map(routeKey), stage.costlyThrottle),
      ...throttled(readable.map(headRouteKey), stage.costlyHeadThrottle),
      ...throttled(forReaders.map(routeKey), stage.readersThrottle),
      // HEAD requests come from programs, which can wait.
      ...throttled(forReaders.map(headRouteKey), stage.costlyHeadThrottle),
    ]);
  }
}
