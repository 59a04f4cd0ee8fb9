import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { importPosts } from '#functions/posts/transfer/contract.ts';
import { Marketer, newXUser } from '#infra/local/marketer.ts';
import { bringUp } from '#infra/local/stage.ts';

/**
 * How long the largest import takes on a local stage, as a dry run and then for real: every second row is scheduled, and
 * each is long enough to be compared with the others. `npm run bench:import -- 100` takes 100 rows. A response
 * may take 29 seconds: a function's limit, just below the 30 of an HTTP API (AWS: quotas of HTTP APIs).
 */
const count = z.coerce.number().int().min(1).max(1_000).default(1_000).parse(process.argv[2]);

const folder = mkdtempSync(join(tmpdir(), 'xmp-bench-'));
await using owner = new AsyncDisposableStack();
owner.defer(() => {
  rmSync(folder, { recursive: true, force: true });
});
const stage = await bringUp({ folder: join(folder, 'stage'), auth: false });
owner.defer(() => stage.stop());

const maya = await new Marketer(stage.facts).join();
const accountId = await maya.connect(await newXUser(stage.facts));
const from = Date.now() + 86_400_000;
const row = (each: number) => {
  const words = Array.from({ length: 20 }, (_, word) => `word${(each * 7919 + word * 104_729) % 9_973}`).join(' ');
  const publishAt = new Date(from + each * 600_000).toISOString();
  return { accountId, parts: [{ text: `Row ${each}: ${words}` }], ...(each % 2 === 0 && { publishAt }) };
};
const content = JSON.stringify(Array.from({ length: count }, (_, each) => row(each)));

const take = async (what: string, dryRun: boolean): Promise<void> => {
  const began = performance.now();
  const ask = { format: 'json', mode: 'each', dryRun, content };
  const { written, refused } = await maya.do(importPosts.response, 'POST', '/v1/posts/import', ask);
  const seconds = (performance.now() - began) / 1000;
  console.log(`${what}: ${count} rows in ${seconds.toFixed(1)} s, ${written} written, ${refused} refused`);
};
console.log('');
await take('tried', true);
await take('written', false);
