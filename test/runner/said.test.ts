import { describe, expect, test } from 'vitest';
import { causesIn, duration, ending, environment, summary } from './said.ts';

test.each([
  [0.4, '0 s'],
  [59.4, '59 s'],
  [59.6, '1 min 0 s'],
  [850, '14 min 10 s'],
])('%d seconds are printed as %s', (seconds, said) => {
  expect(duration(seconds)).toBe(said);
});

test('the last line of a check says whether it passed, how long it took, and how it ended if it failed', () => {
  expect(ending({ title: 'types', how: 0, seconds: 24 })).toBe('types       │ passed in 24 s');
  expect(ending({ title: 'types', how: 2, seconds: 24 })).toBe('types       │ FAILED in 24 s (exit code 2)');
  expect(ending({ title: 'types', how: 'SIGKILL', seconds: 24 })).toBe('types       │ FAILED in 24 s (SIGKILL)');
});

test('the summary of a run lists the result of each check, why some failed, and the totals', () => {
  const results = [
    { title: 'types', how: 0, seconds: 24 },
    { title: 'unit', how: 'SIGKILL', seconds: 61, causes: ['FAILED a.test.ts > fails', '  expected 1 to be 2'] },
  ];
  expect(summary(results, 85)).toBe(
    [
      '',
      'passed  types               24 s',
      'FAILED  unit           1 min 1 s',
      'unit        │ FAILED a.test.ts > fails',
      'unit        │   expected 1 to be 2',
      'checks: 1 passed, 1 failed, 1 min 25 s in total',
    ].join('\n'),
  );
});

describe('the causes of a failed check', () => {
  test('are the failures that its output names, each with the line after it', () => {
    const output = 'one\nFAILED a.test.ts > fails\n  expected 1 to be 2\n\ntwo\nFAILED b.test.ts\n  It does not load\n';
    const named = ['FAILED a.test.ts > fails', '  expected 1 to be 2', 'FAILED b.test.ts', '  It does not load'];
    expect(causesIn(output)).toEqual(named);
  });

  test('are the last lines of its output when that names no failure, and never more than 16 lines', () => {
    const lines = Array.from({ length: 100 }, (_, place) => `line ${place}`);
    expect(causesIn(`${lines.join('\n')}\n\n`)).toEqual(lines.slice(-16));
    expect(causesIn(lines.map((line) => `FAILED ${line}`).join('\n'))).toHaveLength(16);
  });
});

describe('the colours of a check', () => {
  test.each([
    ['on a terminal', {}, true, { FORCE_COLOR: '1' }],
    ['in a file', {}, false, { NO_COLOR: '1' }],
    ['on a terminal without them', { NO_COLOR: '1' }, true, { NO_COLOR: '1' }],
    ['in a file that is to have them', { FORCE_COLOR: '3' }, false, { FORCE_COLOR: '3' }],
    ['where they are forced off', { FORCE_COLOR: '0' }, true, { NO_COLOR: '1' }],
    ['where both are set', { NO_COLOR: '1', FORCE_COLOR: '1' }, true, { NO_COLOR: '1' }],
    ['where an empty value says nothing', { NO_COLOR: '', FORCE_COLOR: '' }, true, { FORCE_COLOR: '1' }],
  ])('%s', (_, own, isTerminal, expected) => {
    expect(environment({ HOME: '/home/ada', ...own }, isTerminal)).toEqual({ HOME: '/home/ada', ...expected });
  });
});
