import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { createHandler } from '#shared/lambda/handler.ts';
import { task } from '#shared/lambda/task.ts';
import { lambdaContext } from '#test/support/http-event.ts';
import { captureLog } from '../captured-log.ts';

let log: string[];
beforeEach(() => {
  log = captureLog();
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const double = task('posts.double', z.object({ number: z.int().default(1) }), async ({ number }, origin) => {
  if (number === 13) throw new Error('hunter2');
  return { outcome: 'doubled', number: number * 2, origin };
});

const invoke = async (said: object) =>
  createHandler({ context: 'posts', routes: [], tasks: [double] })(
    {
      task: 'posts.double',
      input: { number: 2 },
      execution: 'arn:execution-1',
      correlationId: 'correlation-1',
      ...said,
    },
    lambdaContext,
  );

test('a task gets its parsed input and an origin with the context as actor, and its execution', async () => {
  expect(await invoke({})).toEqual({
    outcome: 'doubled',
    number: 4,
    origin: {
      actor: { type: 'system', id: 'posts' },
      correlationId: 'correlation-1',
      execution: 'arn:execution-1',
    },
  });
  expect(await invoke({ input: {} })).toMatchObject({ number: 2 });
});

describe('an invocation throws, for the workflow to retry:', () => {
  test.each<[string, object]>([
    ['a task that is not known', { task: 'posts.halve' }],
    ['a task whose name every object knows', { task: 'constructor' }],
    ['a task without a name', { task: 1 }],
    ['input that does not fit', { input: { number: 'x' } }],
    ['no input', { input: undefined }],
    ['no execution', { execution: undefined }],
    ['no correlation id', { correlationId: undefined }],
    ['the task itself failed', { input: { number: 13 } }],
  ])('%s', async (_, said) => {
    await expect(invoke(said)).rejects.toThrow();
    expect(log.join('\n')).toContain('invocation failed');
    expect(log.join('\n')).not.toContain('hunter2');
  });
});

test('the log of a failed task has the correlation id of its workflow, that of the next invocation has not', async () => {
  const handler = createHandler({ context: 'posts', routes: [], tasks: [double] });
  const asked = { task: 'posts.double', input: { number: 13 }, execution: 'arn:1', correlationId: 'correlation-1' };
  await expect(handler(asked, lambdaContext)).rejects.toThrow();
  expect(log.join('\n')).toContain('"correlationId": "correlation-1"');
  log.length = 0;
  await expect(handler({}, lambdaContext)).rejects.toThrow();
  expect(log.join('\n')).toContain('invocation failed');
  expect(log.join('\n')).not.toContain('correlation-1');
});
