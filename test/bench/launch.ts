import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { check, launch } from '#infra/local/campaigns.ts';
import { eventually, Marketer, newXUser } from '#infra/local/marketer.ts';
import { freePort } from '#infra/local/ports.ts';
import { bringUp } from '#infra/local/stage.ts';
import { startCapacityProxy } from './capacity-proxy.ts';

/**
 * What checking and launching a campaign of templates costs on a local stage: seconds, and write units per slot.
 * `npm run bench:launch -- 500` takes 500 slots.
 */
const count = z.coerce.number().int().min(1).max(2_000).default(2_000).parse(process.argv[2]);

/** Words that no other post has: X and the policy reject near-duplicates. */
const words = (): string => Array.from({ length: 2 }, () => randomUUID().replaceAll('-', ' ')).join(' ');

const Id = z.object({ id: z.string() });

const folder = mkdtempSync(join(tmpdir(), 'xmp-bench-'));
await using owner = new AsyncDisposableStack();
owner.defer(() => {
  rmSync(folder, { recursive: true, force: true });
});
const emulatorPort = await freePort();
const proxy = await startCapacityProxy(await freePort(), `http://127.0.0.1:${emulatorPort}`);
owner.defer(() => {
  proxy.stop();
});
const stage = await bringUp({
  folder: join(folder, 'stage'),
  auth: false,
  endpointForFunctions: proxy.url,
  ports: { emulator: emulatorPort, xSandbox: 0, frontDoor: 0 },
});
owner.defer(() => stage.stop());

const maya = await new Marketer(stage.facts).join();
const accountIds: string[] = [];
for (let place = 0; place < 3; place += 1) accountIds.push(await maya.connect(await newXUser(stage.facts)));
const template = {
  name: 'Tips',
  parts: [{ text: '{{words}}' }],
  variables: [{ name: 'words', type: 'text' }],
};
const templateId = (await maya.do(Id, 'POST', '/v1/templates', template)).id;
const tomorrow = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
const plan = {
  timeZone: 'Europe/Berlin',
  seed: 'bench',
  tracks: [
    {
      id: 'tips',
      accountIds,
      content: { kind: 'template', templateId, values: Array.from({ length: count }, () => ({ words: words() })) },
      times: {
        kind: 'recurrence',
        start: `${tomorrow}T08:00`,
        rule: `FREQ=DAILY;BYHOUR=8,10,12,14,16,18,20,22;COUNT=${count}`,
      },
    },
  ],
};
const campaign = await eventually('campaigns know the template', async () => {
  const { status, body } = await maya.call('POST', '/v1/campaigns', { name: 'Tips', timeZone: 'Europe/Berlin', plan });
  if (status === 400) return undefined;
  return Id.parse(body);
});

const timed = async (what: string, work: () => Promise<unknown>): Promise<void> => {
  proxy.take();
  const begunAt = Date.now();
  await work();
  const seconds = (Date.now() - begunAt) / 1000;
  const units = proxy.take();
  const each = [...units].map(([who, sum]) => `${who} ${(sum / count).toFixed(2)}`).join(', ');
  console.log(`${what}: ${seconds.toFixed(1)} s; write units per slot: ${each}`);
};

console.log(`\n${count} slots of templates on three accounts, local stage`);
await timed('check', () => check(maya, campaign));
await timed('check again', () => check(maya, campaign));
await timed('launch with its check', () => launch(maya, campaign));
