import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { callLimits } from '#shared/aws-client.ts';
import { errorName } from '#shared/errors.ts';

/** Executions of this stage's workflows in AWS Step Functions. */
export const stepFunctions = (): Executions => {
  const client = new SFNClient(callLimits());
  return {
    async isRunning(executionArn) {
      try {
        const { status } = await client.send(new DescribeExecutionCommand({ executionArn }));
        return status === 'RUNNING' || status === 'PENDING_REDRIVE';
      } catch (error) {
        // History is kept for 90 days (AWS Step Functions quotas), and a restored table may name older executions.
        if (errorName(error) === 'ExecutionDoesNotExist') return false;
        throw error;
      }
    },
  };
};

/** Executions of workflows. */
export interface Executions {
  /** Whether the execution with this ARN is still running. */
  isRunning(executionArn: string): Promise<boolean>;
}
