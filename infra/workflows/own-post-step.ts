import { contextTask, orElse, type State } from './task.ts';

/**
 * A step that does something with a post that is out, by X's leave: while X's limits keep it back it waits and tries again.
 * Its outcome, or a fault, lies at `$.met`.
 * @param next the state after it
 * @param claim the state that gives the right to send, where it takes one: it is asked again before each try
 */
export const ownPostStep = (
  handler: string,
  task: string,
  input: Record<string, unknown>,
  correlationId: string,
  next: string,
  claim?: string,
): Record<string, State> => ({
  Act: {
    ...orElse(contextTask({ handler, task, input, resultPath: '$.met', correlationId }), 'Fault'),
    Next: 'IsPutOff',
  },
  IsPutOff: {
    Type: 'Choice',
    Choices: [
      { Variable: '$.met.outcome', StringEquals: 'rate_limited', Next: 'WaitForX' },
      ...(claim === undefined ? [] : [{ Variable: '$.met.outcome', StringEquals: 'expired', Next: claim }]),
    ],
    Default: next,
  },
  WaitForX: { Type: 'Wait', TimestampPath: '$.met.retryAt', Next: claim ?? 'Act' },
  Fault: { Type: 'Pass', Result: { outcome: 'fault' }, ResultPath: '$.met', Next: next },
});
