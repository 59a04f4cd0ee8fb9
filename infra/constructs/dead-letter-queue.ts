import { Duration } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { accept } from './accept.ts';
import { alarm, alarmPeriod } from './alarm.ts';

/** How long a message waits in a queue, the maximum of SQS. */
export const retentionPeriod = Duration.days(14);

interface DeadLetterQueueProps {
  /** What users lose while a message waits. */
  errorImpact: string;
  /** Heading in docs/runbook.md that explains what to do. */
  runbook: string;
  topic: ITopic;
}

/**
 * Keeps messages whose delivery has permanently failed for a person: encrypted, over TLS only, for two weeks. Its alarm
 * fires while it contains any message.
 */
export class DeadLetterQueue extends Queue {
  constructor(scope: Construct, id: string, props: DeadLetterQueueProps) {
    super(scope, id, { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, retentionPeriod });
    accept(this, 'SQS3', undefined, 'It is itself a dead-letter queue.');
    alarm(scope, `${id}Alarm`, {
      ...props,
      metric: this.metricApproximateNumberOfMessagesVisible({ period: alarmPeriod }),
      threshold: 1,
    });
  }
}
