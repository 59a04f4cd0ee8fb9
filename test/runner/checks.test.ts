import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { NotAsked, plan, steps } from './checks.ts';

const isPath = (arg: string): boolean => arg.startsWith('test/');
const titles = (...args: string[]) =>
  plan(args, isPath).map((lanes) => lanes.map((lane) => lane.map(({ title }) => title)));
const commands = (...args: string[]) =>
  plan(args, isPath)
    .flat(2)
    .map(({ command }) => command.join(' '));

describe('npm test', () => {
  test('runs everything without arguments, the tiers of `tests` in one check', () => {
    expect(titles()).toEqual([
      [['lint-rest'], ['format', 'unused'], ['types']],
      [['tests']],
      [['integration']],
      [['faults'], ['simulation', 'exhaustive', 'lint-infra']],
    ]);
  });

  test('gives every check a unique title, except for checks that only a full run has', () => {
    const all = steps.flat(2).flatMap(({ title, onlyInAll }) => (onlyInAll ? [] : [title]));
    expect(new Set(all).size).toBe(all.length);
  });

  test('lists only existing files as `exhaustive`: a moved one would fall back to `unit` unnoticed', () => {
    const config = readFileSync('vitest.config.ts', 'utf8');
    const [, list = ''] = /const exhaustive = \[([^\]]*)\]/.exec(config) ?? [];
    const files = Array.from(list.matchAll(/'([^']+)'/g), ([, path = '']) => path);
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((path) => !existsSync(path))).toEqual([]);
  });

  test('runs all parts of each named check, in the order of the steps', () => {
    expect(titles('unit', 'lint')).toEqual([[['lint-rest'], ['lint-infra']], [['unit']]]);
  });

  test('runs every check once in a full run, except for the tiers that `tests` covers', () => {
    const all = titles().flat(2);
    const missing = steps.flat(2).filter(({ title }) => all.filter((each) => each === title).length !== 1);
    expect(missing.map(({ title }) => title)).toEqual(['unit', 'infra', 'local']);
  });

  test('runs a whole tier when no file is named', () => {
    expect(commands('unit')).toEqual(['vitest run --project unit']);
    expect(commands('integration')).toEqual(['vitest run --project integration --project recorded']);
    expect(commands('tests')).toEqual([expect.stringMatching(/--project unit .*--project local --coverage$/)]);
  });

  test('passes files only to the check named before them', () => {
    expect(commands('types', 'integration', 'test/a.test.ts', 'test/b.test.ts', 'faults')).toEqual([
      expect.stringMatching(/tsc$/),
      'vitest run --project integration test/a.test.ts test/b.test.ts',
      'vitest run --project faults',
    ]);
    expect(commands('lint', 'test/a.test.ts')).toEqual([expect.stringMatching(/eslint\.js test\/a\.test\.ts$/)]);
  });

  test.each([
    [['units'], /^Unknown check or file: units\. Checks: lint, .*types, .*unit, .*faults, simulation, exhaustive$/],
    [['unit', 'nowhere/a.test.ts'], /^Unknown check or file: nowhere\/a\.test\.ts\./],
    [['test/a.test.ts'], /^Name a check before the file test\/a\.test\.ts: lint/],
    [['types', 'test/a.test.ts'], /^types always checks the whole project and takes no files/],
    [['tests', 'test/a.test.ts'], /^tests always checks the whole project and takes no files/],
  ])('refuses %j', (args, sentence) => {
    expect(() => plan(args, isPath)).toThrow(sentence);
    expect(() => plan(args, isPath)).toThrow(NotAsked);
  });
});
