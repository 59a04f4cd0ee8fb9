import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { accept } from './accept.ts';

/** How long a message waits in a queue: as long as SQS allows. */
export const retentionPeriod = Duration.days(14);

/** Where messages wait for a person once delivery has failed for good: encrypted, over TLS only, for two weeks. */
export class DeadLetterQueue extends Queue {
  constructor(scope: Construct, id: string) {
    super(scope, id, { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, retentionPeriod });
    accept(this, 'SQS3', undefined, 'It is itself a dead-letter queue.');
  }
}
