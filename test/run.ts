import { spawn } from 'node:child_process';
import { join } from 'node:path';

/**
 * `npm test`: proves the whole, one check after the other, and says at the end how long each took. Arguments are names
 * of checks: `npm test -- lint types` runs those alone.
 */
const checks: readonly { name: string; command: readonly [string, ...string[]] }[] = [
  { name: 'format', command: ['prettier', '--check', '--log-level', 'warn', '.'] },
  { name: 'lint', command: ['eslint', '.'] },
  { name: 'types', command: ['tsc'] },
  { name: 'unused', command: ['knip'] },
  { name: 'tests', command: ['vitest', 'run', '--coverage'] },
];

const root = join(import.meta.dirname, '..');
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !checks.some((check) => check.name === name));
if (unknown.length > 0) {
  console.error(`There is no check ${unknown.join(', ')}: ${checks.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

const run = ([command, ...args]: readonly [string, ...string[]]): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = spawn(join(root, 'node_modules', '.bin', command), args, { cwd: root, stdio: 'inherit' });
    child.once('error', reject);
    child.once('exit', (code) => {
      resolve(code ?? 1);
    });
  });

const results: { name: string; code: number; seconds: number }[] = [];
for (const { name, command } of checks.filter((check) => asked.length === 0 || asked.includes(check.name))) {
  console.log(`\n── ${name} ${'─'.repeat(60 - name.length)}`);
  const started = performance.now();
  const code = await run(command);
  results.push({ name, code, seconds: (performance.now() - started) / 1000 });
}

console.log('');
for (const { name, code, seconds } of results) {
  console.log(`${code === 0 ? 'passed' : 'FAILED'}  ${name.padEnd(8)} ${seconds.toFixed(1).padStart(7)} s`);
}
const failed = results.filter(({ code }) => code !== 0).length;
console.log(`checks: ${results.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
