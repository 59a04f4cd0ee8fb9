import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import * as contract from '#functions/campaigns/automations/contract.ts';
import { eventually, Marketer, newXUser } from '#infra/local/marketer.ts';
import { bringUp } from '#infra/local/stage.ts';

/**
 * `npm run bench:reaction`: the time on a local stage from an event to the end of the first step of the automation that
 * it triggers. `npm run bench:reaction -- 50` takes 50 events, one at a time, with warm functions.
 */
const count = z.coerce.number().int().min(1).max(200).default(100).parse(process.argv[2]);
const warmUps = 10;

const folder = mkdtempSync(join(tmpdir(), 'xmp-bench-'));
await using owner = new AsyncDisposableStack();
owner.defer(() => {
  rmSync(folder, { recursive: true, force: true });
});
const stage = await bringUp({
  folder: join(folder, 'stage'),
  auth: false,
  ports: { emulator: 0, xSandbox: 0, frontDoor: 0 },
});
owner.defer(() => stage.stop());

const maya = await new Marketer(stage.facts).join();
const accountId = await maya.connect(await newXUser(stage.facts));
const automation = await maya.do(contract.AutomationView, 'POST', '/v1/automations', {
  name: 'Tell the team',
  trigger: { kind: 'event', type: 'post.created' },
  steps: [{ kind: 'notify', roles: ['owner'], subject: 'Written', text: '{{entityId}}' }],
  limits: { perHour: 500, perDay: 500, concurrency: 10 },
});
const path = `/v1/automations/${automation.id}`;
await maya.do(contract.AutomationView, 'POST', `${path}/on`);

const newest = async () =>
  (await maya.do(contract.listAutomationRuns.response, 'GET', `${path}/runs?limit=1`)).items.find(
    ({ status }) => status === 'done',
  );
const took: number[] = [];
let before: string | undefined;
for (let place = 0; place < warmUps + count; place += 1) {
  const draft = { accountId, parts: [{ text: `Set off ${place}` }] };
  // Posts learn of a connection by an event, which takes a moment.
  await eventually('the post is written', async () =>
    (await maya.call('POST', '/v1/posts', draft)).status === 201 ? true : undefined,
  );
  const run = await eventually('its run is done', async () => {
    const found = await newest();
    return found && found.id !== before ? found : undefined;
  });
  before = run.id;
  const [step] = run.steps;
  if (step && place >= warmUps) took.push(Date.parse(step.at) - Date.parse(run.triggeredAt));
}
took.sort((a, b) => a - b);
const at = (share: number): number => took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? NaN;
console.log(`\n${count} events, one at a time: from the event to the first step done, local stage`);
console.log(`p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms`);
