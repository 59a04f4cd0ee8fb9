import { setTimeout as sleep } from 'node:timers/promises';
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Logger } from '@aws-lambda-powertools/logger';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import * as z from 'zod';
import { retryOnLostUpdate } from '../entities.ts';
import { type Delivered, isOnlyKept, type Subscription } from '../events/subscription.ts';
import { loggable } from '../observability.ts';

/** The message that EventBridge puts into the inbox. */
const Delivery = z.object({
  'detail-type': z.string(),
  source: z.string(),
  detail: z.unknown(),
  'replay-name': z.string().optional(),
});

const Correlated = z.object({ correlationId: z.string() });

/**
 * Calls the subscription, and immediately retries when its write lost to a concurrent one of the same entity.
 * Redelivery by the queue would take minutes, and a post may be due before then.
 */
const handOver = (subscription: Subscription, detail: unknown, delivered: Delivered): Promise<void> =>
  retryOnLostUpdate(() => subscription.handle(detail, delivered), {
    maxAttempts: 4,
    pause: (attempt) => sleep(Math.random() * 50 * attempt),
  });

/**
 * Passes each event of the inbox to the subscriptions of its type. SQS delivers a failed record again, and moves it to
 * the dead-letter queue after its attempts; the other records are done.
 */
export const queueHandler = (subscriptions: readonly Subscription[], logger: Logger) => {
  const processor = new BatchProcessor(EventType.SQS);
  const keyOf = (source: string, type: string) => `${source}/${type}`;
  const byType = Map.groupBy(subscriptions, ({ definition }) => keyOf(definition.source, definition.type));

  const handleRecord = async (record: SQSRecord): Promise<void> => {
    const delivery = Delivery.parse(JSON.parse(record.body));
    const type = delivery['detail-type'];
    const listeners = byType.get(keyOf(delivery.source, type));
    if (!listeners) throw new Error(`Nothing here listens to ${delivery.source} ${type}`);
    const { correlationId } = Correlated.parse(delivery.detail);
    logger.appendKeys({ correlationId });
    try {
      // If one subscription fails, the event is delivered to all of them again; each tolerates repeats.
      const delivered = { isReplay: isOnlyKept(delivery['replay-name']) };
      for (const each of listeners) await handOver(each, delivery.detail, delivered);
      logger.info('event handled', { event: type });
    } catch (error) {
      logger.error('event failed', { event: type, error: loggable(error) });
      throw error;
    }
  };

  return (event: SQSEvent, context: Context): Promise<SQSBatchResponse> =>
    processPartialResponse(event, handleRecord, processor, {
      context,
      processInParallel: false,
      // Without this, a batch of which every record failed would fail the whole invocation.
      throwOnFullBatchFailure: false,
    });
};
