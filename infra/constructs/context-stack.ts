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

/** What every context builds on, created by the stacks before it. */
export interface StageContext {
  stage: Stage;
  api: IHttpApi;
  authorizer: IHttpRouteAuthorizer;
  bus: IEventBus;
  alarmTopic: ITopic;
  /** Exports of personal data, and the parts that contexts write for them. */
  personExports: PrivateBucket;
  /** Environment shared by every function of the stage. */
  environment: Record<string, string>;
}

interface TableNeeds {
  indexes: readonly TableIndex[];
  /** It deletes items, or stores idempotency records, which a failed attempt deletes. */
  deletes?: true;
  /** It writes many items at once, unconditionally. */
  writesMany?: true;
  /** Its transactions check other items. */
  checks?: true;
}

interface ContextProps {
  context: ContextFolder;
  operations: readonly Operation[];
  listensTo: readonly EventDefinition[];
  /** Its table, if it stores anything. Writes to it are published to the other contexts. */
  table?: TableNeeds;
  environment?: Record<string, string>;
  timeout?: Duration;
  /** It stores personal data, and writes its part of a person's export. */
  sharesPeople?: true;
}

/** Path of the service registry's entries; `GET /v1/services` reads them all. */
export const registryPath = (stage: Stage): string => `/${nameIn(stage, 'services')}`;

/**
 * A context's stack: table, function, routes, inbox, stream, alarms, and entry in the service registry. Each context's
 * own stack adds only what is special.
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

  /** Grants access to items of the context's table and queries on its indexes; no scans, no administration. */
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

  /**
   * Allows actions on all resources that match a pattern. @param reason why the resources are not listed individually
   */
  protected allowOnPattern(actions: string[], arn: string, reason: string): void {
    this.allow(actions, [arn]);
    this.acceptPattern(arn, reason);
  }

  /** Allows actions on objects of a bucket, by pattern, since prefixes of people, workspaces and posts come and go. */
  protected allowObjects(actions: `s3:${string}`[], bucket: PrivateBucket, keys = '*'): void {
    this.allow(actions, [bucket.arnForObjects(keys)]);
    this.acceptPattern(bucket.arnOfObjectsIn(this, keys), 'Their prefixes are not known here.');
  }

  private acceptPattern(arn: string, reason: string): void {
    if (this.handler.role) acceptWildcard(this.handler.role, arn, reason);
  }

  /** Lets it write, but not read, its own parts of personal data exports. */
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
        // Only entities become events; idempotency records and projections are not published.
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
