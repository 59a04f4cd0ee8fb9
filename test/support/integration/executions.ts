import {
  DescribeExecutionCommand,
  paginateGetExecutionHistory,
  paginateListExecutions,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { ACCOUNT, REGION } from '#infra/local/deploy.ts';
import { eventually } from '#infra/local/marketer.ts';
import { asRoot, nameOnStage } from './stage.ts';

const sfn = new SFNClient(asRoot);

type Workflow =
  | 'publish-post'
  | 'run-campaign'
  | 'sweep-metrics'
  | 'keep-metrics'
  | 'run-daily-checks'
  | 'request-due-reports'
  | 'poll-feeds'
  | 'refresh-accounts'
  | 'checkpoint-audit-trail'
  | 'delete-due-workspaces'
  | 'tally-usage';

const arnOf = (workflow: Workflow): string =>
  `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:${nameOnStage(workflow)}`;

const Input = z.looseObject({ entityId: z.string(), correlationId: z.string() });

interface Execution {
  arn: string;
  status: string;
  /** The detail of the event that started it, as JSON. */
  inputText: string;
  input: z.infer<typeof Input>;
}

/** Earlier executions belong to other test files: there are many, and each would have to be read. */
const began = Date.now() - 1_000;

/** Inputs never change, so each is read once. */
const inputs = new Map<string, string>();

const inputOf = async (executionArn: string): Promise<string> => {
  const known = inputs.get(executionArn);
  if (known !== undefined) return known;
  const { input = '' } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
  inputs.set(executionArn, input);
  return input;
};

/** The executions of a workflow for a post or a campaign, oldest first. */
export const executionsOf = async (workflow: Workflow, entityId: string): Promise<Execution[]> => {
  const found: Execution[] = [];
  for await (const page of paginateListExecutions({ client: sfn }, { stateMachineArn: arnOf(workflow) })) {
    for (const { executionArn: arn = '', status = '', startDate = new Date() } of page.executions ?? []) {
      if (startDate.getTime() < began) continue;
      const inputText = await inputOf(arn);
      const input = Input.safeParse(JSON.parse(inputText));
      if (input.data?.entityId === entityId) found.unshift({ arn, status, inputText, input: input.data });
    }
  }
  return found;
};

/** Waits until a workflow has at least `count` executions for a post or a campaign, and all have ended. */
export const endedExecutions = (workflow: Workflow, entityId: string, count = 1): Promise<Execution[]> =>
  eventually(`${count} ended executions of ${workflow}`, async () => {
    const found = await executionsOf(workflow, entityId);
    return found.length >= count && found.every(({ status }) => status !== 'RUNNING') ? found : undefined;
  });

/** Starts an execution by hand. @returns its ARN */
export const start = async (workflow: Workflow, input: string): Promise<string> => {
  const started = await sfn.send(new StartExecutionCommand({ stateMachineArn: arnOf(workflow), input }));
  return started.executionArn ?? '';
};

/** Waits until an execution has ended. @returns its status */
export const endOf = (executionArn: string): Promise<string> =>
  eventually('the end of an execution', async () => {
    const { status = '' } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    return status === 'RUNNING' ? undefined : status;
  });

/** The states that an execution has left, in order, and when. */
export const statesOf = async (executionArn: string): Promise<{ name: string; leftAt: Date }[]> => {
  const left: { name: string; leftAt: Date }[] = [];
  for await (const page of paginateGetExecutionHistory({ client: sfn }, { executionArn })) {
    for (const { stateExitedEventDetails: state, timestamp } of page.events ?? []) {
      if (state?.name !== undefined && timestamp) left.push({ name: state.name, leftAt: timestamp });
    }
  }
  return left;
};
