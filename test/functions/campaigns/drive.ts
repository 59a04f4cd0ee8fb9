import type * as z from 'zod';
import type { ContextName, DomainEvent } from '#shared/events/event.ts';
import { busEntry } from '#shared/events/publish.ts';
import type { Subscription } from '#shared/events/subscription.ts';
import type { Operation } from '#shared/http/operation.ts';
import type { Route } from '#shared/http/route.ts';
import { httpInlet } from '#shared/lambda/http.ts';
import type { Task } from '#shared/lambda/task.ts';
import { observe } from '#shared/observability.ts';
import { httpEvent, lambdaContext, owner } from '#test/support/http-event.ts';

/** Who does things in the tests. */
export const person = { actor: { type: 'person' as const, id: owner.personId }, correlationId: 'correlation-1' };

/** Delivers an event as the bus does: checked, and through JSON. */
export const deliver = async (subscriptions: readonly Subscription[], event: DomainEvent): Promise<void> => {
  const entry = busEntry(event, `${event.detail.entityId}/${event.detail.entityVersion}`, 0);
  const listener = subscriptions.find(({ definition }) => definition === event.definition);
  if (!listener) throw new Error(`Nothing listens to ${entry.type}`);
  await listener.handle(JSON.parse(entry.detail));
};

/** Runs a task as a workflow does; its outcome went through JSON. */
export const runTask = async (tasks: readonly Task[], name: string, input: object): Promise<unknown> => {
  const task = tasks.find((each) => each.name === name);
  if (!task) throw new Error(`There is no task ${name}`);
  const outcome = await task.run(input, { ...person, execution: 'arn:execution-1' });
  return JSON.parse(JSON.stringify(outcome));
};

type Sent = NonNullable<Parameters<typeof httpEvent>[1]>;

/** Calls operations over HTTP, as the owner of a workspace unless somebody else is named. */
export const caller = (context: ContextName, routes: readonly Route[]) => {
  const observability = observe(context);
  observability.logger.setLogLevel('SILENT');
  const inlet = httpInlet({ context, routes, table: undefined, observability, unmatched: undefined });
  return async <Reply extends z.ZodType>(operation: Operation, reply: Reply, sent: Sent = {}) => {
    const answer = await inlet(httpEvent(operation, { as: owner, ...sent }), lambdaContext);
    return {
      status: answer.statusCode,
      etag: answer.headers?.etag,
      body: reply.parse(answer.body === undefined ? undefined : JSON.parse(answer.body)),
    };
  };
};
