import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Logger } from '@aws-lambda-powertools/logger';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { loggable } from '../observability.ts';

/** What becomes of a job: it is done, or comes again after so many seconds. */
export type JobOutcome = { againInSeconds: number } | undefined;

/** Work that waits in a queue, and may be postponed there for hours. */
export interface Jobs {
  /** URL of the queue. */
  queue: string;
  /** Carries out one job, given the body of its message; loaded with the first. May be run again at any time. */
  work: () => Promise<(body: unknown) => Promise<JobOutcome>>;
  /** Hides a message of the queue for so many seconds. */
  postpone: (receiptHandle: string, seconds: number) => Promise<void>;
}

/** SQS hides a message for twelve hours at most, counted from when it was received (AWS: SQS quotas). */
const longestSeconds = 12 * 60 * 60 - 60;

/**
 * Carries out the jobs of a batch side by side, since each of them mostly waits for somebody else. One that is postponed
 * is reported as failed, which keeps its message; one that fails comes again when its message is visible again.
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
