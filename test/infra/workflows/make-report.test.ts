import { expect, test } from 'vitest';
import { makeReport } from '#infra/workflows/make-report.ts';
import { execute } from '#test/simulation/interpreter.ts';

const event = { workspaceId: 'wsp_1', entityId: 'rpt_1', correlationId: 'request-1' };

/** Runs the workflow. Returns the tasks that it called with their inputs, and its failure. */
const run = async (answer: (task: string, call: number) => object | Error) => {
  const called: [task: string, input: unknown][] = [];
  const execution = execute(makeReport({ users: 'users', analytics: 'analytics' }), event, {
    execution: { id: 'execution-1', name: 'execution-1' },
    call: async (_resource, payload) => {
      const { task, input } = payload as { task: string; input: unknown };
      called.push([task, input]);
      const given = answer(task, called.filter(([each]) => each === task).length);
      if (given instanceof Error) throw given;
      return given;
    },
    sleep: async () => undefined,
    sleepUntil: async () => undefined,
    enter: async () => undefined,
  });
  const failure = await execution.then(
    () => undefined,
    (error: unknown) => String(error),
  );
  return { called, failure };
};

const onReport = { workspaceId: 'wsp_1', reportId: 'rpt_1' };

test('the files of a report are made one after the other, and the state keeps only their sizes', async () => {
  const files = [
    { format: 'json', bytes: 900 },
    { format: 'pdf', bytes: 40_000 },
  ];
  const { called, failure } = await run((task, call) => {
    if (task === 'users.describeWorkspace') return { name: 'Bäckerei Łukasz', colour: '#aa3300' };
    return { isMore: call <= files.length, made: files.slice(0, call) };
  });
  expect(failure).toBeUndefined();
  const onFile = { ...onReport, workspace: { name: 'Bäckerei Łukasz', colour: '#aa3300' } };
  expect(called).toEqual([
    ['users.describeWorkspace', { workspaceId: 'wsp_1' }],
    ['analytics.makeReport', { ...onFile, made: [] }],
    ['analytics.makeReport', { ...onFile, made: files.slice(0, 1) }],
    ['analytics.makeReport', { ...onFile, made: files }],
  ]);
});

test.each(['users.describeWorkspace', 'analytics.makeReport'])(
  'if %s keeps failing, the report is given up and the execution fails',
  async (broken) => {
    const { called, failure } = await run((task) => {
      if (task === broken) return new Error('The function fails');
      return task === 'users.describeWorkspace' ? { name: 'X' } : {};
    });
    expect(called.at(-1)).toEqual(['analytics.giveUpReport', onReport]);
    expect(called.filter(([task]) => task === broken).length).toBeGreaterThan(3);
    expect(failure).toContain('ReportFailed');
  },
);
