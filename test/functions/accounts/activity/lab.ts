import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, vi } from 'vitest';
import * as z from 'zod';
import { answerXChallenge, receiveXActivity } from '#functions/accounts/activity/contract.ts';
import { tasks } from '#functions/accounts/task-names.ts';
import { type Harness, harness, secret } from '../harness.ts';

const Webhook = z.object({ outcome: z.string(), webhookId: z.string().optional() });
const Progress = z.object({ isMore: z.boolean(), skipped: z.number() });
const Deliveries = z.object({
  deliveries: z.array(z.object({ eventType: z.string(), answers: z.array(z.number().nullable()) })),
});

/** Signs a body as X does. */
export const signed = (body: string, key = secret.consumerSecret): string =>
  `sha256=${createHmac('sha256', key).update(body).digest('base64')}`;

/** Accounts behind a local HTTP server that the X sandbox calls; the workflow runs without Step Functions. */
export const activityLab = async () => {
  const behind: { context: Harness | undefined; isDown: boolean } = { context: undefined, isDown: false };
  const door = createServer((request, response) => {
    void (async () => {
      const url = new URL(request.url ?? '/', 'http://door');
      const body = await text(request);
      const signature = String(request.headers['x-twitter-webhooks-signature'] ?? '');
      const headers = { 'x-twitter-webhooks-signature': signature };
      const { context, isDown } = behind;
      const reply =
        isDown || !context
          ? { status: 503, raw: '' }
          : request.method === 'GET'
            ? await context.call(answerXChallenge, { query: Object.fromEntries(url.searchParams), as: undefined })
            : await context.call(receiveXActivity, { body, headers, as: undefined });
      response.writeHead(reply.status, { 'content-type': 'application/json' }).end(reply.raw);
    })();
  });
  await new Promise<void>((resolve) => void door.listen(0, '127.0.0.1', resolve));
  const { port } = door.address() as AddressInfo;
  const made = await harness({ xWebhookUrl: `http://127.0.0.1:${port}/v1/x/webhook`, timeoutMs: 5_000 });
  behind.context = made;

  const keepWebhook = async () => Webhook.parse(await made.run(tasks.keepWebhook, {}));
  const keepSubscriptions = async (webhookId: string): Promise<number> => {
    let steps = 0;
    for (let skipped = 0; ; steps += 1) {
      const progress = Progress.parse(await made.run(tasks.keepSubscriptions, { webhookId, skipped }));
      if (!progress.isMore) return steps + 1;
      skipped = progress.skipped;
    }
  };
  return {
    ...made,
    keepWebhook,
    keepSubscriptions,
    /** Does what the workflow does. */
    follow: async () => {
      const { webhookId = '' } = await keepWebhook();
      await keepSubscriptions(webhookId);
      return webhookId;
    },
    /** Makes the HTTP server answer 503, or stops that. */
    setDown: (down: boolean) => {
      behind.isDown = down;
    },
    /** The deliveries of X, once at least `count` of them have been answered. */
    delivered: async (count: number) =>
      vi.waitFor(
        async () => {
          const { deliveries } = Deliveries.parse(await made.control('GET', 'deliveries'));
          expect(deliveries.flatMap(({ answers }) => answers).length).toBeGreaterThanOrEqual(count);
          return deliveries;
        },
        { timeout: 5_000, interval: 20 },
      ),
    close: async () => {
      await made.sandbox.close();
      door.closeAllConnections();
      door.close();
    },
  };
};
export type ActivityLab = Awaited<ReturnType<typeof activityLab>>;
