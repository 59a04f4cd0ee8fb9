import { contextTask, orElse, type State, type Task } from './task.ts';

interface Parts {
  /** Name of the state that carries out a part. */
  name: string;
  /** Initial value at the step's result path, set by the state `Begin<name>`, which is then the one to start with. */
  begin?: Readonly<Record<string, unknown>>;
  /** The task that carries out a part. Its outcome is read here, so it needs a result path. */
  step: Task & { resultPath: string };
  /** Field of the outcome that requests another part: `isMore`, `outcome: 'more'`, or a `next` that is not null. */
  more?: keyof typeof asksForMore;
  /** Next states for other values of `outcome`. */
  on?: Readonly<Record<string, string>>;
  /** Next state when all attempts of a part have failed. Without it the execution, or its Map, fails. */
  giveUp?: string;
  /** Next state when everything is done. */
  next: string;
}

const asksForMore = {
  isMore: { BooleanEquals: true },
  outcome: { StringEquals: 'more' },
  next: { IsNull: false },
} as const;

/**
 * Returns the states that call a task part by part until it is done; each call continues where the previous one
 * stopped.
 */
export const untilDone = ({
  name,
  begin,
  step,
  more = 'isMore',
  on = {},
  giveUp,
  next,
}: Parts): Readonly<Record<string, State>> => {
  const part = contextTask(step);
  const isDone = `Is${name}Done`;
  const others = Object.entries(on).map(([outcome, state]) => ({
    Variable: `${step.resultPath}.outcome`,
    StringEquals: outcome,
    Next: state,
  }));
  return {
    ...(begin && { [`Begin${name}`]: { Type: 'Pass', Result: begin, ResultPath: step.resultPath, Next: name } }),
    [name]: { ...(giveUp === undefined ? part : orElse(part, giveUp)), Next: isDone },
    [isDone]: {
      Type: 'Choice',
      Choices: [{ Variable: `${step.resultPath}.${more}`, ...asksForMore[more], Next: name }, ...others],
      Default: next,
    },
  };
};

interface GivingUp {
  /** The task that reports that the work failed. */
  step: Omit<Task, 'resultPath'>;
  error: string;
  cause: string;
}

/** Returns the state `GiveUp` and its successor: the work is reported as failed, and the execution fails. */
export const givingUp = ({ step, error, cause }: GivingUp): Readonly<Record<string, State>> => ({
  GiveUp: { ...contextTask({ ...step, resultPath: null }), Next: 'Failed' },
  Failed: { Type: 'Fail', Error: error, Cause: cause },
});
