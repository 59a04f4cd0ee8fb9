import { ChangeMessageVisibilityCommand, SQSClient } from '@aws-sdk/client-sqs';
import { callLimits } from '#shared/aws-client.ts';
import type { Jobs } from '#shared/lambda/jobs.ts';

/** Postpones messages of an SQS queue. */
export const queueAt = (QueueUrl: string): Pick<Jobs, 'postpone'> => {
  const client = new SQSClient(callLimits());
  return {
    async postpone(ReceiptHandle, VisibilityTimeout) {
      await client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }));
    },
  };
};
