/** A state of the Amazon States Language (states-language.net); definitions are plain data, read as they run. */
export type State = Readonly<Record<string, unknown>>;

export interface StateMachineDefinition {
  Comment: string;
  StartAt: string;
  States: Readonly<Record<string, State>>;
}

export interface Task {
  /** ARN of the function of the context that carries the task out. */
  handler: string;
  /** Its name in the context's contract, such as `posts.claim`. */
  task: string;
  /** Payload template: names that end in `.$` are JSON paths. */
  input: Readonly<Record<string, unknown>>;
  /** Where the outcome goes in the state; null when it is not used. */
  resultPath: string | null;
  /** JSON path of the correlation id. */
  correlationId?: string;
}

/** The correlation id of an execution that a schedule starts: its own name, as nothing else has caused it. */
export const ownCorrelationId = '$$.Execution.Name';

/**
 * A step that one context carries out. Outcomes come back as JSON for a Choice to read; what is thrown is a fault and is
 * tried again, for about a minute: tasks are idempotent.
 */
export const contextTask = ({ handler, task, input, resultPath, correlationId = '$.correlationId' }: Task): State => ({
  Type: 'Task',
  Resource: handler,
  Parameters: { task, input, 'execution.$': '$$.Execution.Id', 'correlationId.$': correlationId },
  ResultPath: resultPath,
  Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 1, BackoffRate: 2, MaxAttempts: 5, MaxDelaySeconds: 30 }],
});

/** The step, and another state in its place once all its tries have failed. */
export const orElse = (step: State, next: string): State => ({
  ...step,
  Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: next }],
});

/** ARNs of the functions whose tasks a definition calls. */
export const calledFunctions = (definition: StateMachineDefinition): string[] => [
  ...new Set(Array.from(JSON.stringify(definition).matchAll(/"Resource":"([^"]+)"/g), ([, arn = '']) => arn)),
];
