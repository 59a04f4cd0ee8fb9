import type { Logger } from '@aws-lambda-powertools/logger';
import * as z from 'zod';
import { type Author, systemAuthor } from '../actor.ts';

/** A step of a workflow that this context carries out. */
export interface Task {
  readonly name: string;
  readonly run: (input: unknown, origin: TaskOrigin) => Promise<unknown>;
}

/** The caller of a task. `execution` is the ARN of the workflow's execution, which owns claims. */
export interface TaskOrigin extends Author {
  execution: string;
}

/** The payload that a workflow sends; `infra/workflows/task.ts` builds it. */
const Invocation = z.object({
  task: z.string(),
  input: z.unknown(),
  execution: z.string(),
  correlationId: z.string(),
});

/**
 * Defines a workflow task. It returns an outcome that the workflow branches on (`{ outcome: 'rate_limited', retryAt
 * }`); exceptions are faults, which the workflow retries.
 */
export const task = <Schema extends z.ZodType, Outcome>(
  name: string,
  input: Schema,
  run: (input: z.infer<Schema>, origin: TaskOrigin) => Promise<Outcome>,
): Task => ({ name, run: async (given, origin) => run(input.parse(given), origin) });

export const isTask = (event: object): boolean => 'task' in event;

/** Runs the task that an invocation names. @throws Error for a task that this context does not have */
export const taskHandler = (context: string, tasks: readonly Task[], logger: Pick<Logger, 'appendKeys'>) => {
  const byName = new Map(tasks.map((each) => [each.name, each]));
  return async (event: unknown): Promise<unknown> => {
    const { task: name, input, execution, correlationId } = Invocation.parse(event);
    logger.appendKeys({ correlationId });
    const found = byName.get(name);
    if (!found) throw new Error(`${context} has no task ${name}`);
    return found.run(input, { ...systemAuthor(context, { correlationId }), execution });
  };
};
