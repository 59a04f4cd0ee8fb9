import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, Context, DynamoDBStreamEvent, SQSEvent } from 'aws-lambda';
import type { ContextName } from '../contexts.ts';
import type { Bus } from '../events/publish.ts';
import type { Subscription } from '../events/subscription.ts';
import type { Route } from '../http/route.ts';
import type { LazyRoutes } from '../lazy.ts';
import { loggable, type Observability, observe } from '../observability.ts';
import { once } from '../once.ts';
import type { FindStanding } from '../standing.ts';
import type { Table } from '../table.ts';
import { type Admission, admissionOf } from './admission.ts';
import { cognitoHandler, isTrigger, type Triggers } from './cognito.ts';
import { connected, readinessRequest } from './connect.ts';
import { httpHandler, type Unmatched } from './http.ts';
import type { Jobs } from './jobs.ts';
import type { Refusal } from './refusals.ts';
import type { EventsFor } from './stream.ts';
import { isTask, type Task, taskHandler } from './task.ts';

/** The parts of a context. A context does not handle what it leaves out. */
export interface HandlerParts {
  context: ContextName;
  /** The context's own, if its dependencies log too: their entries get the correlation id of the invocation as well. */
  observability?: Observability;
  routes: readonly (Route | LazyRoutes)[];
  /** Where `Idempotency-Key` records are stored: the context's own table. */
  table?: Table;
  /** Loaded with the first event from the bus. */
  subscriptions?: () => Promise<readonly Subscription[]>;
  tasks?: readonly Task[];
  /** Work from a separate queue. */
  jobs?: Jobs;
  /** Maps changes of the table to events, loaded with the first change, and the bus to publish them on. */
  stream?: { eventsFor: () => Promise<EventsFor>; bus: Bus };
  triggers?: Triggers;
  /** Finds a caller's current standing. Required in a context with operations that change something in a workspace. */
  standing?: FindStanding;
  /** Handles `$default`: requests that match no route of any context. */
  unmatched?: Unmatched;
  /** Which requests are accepted; by default, the stage's rules. */
  admission?: Admission;
  /** The token of the platform's operators, for their operations. */
  operatorToken?: () => Promise<string>;
}

const assemble = (parts: HandlerParts) => {
  const { context, routes, table, subscriptions, tasks, jobs, stream, triggers, standing, unmatched } = parts;
  const { observability = observe(context) } = parts;
  const { logger } = observability;
  const admission = parts.admission ?? admissionOf(process.env, table, observability);
  const refusals = once(async () => {
    if (!stream) return undefined;
    const { deniedReporter: refusalTeller } = await import('./refusals.ts');
    return refusalTeller({ context, bus: stream.bus, observability });
  });
  const tellRefusal = async (refusal: Refusal): Promise<void> => (await refusals())?.(refusal);
  const { operatorToken } = parts;
  const http = httpHandler({
    context,
    routes,
    table,
    observability,
    unmatched,
    admission,
    standing,
    operatorToken,
    tellRefusal,
  });
  const runTask = taskHandler(context, tasks ?? [], logger);
  const trigger = cognitoHandler(triggers ?? {});

  const queue = once(async () => {
    const { queueHandler } = await import('./queue.ts');
    return queueHandler((await subscriptions?.()) ?? [], logger);
  });
  const work = once(async () => {
    if (!jobs) throw new Error(`${context} handles no jobs`);
    return (await import('./jobs.ts')).jobsHandler(jobs, logger);
  });
  const changes = once(async () => {
    if (!stream) throw new Error(`${context} handles no stream`);
    const { streamHandler } = await import('./stream.ts');
    return streamHandler(await stream.eventsFor(), stream.bus, logger);
  });

  const dispatch = async (event: object, lambdaContext: Context): Promise<unknown> => {
    if (isHttpEvent(event)) return http(event, lambdaContext);
    if (isTask(event)) return runTask(event);
    if (isQueueEvent(event)) {
      const handle = jobs && isFrom(event, jobs.queue) ? await work() : await queue();
      return handle(event, lambdaContext);
    }
    if (isStreamEvent(event)) return (await changes())(event);
    if (isTrigger(event)) return trigger(event);
    throw new Error(`${context} was woken by an event of unknown shape`);
  };

  const traced = async (event: object, lambdaContext: Context): Promise<unknown> => {
    const tracer = await observability.tracer();
    if (!tracer) return dispatch(event, lambdaContext);
    const answer = await tracer.provider.captureAsyncFunc(`## ${context}`, async (segment) => {
      try {
        return await dispatch(event, lambdaContext);
      } finally {
        segment?.close();
      }
    });
    return answer;
  };

  const invoke = async (event: object, lambdaContext: Context): Promise<unknown> => {
    try {
      return await traced(event, lambdaContext);
    } catch (error) {
      logger.error('invocation failed', { error: loggable(error) });
      throw error;
    }
  };

  const handler = middy<object, unknown>()
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .handler(invoke);
  return { handler, http, admission, observability };
};

/**
 * Creates the Lambda function of a context: one handler with six triggers, distinguished by the event's shape. Parts
 * that most cold starts do not need (queue, stream) are loaded with their first event.
 */
export const createHandler = (parts: HandlerParts) => assemble(parts).handler;

/** The readiness check uses none of it. */
const noContext = {} as Context;

/**
 * Creates the same function, and during initialisation answers its own readiness check and makes the first calls to
 * other services that it commonly uses.
 */
export const startHandler = async (parts: HandlerParts, firstCalls: readonly (() => Promise<unknown>)[] = []) => {
  const { handler, http, admission, observability } = assemble(parts);
  const ready = async () => {
    const { statusCode } = await http(readinessRequest(parts.context, admission.originSecret), noContext);
    if (statusCode !== 200) throw new Error(`The readiness check answered ${statusCode}`);
  };
  await connected(() => Promise.all([ready, ...firstCalls].map((call) => call())), observability);
  return handler;
};

const isHttpEvent = (event: object): event is APIGatewayProxyEventV2 =>
  'routeKey' in event && 'requestContext' in event;

/** Returns the source of a batch's records (`aws:sqs`, `aws:dynamodb`); undefined for anything but a batch. */
const recordSource = (event: object): unknown => {
  if (!('Records' in event) || !Array.isArray(event.Records)) return undefined;
  const first: unknown = event.Records[0];
  return typeof first === 'object' && first !== null && 'eventSource' in first ? first.eventSource : undefined;
};

const isQueueEvent = (event: object): event is SQSEvent => recordSource(event) === 'aws:sqs';

/** Whether a batch comes from the queue with that URL: both URL and ARN of a queue end in its name. */
const isFrom = ({ Records: [first] }: SQSEvent, url: string): boolean =>
  first?.eventSourceARN.split(':').at(-1) === url.split('/').at(-1);

const isStreamEvent = (event: object): event is DynamoDBStreamEvent => recordSource(event) === 'aws:dynamodb';
