import { contextTask, orElse, type State, type Task } from './task.ts';

interface Parts {
  /** Name of the state that carries a part out. */
  name: string;
  /** What the first part finds at the step's result path; `Begin<name>` puts it there, and is where to start. */
  begin?: Readonly<Record<string, unknown>>;
  /** The task that carries a part out. Its outcome is read here, so that it has a place. */
  step: Task & { resultPath: string };
  /** Field of the outcome that asks for another part: `isMore`, `outcome: 'more'`, or a `next` that is not null. */
  more?: keyof typeof asksForMore;
  /** States that other values of `outcome` lead to. */
  on?: Readonly<Record<string, string>>;
  /** The state that follows when all tries of a part have failed. Without it the execution fails, or its Map. */
  giveUp?: string;
  /** The state that follows when all is done. */
  next: string;
}

const asksForMore = {
  isMore: { BooleanEquals: true },
  outcome: { StringEquals: 'more' },
  next: { IsNull: false },
} as const;

/** Has a task called part by part until it is done: each call goes on where the one before stopped. */
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

/** The states that `GiveUp` leads to: the work is reported as failed, and the execution fails. */
export const givingUp = ({ step, error, cause }: GivingUp): Readonly<Record<string, State>> => ({
  GiveUp: { ...contextTask({ ...step, resultPath: null }), Next: 'Failed' },
  Failed: { Type: 'Fail', Error: error, Cause: cause },
});
