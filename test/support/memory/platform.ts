import { createHash } from 'node:crypto';
import type { FeedDeps, HookDeps, WebhookDeps } from '#functions/platform/deps.ts';
import { feedItemStore } from '#functions/platform/store/feed-items.ts';
import { feedReadingStore } from '#functions/platform/store/feed-readings.ts';
import { feedStore } from '#functions/platform/store/feeds.ts';
import { hookReceiptStore } from '#functions/platform/store/hook-receipts.ts';
import { hookStore } from '#functions/platform/store/hooks.ts';
import { publishingStopStore } from '#functions/platform/store/publishing-stops.ts';
import { webhookDeliveryStore } from '#functions/platform/store/webhook-deliveries.ts';
import { webhookHealthStore } from '#functions/platform/store/webhook-health.ts';
import { webhookStore } from '#functions/platform/store/webhooks.ts';
import { bucketsIn } from '#shared/http/lease.ts';
import type { Outcome } from '#shared/outbound/outcome.ts';
import type { OutboundRequest } from '#shared/outbound/send.ts';
import type { Clock } from '#shared/time.ts';
import { type MemoryTable, memoryTable } from './table.ts';

/** The dependencies of webhooks and hooks, with their own stores on an in-memory table. */
export type MemoryPlatform = WebhookDeps &
  HookDeps &
  FeedDeps &
  MemoryTable & {
    /** Sent requests, oldest first. */
    sent: OutboundRequest[];
    /** The answers to the next requests; the last one is repeated. */
    answers: (Outcome | (() => Promise<Outcome>))[];
    /** Logged entries. */
    logged: unknown[];
  };

export const memoryPlatform = (now: Clock): MemoryPlatform => {
  const memory = memoryTable(now);
  const { table } = memory;
  const sent: OutboundRequest[] = [];
  const answers: MemoryPlatform['answers'] = [];
  const logged: unknown[] = [];
  let secrets = 0;
  return {
    ...memory,
    ...{ sent, answers, logged },
    webhooks: webhookStore(table),
    deliveries: webhookDeliveryStore(table),
    health: webhookHealthStore(table),
    stops: publishingStopStore(table),
    hooks: hookStore(table),
    feeds: feedStore(table),
    readings: feedReadingStore(table),
    feedItems: feedItemStore(table),
    receipts: hookReceiptStore(table),
    buckets: bucketsIn(table),
    publicUrl: 'https://platform.example.com',
    async send(request) {
      sent.push(request);
      const [next] = answers.length > 1 ? answers.splice(0, 1) : answers;
      if (!next) throw new Error('Nobody said how the request is answered');
      return typeof next === 'function' ? next() : next;
    },
    reach: { exceptions: [], ownHosts: ['platform.example.com'] },
    retrySeconds: [5, 300, 1_800, 7_200, 18_000, 36_000, 36_000],
    sealingKey: async () => new Uint8Array(32).fill(7),
    // Different bytes each time, but the same in every test.
    randomBytes: (count) =>
      createHash('sha512')
        .update(String((secrets += 1)))
        .digest()
        .subarray(0, count),
    chance: () => 0,
    log: { info: (...said: unknown[]) => void logged.push(said) },
    now,
  };
};
