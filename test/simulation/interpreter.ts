import * as z from 'zod';
import type { State, StateMachineDefinition } from '#infra/workflows/task.ts';

/*
 * The part of the Amazon States Language that our definitions use. aws-local-stepfunctions knows the whole language,
 * but waits in real time between tries and lets no scheduler decide which execution continues.
 */

export interface Surroundings {
  /** The execution's ARN and name, as in `$$.Execution`. */
  execution: { id: string; name: string };
  /** Carries out a task: the function's name is its `Resource`. */
  call: (resource: string, payload: unknown) => Promise<unknown>;
  sleepUntil: (instant: string) => Promise<void>;
  sleep: (milliseconds: number) => Promise<void>;
  /** Called before each state: where an execution may be stopped. */
  enter?: (state: string) => Promise<void>;
}

type Context = Readonly<Record<string, unknown>>;

const Retrier = z.object({
  IntervalSeconds: z.number().default(1),
  BackoffRate: z.number().default(2),
  MaxAttempts: z.number().default(3),
  MaxDelaySeconds: z.number().default(Number.POSITIVE_INFINITY),
});
const Catcher = z.object({
  ErrorEquals: z.array(z.string()),
  ResultPath: z.string().nullable().optional(),
  Next: z.string(),
});
const Rule = z.object({
  Variable: z.string(),
  StringEquals: z.string().optional(),
  BooleanEquals: z.boolean().optional(),
  IsNull: z.boolean().optional(),
  Next: z.string(),
});
const Machine = z.object({ StartAt: z.string(), States: z.record(z.string(), z.record(z.string(), z.unknown())) });
const text = (value: unknown): string => z.string().parse(value);

/** Runs a definition to its end. @returns its output @throws the error that no Retry or Catch handles */
export const execute = (
  definition: StateMachineDefinition,
  input: unknown,
  surroundings: Surroundings,
): Promise<unknown> => runStates(definition, input, surroundings, { Execution: contextOf(surroundings) });

const contextOf = ({ execution }: Surroundings) => ({ Id: execution.id, Name: execution.name });

const runStates = async (
  { StartAt, States }: { StartAt: string; States: Readonly<Record<string, State>> },
  input: unknown,
  surroundings: Surroundings,
  context: Context,
): Promise<unknown> => {
  let name = StartAt;
  let data = input;
  for (;;) {
    const state = States[name];
    if (state === undefined) throw new Error(`There is no state ${name}`);
    await surroundings.enter?.(name);
    const { next, output } = await step(state, data, surroundings, context);
    if (next === undefined) return output;
    name = next;
    data = output;
  }
};

interface Left {
  next: string | undefined;
  output: unknown;
}

const step = async (state: State, data: unknown, surroundings: Surroundings, context: Context): Promise<Left> => {
  const next = state['End'] === true ? undefined : state['Next'] === undefined ? undefined : text(state['Next']);
  const on = (result: unknown): Left => ({ next, output: placed(data, state['ResultPath'], result) });
  switch (state['Type']) {
    case 'Wait':
      if (typeof state['Seconds'] === 'number') await surroundings.sleep(1000 * state['Seconds']);
      else await surroundings.sleepUntil(text(at(text(state['TimestampPath']), data, context)));
      return { next, output: data };
    case 'Pass':
      return on('Result' in state ? state['Result'] : at(text(state['InputPath'] ?? '$'), data, context));
    case 'Succeed':
      return { next: undefined, output: data };
    case 'Fail':
      throw new Failed(text(state['Error']));
    case 'Choice':
      return { next: chosen(state, data, context), output: data };
    case 'Task':
      return caught(
        state,
        data,
        () => tried(state, () => callTask(state, data, surroundings, context), surroundings),
        on,
      );
    case 'Map':
      return caught(state, data, () => mapped(state, data, surroundings, context), on);
    default:
      throw new Error(`The interpreter knows no ${String(state['Type'])}`);
  }
};

const callTask = async (state: State, data: unknown, { call }: Surroundings, context: Context): Promise<unknown> => {
  const answer = await call(text(state['Resource']), filled(state['Parameters'], data, context));
  return answer === undefined ? null : JSON.parse(JSON.stringify(answer));
};

