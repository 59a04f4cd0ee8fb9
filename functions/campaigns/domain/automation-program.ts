import type { Automation } from './automation.ts';
import type { Action, Condition, Step } from './automation-step.ts';

/** One instruction of a compiled automation; branches are jumps. */
export type Instruction =
  | { do: 'act'; step: string; action: Exclude<Action, { kind: 'wait' | 'stop' }> }
  | { do: 'wait'; step: string; minutes: number }
  | { do: 'readMetrics'; step: string }
  | { do: 'unless'; step: string; condition: Condition; to: number }
  | { do: 'goTo'; to: number }
  | { do: 'end' };

/** Compiles an automation: its steps, guarded by the metrics of its condition. Runs store an index into the result. */
export const programOf = ({ condition, steps }: Pick<Automation, 'condition' | 'steps'>): Instruction[] => {
  if (!condition || condition.metrics.length === 0) return [...compile(steps, '', 0), { do: 'end' }];
  const first = 2;
  const rest = compile(steps, '', first);
  return [
    { do: 'readMetrics', step: 'condition' },
    // The pattern was matched before the run began.
    { do: 'unless', step: 'condition', condition: { ...condition, pattern: null }, to: first + rest.length },
    ...rest,
    { do: 'end' },
  ];
};

const compile = (steps: readonly Step[], within: string, start: number): Instruction[] => {
  const program: Instruction[] = [];
  steps.forEach((step, index) => {
    program.push(...instructionsOf(step, `${within}${index + 1}`, start + program.length));
  });
  return program;
};

const instructionsOf = (step: Step, at: string, start: number): Instruction[] => {
  if (step.kind === 'wait') return [{ do: 'wait', step: at, minutes: step.minutes }];
  if (step.kind === 'stop') return [{ do: 'end' }];
  if (step.kind !== 'branch') return [{ do: 'act', step: at, action: step }];
  const { condition } = step;
  const reads: Instruction[] = condition.metrics.length > 0 ? [{ do: 'readMetrics', step: at }] : [];
  const thenStart = start + reads.length + 1;
  const then = compile(step.then, `${at}.then.`, thenStart);
  const otherwiseStart = thenStart + then.length + 1;
  const otherwise = compile(step.otherwise, `${at}.otherwise.`, otherwiseStart);
  return [
    ...reads,
    { do: 'unless', step: at, condition, to: otherwiseStart },
    ...then,
    { do: 'goTo', to: otherwiseStart + otherwise.length },
    ...otherwise,
  ];
};
