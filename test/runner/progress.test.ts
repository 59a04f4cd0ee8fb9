import { expect, test } from 'vitest';
import { excerpt, progress } from './progress.ts';

test('progress is one line with counts, the duration and the files still running', () => {
  const at = { files: 42, ended: 40, tests: 512, failed: 1, seconds: 305 };
  const line = '40 of 42 files, 512 tests, 1 failed, 5 min 5 s';
  expect(progress({ ...at, atWork: ['integration/erasure.test.ts'] })).toBe(
    `${line}; running: integration/erasure.test.ts`,
  );
  expect(progress({ ...at, atWork: [] })).toBe(line);
});

test('an excerpt of a log has its last lines, truncated and without metrics, and the path of the complete log', () => {
  const many = Array.from({ length: 30 }, (_, place) => `{"message":"line ${place}"}`);
  const [head, ...shown] = excerpt([...many, '{"_aws":{}}', 'x'.repeat(1_000)], '.build/unit.log').split('\n');
  expect(head).toBe('  log, last 20 of 31 lines (complete, with metrics: .build/unit.log):');
  expect(shown).toHaveLength(20);
  expect(shown[0]).toBe('    {"message":"line 11"}');
  expect(shown.at(-1)).toBe(`    ${'x'.repeat(400)} …`);
  expect(excerpt(['one'], 'f')).toBe('  log, last 1 of 1 lines (complete, with metrics: f):\n    one');
});
