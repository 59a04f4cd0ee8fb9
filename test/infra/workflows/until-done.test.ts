import { expect, test } from 'vitest';
import type { StateMachineDefinition } from '#infra/workflows/task.ts';
import { givingUp, untilDone } from '#infra/workflows/until-done.ts';
import { execute } from '#test/simulation/interpreter.ts';

type Loop = Partial<Parameters<typeof untilDone>[0]>;

const step = { handler: 'users', task: 'write', input: { 'from.$': '$.written.cursor' }, resultPath: '$.written' };

const definition = (loop: Loop): StateMachineDefinition => ({
  Comment: 'Writes part by part',
  StartAt: 'BeginWrite',
  States: {
    ...untilDone({ name: 'Write', begin: { cursor: null }, step, giveUp: 'GiveUp', next: 'Done', ...loop }),
    ...givingUp({
      step: { handler: 'users', task: 'giveUp', input: {} },
      error: 'NotWritten',
      cause: 'Says so itself.',
    }),
    Elsewhere: { Type: 'Succeed' },
    Done: { Type: 'Succeed' },
  },
});

/** Runs the loop against these answers, one per call. Returns the inputs of its parts and the states entered. */
const run = async (answers: readonly object[], loop: Loop = {}) => {
  const left = [...answers];
  const inputs: unknown[] = [];
  const states: string[] = [];
  const execution = execute(
    definition(loop),
    { correlationId: 'c' },
    {
      execution: { id: 'execution-1', name: 'execution-1' },
      call: async (_resource, payload) => {
        const { task, input } = payload as { task: string; input: unknown };
        if (task === 'giveUp') return null;
        inputs.push(input);
        const answer = left.shift();
        if (!answer) throw new Error('The function fails');
        return answer;
      },
      sleep: async () => undefined,
      sleepUntil: async () => undefined,
      enter: async (state) => void states.push(state),
    },
  );
  const failure = await execution.then(
    () => undefined,
    (error: unknown) => String(error),
  );
  return { inputs, states, failure };
};

test('each part continues where the previous one stopped, until none is left', async () => {
  const { inputs, states, failure } = await run([
    { isMore: true, cursor: 'b' },
    { isMore: true, cursor: 'c' },
    { isMore: false, cursor: null },
  ]);
  expect(failure).toBeUndefined();
  expect(inputs).toEqual([{ from: null }, { from: 'b' }, { from: 'c' }]);
  expect(states).toEqual([
    'BeginWrite',
    ...['Write', 'IsWriteDone', 'Write', 'IsWriteDone'],
    'Write',
    'IsWriteDone',
    'Done',
  ]);
});

test.each<[NonNullable<Loop['more']>, object, object]>([
  ['outcome', { outcome: 'more' }, { outcome: 'erased' }],
  ['next', { next: 0 }, { next: null }],
])('`%s` can ask for another part', async (more, asking, done) => {
  const { inputs, states } = await run([{ ...asking, cursor: 'b' }, done], { more });
  expect(inputs).toEqual([{ from: null }, { from: 'b' }]);
  expect(states.at(-1)).toBe('Done');
});

test('other outcomes lead to their own states', async () => {
  const { states } = await run([{ outcome: 'left' }], { more: 'outcome', on: { left: 'Elsewhere' } });
  expect(states).toEqual(['BeginWrite', 'Write', 'IsWriteDone', 'Elsewhere']);
});

test('a part that fails six times is given up, and the execution fails', async () => {
  const { inputs, states, failure } = await run([{ isMore: true, cursor: 'b' }]);
  // The second part is tried six times.
  expect(inputs).toHaveLength(1 + 6);
  expect(states.slice(-3)).toEqual(['Write', 'GiveUp', 'Failed']);
  expect(failure).toBe('Error: NotWritten');
});
