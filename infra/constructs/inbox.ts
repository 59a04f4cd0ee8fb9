import { Duration } from 'aws-cdk-lib';
import { type IEventBus, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { Function } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { EventDefinition } from '#shared/events/event.ts';
import { DeadLetterQueue, retentionPeriod } from './dead-letter-queue.ts';

interface InboxProps {
  bus: IEventBus;
  function: Function;
  /** The contract's `listensTo`. */
  listensTo: readonly EventDefinition[];
  topic: ITopic;
  /** What is lost while a message waits in its dead-letter queue, and the runbook's heading. */
  deadLetters?: { errorImpact: string; runbook: string };
  /** For messages that are received many times on purpose. */
  maxReceiveCount?: number;
  /** Maximum number of batches processed concurrently; by default as many as Lambda allows. */
  maxConcurrency?: number;
}

/** After this many failures an event moves to the dead-letter queue. */
const maxFailures = 5;

const missingEvent = {
  errorImpact: 'An event failed for good: its change is missing in this context.',
  runbook: 'events-in-a-dead-letter-queue',
};

/**
 * The queue in which a context receives events of others: filled by rules and consumed by the context's function. What
 * repeatedly fails waits two weeks in the dead-letter queue.
 */
export class Inbox extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string, props: InboxProps) {
    super(scope, id);
    const { bus, function: consumer, listensTo, topic, maxReceiveCount = maxFailures, maxConcurrency } = props;
    const deadLetters = new DeadLetterQueue(this, 'DeadLetters', { ...(props.deadLetters ?? missingEvent), topic });
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod,
      // AWS recommends six times the function's timeout, so that a slow batch is not delivered twice.
      visibilityTimeout: Duration.seconds(6 * (consumer.timeout?.toSeconds() ?? 3)),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount },
    });
    consumer.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize: 10,
        reportBatchItemFailures: true,
        ...(maxConcurrency !== undefined && { maxConcurrency }),
      }),
    );

    for (const source of new Set(listensTo.map((event) => event.source))) {
      const detailType = listensTo.filter((event) => event.source === source).map((event) => event.type);
      new Rule(this, `From-${source}`, {
        eventBus: bus,
        eventPattern: { source: [source], detailType },
        targets: [new SqsQueue(this.queue, { deadLetterQueue: deadLetters })],
      });
    }
  }
}
