import { randomUUID } from 'node:crypto';
import {
  DeleteRuleCommand,
  EventBridgeClient,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { eventually } from '#infra/local/marketer.ts';
import type { EventDefinition, EventOf } from '#shared/events/event.ts';
import { newId } from '#shared/ids.ts';
import { asRoot, nameOnStage } from './stage.ts';

export const busName = nameOnStage('events');
export const eventBridge = new EventBridgeClient(asRoot);
export const sqs = new SQSClient(asRoot);

const Heard = z.object({
  source: z.string(),
  'detail-type': z.string(),
  detail: z.object({
    id: z.string(),
    entityId: z.string(),
    entityVersion: z.number(),
    occurredAt: z.string(),
    correlationId: z.string(),
    actor: z.object({ type: z.string(), id: z.string() }),
    data: z.record(z.string(), z.unknown()),
  }),
});

/** An event as a listener on the bus receives it. */
type Heard = z.infer<typeof Heard>['detail'] & { type: string };

interface Spy extends AsyncDisposable {
  /** All events so far, each once, in order of arrival. */
  heard(): Promise<Heard[]>;
  /** Waits for at least `count` events that `wanted` accepts, and returns them. */
  hears(what: string, wanted: (event: Heard) => boolean, count?: number): Promise<Heard[]>;
}

/** Listens to all events of a workspace, through a rule and a queue of its own. */
export const spyOn = async (workspaceId: string): Promise<Spy> => {
  const name = `spy-${randomUUID()}`;
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  const rule = { EventBusName: busName, Name: name };
  const EventPattern = JSON.stringify({ detail: { workspaceId: [workspaceId] } });
  await eventBridge.send(new PutRuleCommand({ ...rule, EventPattern }));
  const Targets = [{ Id: 'spy', Arn: Attributes?.QueueArn ?? '' }];
  await eventBridge.send(new PutTargetsCommand({ EventBusName: busName, Rule: name, Targets }));

  const all: Heard[] = [];
  const drain = async (): Promise<Heard[]> => {
    for (;;) {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
      if (Messages.length === 0) return all;
      for (const { Body = '' } of Messages) {
        const { detail, 'detail-type': type } = Heard.parse(JSON.parse(Body));
        // The bus may deliver an event more than once.
        if (!all.some(({ id }) => id === detail.id)) all.push({ ...detail, type });
      }
      const Entries = Messages.map(({ MessageId: Id, ReceiptHandle }) => ({ Id, ReceiptHandle }));
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    }
  };
  return {
    heard: drain,
    hears: (what, wanted, count = 1) =>
      eventually(what, async () => {
        const found = (await drain()).filter(wanted);
        return found.length >= count ? found : undefined;
      }),
    async [Symbol.asyncDispose]() {
      await eventBridge.send(new RemoveTargetsCommand({ EventBusName: busName, Rule: name, Ids: ['spy'] }));
      await eventBridge.send(new DeleteRuleCommand(rule));
      await sqs.send(new DeleteQueueCommand({ QueueUrl }));
    },
  };
};

/** An event's detail, as its context would publish it. */
export const detailOf = <Definition extends EventDefinition>(
  definition: Definition,
  said: Pick<EventOf<Definition>, 'workspaceId' | 'entityId' | 'entityVersion' | 'data'> & { correlationId?: string },
) => ({
  id: newId('evt', new Date()),
  schemaVersion: definition.schemaVersion,
  occurredAt: new Date().toISOString(),
  actor: { type: 'system', id: definition.source },
  correlationId: randomUUID(),
  ...said,
});

/** Puts any detail on the bus. */
export const putOnBus = async ({ source, type }: EventDefinition, detail: object): Promise<void> => {
  const entry = { EventBusName: busName, Source: source, DetailType: type, Detail: JSON.stringify(detail) };
  await eventBridge.send(new PutEventsCommand({ Entries: [entry] }));
};
