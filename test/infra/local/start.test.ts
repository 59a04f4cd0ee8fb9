import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PROJECT } from '#infra/local/emulator.ts';

test.each([
  ['--nonsense', "Unknown option '--nonsense'."],
  ['nonsense', "Unexpected argument 'nonsense'."],
  ['--fresh=yes', "Option '--fresh' does not take an argument."],
])('npm start -- %s fails with one line of usage', (argument, said) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(PROJECT, 'infra/local/start.ts'), argument], {
    encoding: 'utf8',
  });
  expect({ status, stdout, stderr }).toEqual({
    status: 2,
    stdout: '',
    stderr: `${said} Use: npm start [-- [--fresh] [--no-story] [--folder <path>]]\n`,
  });
});
