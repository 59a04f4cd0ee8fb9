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
  /** What is lost while a message waits in its dead-letter queue, and where to read what to do. */
  deadLetters?: { errorImpact: string; runbook: string };
  /** For messages that come back many times on purpose. */
  maxReceiveCount?: number;
  /** Batches that the function has in hand at once; as many as Lambda likes unless it is said. */
  maxConcurrency?: number;
}

/** An event that failed this often is put aside for a person. */
const maxFailures = 5;

const missingEvent = {
  errorImpact: 'An event failed for good: its change is missing in this context.',
  runbook: 'events-in-a-dead-letter-queue',
};

/**
 * The queue through which a context hears the events of others: filled by rules, emptied by the context's function;
 * what fails again and again waits two weeks in the dead-letter queue.
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
      // AWS asks for six times the function's timeout, so that a slow batch is not delivered twice.
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
