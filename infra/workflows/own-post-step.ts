import { contextTask, orElse, type State } from './task.ts';

/**
 * Returns the states that act on a published post; while X's limits block the call, they wait and retry. The outcome,
 * or a fault, is in `$.met`.
 * @param next the state after it
 * @param claim the state that grants the right to send, if needed; repeated before each retry
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
