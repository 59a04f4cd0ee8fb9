import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { callLimits } from '#shared/aws-client.ts';
import { errorName } from '#shared/errors.ts';

/** The executions of this stage's workflows, as AWS Step Functions knows them. */
export const stepFunctions = (): Executions => {
  const client = new SFNClient(callLimits());
  return {
    async isRunning(executionArn) {
      try {
        const { status } = await client.send(new DescribeExecutionCommand({ executionArn }));
        return status === 'RUNNING' || status === 'PENDING_REDRIVE';
      } catch (error) {
        // History is kept for 90 days (AWS Step Functions quotas), and a restored table names what is long gone.
        if (errorName(error) === 'ExecutionDoesNotExist') return false;
        throw error;
      }
    },
  };
};

/** The executions of workflows. */
export interface Executions {
  /** Whether the execution still works, by its ARN. */
  isRunning(executionArn: string): Promise<boolean>;
}