const tried = async (state: State, run: () => Promise<unknown>, { sleep }: Surroundings): Promise<unknown> => {
  const [retrier] = z.array(Retrier).default([]).parse(state['Retry']);
  for (let failures = 0; ; failures += 1) {
    try {
      return await run();
    } catch (error) {
      if (error instanceof Stopped || !retrier || failures >= retrier.MaxAttempts) throw error;
      await sleep(1000 * Math.min(retrier.IntervalSeconds * retrier.BackoffRate ** failures, retrier.MaxDelaySeconds));
    }
  }
};

const caught = async (
  state: State,
  data: unknown,
  run: () => Promise<unknown>,
  on: (result: unknown) => Left,
): Promise<Left> => {
  try {
    return on(await run());
  } catch (error) {
    if (error instanceof Stopped) throw error;
    const name = error instanceof Failed ? error.message : 'Error';
    const catcher = z
      .array(Catcher)
      .default([])
      .parse(state['Catch'])
      .find(({ ErrorEquals }) => ErrorEquals.includes('States.ALL') || ErrorEquals.includes(name));
    if (!catcher) throw error;
    return { next: catcher.Next, output: placed(data, catcher.ResultPath, { Error: name, Cause: String(error) }) };
  }
};

/** The error of a Fail state, with its name as the message. */
class Failed extends Error {}

/** Thrown when an execution is stopped: no state handles it. */
export class Stopped extends Error {}

const chosen = (state: State, data: unknown, context: Context): string => {
  const rule = z
    .array(Rule)
    .parse(state['Choices'])
    .find(({ Variable, StringEquals, BooleanEquals, IsNull }) => {
      const value = at(Variable, data, context);
      return IsNull === undefined ? value === (StringEquals ?? BooleanEquals) : (value === null) === IsNull;
    });
  return rule?.Next ?? text(state['Default']);
};

/** One element after the other: our definitions allow one at a time, or their order does not matter. */
const mapped = async (
  state: State,
  data: unknown,
  surroundings: Surroundings,
  context: Context,
): Promise<unknown[]> => {
  const results: unknown[] = [];
  const processor = Machine.parse(state['ItemProcessor']);
  for (const item of z.array(z.unknown()).parse(at(text(state['ItemsPath']), data, context))) {
    const within = { ...context, Map: { Item: { Value: item } } };
    const input = 'ItemSelector' in state ? filled(state['ItemSelector'], data, within) : item;
    results.push(await runStates(processor, input, surroundings, within));
  }
  return results;
};

/** A payload template: names that end in `.$` are JSON paths, or a list of them. */
const filled = (template: unknown, data: unknown, context: Context): unknown => {
  if (Array.isArray(template)) return template.map((each) => filled(each, data, context));
  if (typeof template !== 'object' || template === null) return template;
  return Object.fromEntries(
    Object.entries(template).map(([name, value]: [string, unknown]) =>
      name.endsWith('.$') ? [name.slice(0, -2), at(text(value), data, context)] : [name, filled(value, data, context)],
    ),
  );
};

const at = (path: string, data: unknown, context: Context): unknown => {
  const list = /^States\.Array\((.*)\)$/.exec(path)?.[1];
  if (list !== undefined) return list.split(',').map((each) => at(each.trim(), data, context));
  const [root, from] = path.startsWith('$$') ? [context, path.slice(2)] : [data, path.slice(1)];
  const names = from.match(/[^.[\]]+/g) ?? [];
  return names.reduce<unknown>((value, name) => {
    if (typeof value !== 'object' || value === null || !(name in value)) throw new Error(`There is no ${path}`);
    return (value as Record<string, unknown>)[name];
  }, root);
};

/** The state's data with its result at a path of one name; the result alone, or the data alone, for `$` and null. */
const placed = (data: unknown, path: unknown, result: unknown): unknown => {
  if (path === null) return data;
  if (path === undefined || path === '$') return result;
  return { ...z.record(z.string(), z.unknown()).parse(data), [text(path).slice(2)]: result };
};
