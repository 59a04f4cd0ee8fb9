import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/**
 * `npm test`: proves the whole, and says at the end how long each check took. Arguments are names of checks:
 * `npm test -- lint types` runs those alone. Each line that a check says begins with its name.
 */
interface Check {
  name: string;
  command: readonly [string, ...string[]];
}

const vitest = (...tiers: string[]): Check['command'] => [
  'vitest',
  'run',
  ...tiers.flatMap((tier) => ['--project', tier]),
];

/**
 * Step after step; in a step the lanes go side by side, each check of a lane after the one before. Tests have a small
 * machine for themselves: they use both its cores, or depend on time.
 */
const steps: readonly (readonly (readonly Check[])[])[] = [
  [
    [
      // In parts: the types of all files at once want more memory than Node takes by itself.
      { name: 'lint', command: ['eslint', 'functions', 'shared', 'events', 'infra', '*.ts', '*.js'] },
      { name: 'lint:units', command: ['eslint', 'test/functions'] },
    ],
    [
      { name: 'types', command: ['tsc'] },
      { name: 'lint:tests', command: ['eslint', 'test', '--ignore-pattern', 'test/functions/'] },
      { name: 'format', command: ['prettier', '--check', '--log-level', 'warn', '.'] },
      { name: 'unused', command: ['knip'] },
    ],
  ],
  [[{ name: 'tests', command: [...vitest('unit', 'simulation', 'infra', 'local'), '--coverage'] }]],
  [[{ name: 'stage', command: vitest('integration', 'recorded') }]],
  [[{ name: 'faults', command: vitest('faults') }]],
];

const root = join(import.meta.dirname, '..');
const names = steps.flat(2).map(({ name }) => name);
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`There is no check ${unknown.join(', ')}: ${names.join(', ')}`);
  process.exit(2);
}

const say = (name: string, lines: Readable): void => {
  createInterface({ input: lines }).on('line', (line) => {
    console.log(`${name.padEnd(10)} │ ${line}`);
  });
};

const run = ({ name, command: [command, ...args] }: Check): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = spawn(join(root, 'node_modules', '.bin', command), args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    say(name, child.stdout);
    say(name, child.stderr);
    child.once('error', reject);
    child.once('close', (code) => {
      resolve(code ?? 1);
    });
  });

const results: { name: string; code: number; seconds: number }[] = [];
for (const lanes of steps) {
  const inLane = async (checks: readonly Check[]): Promise<void> => {
    for (const check of checks.filter(({ name }) => asked.length === 0 || asked.includes(name))) {
      const started = performance.now();
      const code = await run(check);
      results.push({ name: check.name, code, seconds: (performance.now() - started) / 1000 });
    }
  };
  await Promise.all(lanes.map(inLane));
}

console.log('');
for (const { name, code, seconds } of results) {
  console.log(`${code === 0 ? 'passed' : 'FAILED'}  ${name.padEnd(10)} ${seconds.toFixed(1).padStart(7)} s`);
}
const failed = results.filter(({ code }) => code !== 0).length;
console.log(`checks: ${results.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
