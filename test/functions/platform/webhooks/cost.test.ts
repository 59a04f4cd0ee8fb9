import { expect, test } from 'vitest';
import { webhookDeliveryStore } from '#functions/platform/store/webhook-deliveries.ts';
import { countingTable } from '#test/support/memory/write-units.ts';
import { answered, harness } from '../harness.ts';

/** Decision 30 has the arithmetic of what a delivery that succeeds at once writes and reads. */
test('a delivery costs six write units and four single-item reads', async () => {
  const { deps, made, publish, messages, receive, table } = harness();
  const written = new Map<string, number>();
  const get = table.get.bind(table);
  let reads = 0;
  table.get = (key) => {
    reads += 1;
    return get(key);
  };
  deps.deliveries = webhookDeliveryStore(countingTable(table, written));
  await made();
  deps.answers.push(answered(200));
  await publish();
  reads = 0;
  expect(await receive(...messages())).toEqual(['done']);
  expect(Object.fromEntries(written)).toEqual({ webhook_delivery: 6 });
  expect(reads).toBe(4);
});
