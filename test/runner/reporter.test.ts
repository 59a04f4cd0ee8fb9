import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { root } from '../support/synthesized.ts';
import { functionLogs } from './places.ts';
import { environment } from './said.ts';

/** A project of one tier, with a test that passes and one that fails; both log as functions do. And a file that does not load. */
const config = `
import { TierReporter } from '${join(root, 'test/runner/reporter.ts')}';
export default { test: {
  reporters: [new TierReporter()],
  projects: [{ test: { name: 'unit', include: ['*.test.ts'], setupFiles: ['${join(root, 'test/runner/function-logs.ts')}'] } }],
} };`;
const source = `
import { Logger } from '@aws-lambda-powertools/logger';
import { expect, test } from 'vitest';
const logger = new Logger({ serviceName: 'posts' });
test('passes', () => { logger.info('of the one that passes'); process.stdout.write('a figure\\n'); });
test('fails', () => { logger.error('of the one that fails'); expect({ a: 1 }).toEqual({ a: 2 }); });`;

const Failed = z.object({ code: z.int(), stdout: z.string(), stderr: z.string() });
let folder: string;
let failed: z.infer<typeof Failed>;

beforeAll(async () => {
  mkdirSync(join(root, '.build'), { recursive: true });
  folder = mkdtempSync(join(root, '.build', 'reporter-')); // packages resolve from there
  writeFileSync(join(folder, 'vitest.config.ts'), config);
  writeFileSync(join(folder, 'a.test.ts'), source);
  writeFileSync(join(folder, 'b.test.ts'), `throw new Error('It does not load');`);
  const vitest = promisify(execFile)(join(root, 'node_modules/.bin/vitest'), ['run'], {
    cwd: folder,
    env: environment(process.env, false),
  });
  failed = Failed.parse(await vitest.catch((error: unknown) => error));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('a failed test is reported with its name, its assertion error, the diff and its log', () => {
  expect(failed.code).toBe(1);
  expect(failed.stderr).toMatch(/^FAILED a\.test\.ts > fails\n {2}expected { a: 1 } to deeply equal { a: 2 }\n/m);
  expect(failed.stderr).toContain(`(complete, with metrics: ${join(functionLogs, 'unit.log')}):\n    {"level":"ERROR"`);
  expect(failed.stderr).toMatch(/- {3}"a": 2,\n\+ {3}"a": 1,/);
});

test('a file that fails to load is reported with its error', () => {
  expect(failed.stderr).toMatch(/^FAILED b\.test\.ts\n {2}It does not load$/m);
});

test('the output has the progress and what tests print, but no log of a passed test and no colours', () => {
  expect(failed.stdout).toMatch(/^2 of 2 files, 2 tests, 2 failed, \d+ s$/m);
  expect(failed.stdout).toMatch(/^a figure$/m);
  expect(failed.stdout + failed.stderr).not.toContain('"message":"of the one that passes"');
  expect(failed.stdout + failed.stderr).not.toContain('\u001B');
});

test('the log file has every log entry, grouped by test', () => {
  const log = readFileSync(join(folder, functionLogs, 'unit.log'), 'utf8');
  expect(log).toMatch(/^# a\.test\.ts > passes\n\{.*of the one that passes.*\}\n# a\.test\.ts > fails\n\{.*\}\n$/);
});
