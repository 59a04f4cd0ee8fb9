import { describe, expect, test } from 'vitest';
import { runDailyChecks } from '#infra/workflows/run-daily-checks.ts';
import { execute } from '#test/simulation/interpreter.ts';

/** Runs the definition against these answers, one per part. Returns the input of each part, and how it ended. */
const run = async (...answers: object[]) => {
  const inputs: unknown[] = [];
  const states: string[] = [];
  const failure = await execute(
    runDailyChecks({ analytics: 'analytics' }),
    {},
    {
      execution: { id: 'execution-1', name: 'execution-1' },
      call: async (_resource, payload) => {
        inputs.push((payload as { input: unknown }).input);
        return answers[inputs.length - 1];
      },
      sleep: async () => undefined,
      sleepUntil: async () => undefined,
      enter: async (state) => void states.push(state),
    },
  ).then(
    () => undefined,
    (error: unknown) => String(error),
  );
  return { inputs, failure, last: states.at(-1) };
};

const place = (shard: number, after = '') => ({ shard, after });

describe('the daily checks', () => {
  test('continue where the previous part stopped, until nothing is left', async () => {
    const { inputs, failure, last } = await run(
      { next: place(0, 'acc_1'), hasFailed: false },
      { next: place(1), hasFailed: false },
      { next: null, hasFailed: false },
    );
    expect(inputs).toEqual([
      { next: place(0), hasFailed: false },
      { next: place(0, 'acc_1'), hasFailed: false },
      { next: place(1), hasFailed: false },
    ]);
    expect([failure, last]).toEqual([undefined, 'Done']);
  });

  test('fail only at the end when one of them failed', async () => {
    const { inputs, failure, last } = await run({ next: place(1), hasFailed: true }, { next: null, hasFailed: true });
    expect(inputs.at(-1)).toEqual({ next: place(1), hasFailed: true });
    expect([failure, last]).toEqual([expect.stringContaining('ChecksFailed'), 'Failed']);
  });
});
