/**
 * A state of the Amazon States Language (states-language.net). Definitions are plain data, in the form in which they
 * run.
 */
export type State = Readonly<Record<string, unknown>>;

export interface StateMachineDefinition {
  Comment: string;
  StartAt: string;
  States: Readonly<Record<string, State>>;
}

export interface Task {
  /** ARN of the function of the context that carries out the task. */
  handler: string;
  /** Name in the context's contract, such as `posts.claim`. */
  task: string;
  /** Payload template: names that end in `.$` are JSON paths. */
  input: Readonly<Record<string, unknown>>;
  /** Where the outcome is stored in the state; null: nowhere. */
  resultPath: string | null;
  /** JSON path of the correlation id. */
  correlationId?: string;
}

/** Correlation id of a scheduled execution: its own name, since nothing else caused it. */
export const ownCorrelationId = '$$.Execution.Name';

/**
 * Returns a step that a context carries out. Outcomes are JSON for a Choice; exceptions are faults, retried for about a
 * minute, since tasks are idempotent.
 */
export const contextTask = ({ handler, task, input, resultPath, correlationId = '$.correlationId' }: Task): State => ({
  Type: 'Task',
  Resource: handler,
  Parameters: { task, input, 'execution.$': '$$.Execution.Id', 'correlationId.$': correlationId },
  ResultPath: resultPath,
  Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 1, BackoffRate: 2, MaxAttempts: 5, MaxDelaySeconds: 30 }],
});

/** Returns the step with a transition to another state once all its attempts have failed. */
export const orElse = (step: State, next: string): State => ({
  ...step,
  Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: next }],
});

/** Returns the ARNs of the functions that a definition calls. */
export const calledFunctions = (definition: StateMachineDefinition): string[] => [
  ...new Set(Array.from(JSON.stringify(definition).matchAll(/"Resource":"([^"]+)"/g), ([, arn = '']) => arn)),
];
