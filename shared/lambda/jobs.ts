import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Logger } from '@aws-lambda-powertools/logger';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { loggable } from '../observability.ts';

/** Result of a job: done (undefined), or to be run again after this many seconds. */
export type JobOutcome = { againInSeconds: number } | undefined;

/** Work in a queue, where it can be postponed for hours. */
export interface Jobs {
  /** URL of the queue. */
  queue: string;
  /** Runs a job, given the body of its message. Loaded with the first job. A job may run again at any time. */
  work: () => Promise<(body: unknown) => Promise<JobOutcome>>;
  /** Hides a message in the queue for this many seconds. */
  postpone: (receiptHandle: string, seconds: number) => Promise<void>;
}

/** SQS hides a message for at most twelve hours from its receipt (AWS: SQS quotas). */
const longestSeconds = 12 * 60 * 60 - 60;

/**
 * Runs the jobs of a batch concurrently, because they mostly wait for others. A postponed job is reported as failed,
 * which keeps its message; a failed job is retried when its message becomes visible again.
 */
export const jobsHandler = ({ work, postpone }: Jobs, logger: Logger) => {
  const processor = new BatchProcessor(EventType.SQS);

  const handleRecord = async ({ body, receiptHandle }: SQSRecord): Promise<void> => {
    let outcome: JobOutcome;
    try {
      outcome = await (await work())(JSON.parse(body));
      if (outcome) await postpone(receiptHandle, Math.min(longestSeconds, Math.ceil(outcome.againInSeconds)));
    } catch (error) {
      logger.error('job failed', { error: loggable(error) });
      throw error;
    }
    if (outcome) throw new Error('The job was postponed');
  };

  return (event: SQSEvent, context: Context): Promise<SQSBatchResponse> =>
    processPartialResponse(event, handleRecord, processor, {
      context,
      processInParallel: true,
      throwOnFullBatchFailure: false,
    });
};
