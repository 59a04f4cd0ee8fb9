import { type App, type Duration, Stack } from 'aws-cdk-lib';
import type { IHttpApi, IHttpRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { FilterCriteria, FilterRule, type Function, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { EventDefinition } from '#shared/events/event.ts';
import type { Operation } from '#shared/http/operation.ts';
import type { ContextFolder } from '../build/functions.ts';
import { nameIn, type Stage } from '../stages.ts';
import { acceptWildcard } from './accept.ts';
import { alarm, alarmPeriod } from './alarm.ts';
import { ContextFunction } from './context-function.ts';
import { ContextTable, nameOf, type TableIndex } from './context-table.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import { exposeOperations } from './expose-operations.ts';
import { Inbox } from './inbox.ts';
import type { PrivateBucket } from './private-bucket.ts';

/** What every context stands on, made by the stacks before it. */
export interface StageContext {
  stage: Stage;
  api: IHttpApi;
  authorizer: IHttpRouteAuthorizer;
  bus: IEventBus;
  alarmTopic: ITopic;
  /** Archives of people's data, and the parts that contexts write of them. */
  personExports: PrivateBucket;
  /** Environment shared by every function of the stage. */
  environment: Record<string, string>;
}

interface TableNeeds {
  indexes: readonly TableIndex[];
  /** It deletes items, or keeps idempotency records, which a failed try deletes. */
  deletes?: true;
  /** It writes many items at once, none of them on a condition. */
  writesMany?: true;
  /** Its transactions stand on what other items are. */
  checks?: true;
}

interface ContextProps {
  context: ContextFolder;
  operations: readonly Operation[];
  listensTo: readonly EventDefinition[];
  /** Its table, where it keeps anything. Its writes are published to the other contexts. */
  table?: TableNeeds;
  environment?: Record<string, string>;
  timeout?: Duration;
  /** It keeps something of people, and writes its share when one of them wants all of it. */
  sharesPeople?: true;
}

/** Where a context's entry of the service registry lies; `GET /v1/services` reads them all. */
export const registryPath = (stage: Stage): string => `/${nameIn(stage, 'services')}`;

/**
 * A context's stack: table, function, routes, inbox, stream and alarms, and its place in the service registry. A
 * context's own stack adds only what is special.
 */
export class ContextStack extends Stack {
  readonly handler: Function;
  readonly operations: readonly Operation[];

  constructor(app: App, ground: StageContext, props: ContextProps) {
    const { stage, api, authorizer, bus, alarmTopic } = ground;
    const { context, operations, listensTo, table: needs, environment = {}, timeout } = props;
    super(app, nameIn(stage, context), { env: { region: stage.region, account: stage.account } });

    const table = needs && new ContextTable(this, 'Table', { stage, indexes: needs.indexes });
    const { function: handler } = new ContextFunction(this, 'Handler', {
      stage,
      context,
      environment: {
        ...ground.environment,
        ...(table && { TABLE_NAME: table.tableName, BUS_NAME: bus.eventBusName }),
        ...environment,
      },
      ...(timeout && { timeout }),
    });
    this.handler = handler;
    this.operations = operations;
    exposeOperations(this, { api, authorizer, function: handler, operations });
    if (table) {
      this.grantTable(table, needs);
      this.tellEvents(table, bus, alarmTopic);
    }
    if (props.sharesPeople) this.sharePeople(context, ground.personExports);
    if (listensTo.length > 0) this.listen(bus, listensTo, alarmTopic);

    new StringParameter(this, 'Registration', {
      parameterName: `${registryPath(stage)}/${context}`,
      stringValue: JSON.stringify({ context, health: `/v1/${context}/health`, ready: `/v1/${context}/ready` }),
    });
    alarm(this, 'FaultsAlarm', {
      metric: handler.metricErrors({ period: alarmPeriod }),
      threshold: 1,
      errorImpact: `Requests, events or publications fail in ${context}.`,
      runbook: 'a-function-fails',
      topic: alarmTopic,
    });
    alarm(this, 'ThrottlesAlarm', {
      metric: handler.metricThrottles({ period: alarmPeriod }),
      threshold: 1,
      errorImpact: `Lambda throttles ${context}: requests fail and posts go out late.`,
      runbook: 'a-function-is-throttled',
      topic: alarmTopic,
    });
  }

  /** Items of the own table, and queries on each of its indexes: no scan, no administration. */
  private grantTable(table: ContextTable, { indexes, deletes, checks, writesMany }: TableNeeds): void {
    const items = [
      ...['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'Query'],
      ...(deletes ? ['DeleteItem'] : []),
      ...(checks ? ['ConditionCheckItem'] : []),
      ...(writesMany ? ['BatchWriteItem'] : []),
    ];
    this.allow(
      items.map((action) => `dynamodb:${action}`),
      [table.tableArn],
    );
    if (indexes.length === 0) return;
    this.allow(
      ['dynamodb:Query'],
      indexes.map((index) => `${table.tableArn}/index/${nameOf(index)}`),
    );
  }

  protected allow(actions: string[], resources: string[]): void {
    this.handler.addToRolePolicy(new PolicyStatement({ actions, resources }));
  }

  /** Allows actions on whatever a pattern of resources names. @param reason why the resources are not named one by one */
  protected allowOnPattern(actions: string[], arn: string, reason: string): void {
    this.allow(actions, [arn]);
    this.acceptPattern(arn, reason);
  }

  /** The same for objects of a bucket: people, workspaces and posts have prefixes of their own, which come and go. */
  protected allowObjects(actions: `s3:${string}`[], bucket: PrivateBucket, keys = '*'): void {
    this.allow(actions, [bucket.arnForObjects(keys)]);
    this.acceptPattern(bucket.arnOfObjectsIn(this, keys), 'Their prefixes are not known here.');
  }

  private acceptPattern(arn: string, reason: string): void {
    if (this.handler.role) acceptWildcard(this.handler.role, arn, reason);
  }

  /** Its own parts of people's archives, to be written and never read. */
  private sharePeople(context: ContextFolder, exports: PrivateBucket): void {
    this.handler.addEnvironment('PERSON_BUCKET', exports.bucketName);
    this.allowObjects(['s3:PutObject'], exports, `parts/*/${context}/*`);
  }

  private tellEvents(table: ContextTable, bus: IEventBus, topic: ITopic): void {
    const lost = new DeadLetterQueue(this, 'LostChanges', {
      errorImpact: 'A change was not published to other contexts: a post may not go out, or a projection is behind.',
      runbook: 'a-change-was-not-published',
      topic,
    });
    this.handler.addEventSource(
      new DynamoEventSource(table, {
        startingPosition: StartingPosition.TRIM_HORIZON,
        batchSize: 100,
        reportBatchItemFailures: true,
        bisectBatchOnError: true,
        retryAttempts: 100,
        onFailure: new SqsDlq(lost),
        // Only entities mean something to others; idempotency records and projections stay here.
        filters: [FilterCriteria.filter({ dynamodb: { NewImage: { version: { N: FilterRule.exists() } } } })],
      }),
    );
    bus.grantPutEventsTo(this.handler);
  }

  private listen(bus: IEventBus, listensTo: readonly EventDefinition[], topic: ITopic): void {
    const inbox = new Inbox(this, 'Inbox', { bus, function: this.handler, listensTo, topic });
    alarm(this, 'BacklogAlarm', {
      metric: inbox.queue.metricApproximateAgeOfOldestMessage({ period: alarmPeriod }),
      threshold: 300,
      errorImpact: 'Events wait for minutes: accounts, schedules and metrics are out of date.',
      runbook: 'events-wait-in-an-inbox',
      topic,
    });
  }
}
