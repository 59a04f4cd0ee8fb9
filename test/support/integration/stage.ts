import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
  type StackResource,
} from '@aws-sdk/client-cloudformation';
import { inject } from 'vitest';
import { REGION, ROOT_CREDENTIALS } from '#infra/local/deploy.ts';
import type { ContextName } from '#shared/contexts.ts';
import { openTable, type Table } from '#shared/table.ts';

/** The stage, deployed once for the tier. */
export const stage = inject('stage');

/** AWS client settings for the stage's root user, who needs no grants. */
export const asRoot = { endpoint: stage.awsEndpointUrl, region: REGION, credentials: ROOT_CREDENTIALS };

/** The name that a resource has in the stage. */
export const nameOnStage = (what: string): string => `xmp-local-${what}`;

/** The resources of a stack, by its name without the stage. */
const resourcesOf = async (stack: string): Promise<StackResource[]> => {
  const cloudFormation = new CloudFormationClient(asRoot);
  const command = new DescribeStackResourcesCommand({ StackName: nameOnStage(stack) });
  return (await cloudFormation.send(command)).StackResources ?? [];
};

/** The physical id of the only resource whose type ends with `type` and whose logical id begins with `logicalId`. */
export const resourceOf = async (stack: string, type: string, logicalId = ''): Promise<string> => {
  const found = (await resourcesOf(stack)).filter(
    ({ ResourceType, LogicalResourceId }) =>
      ResourceType?.endsWith(type) === true && LogicalResourceId?.startsWith(logicalId) === true,
  );
  const [only, ...others] = found.map(({ PhysicalResourceId }) => PhysicalResourceId);
  if (only === undefined || others.length > 0) {
    throw new Error(`The stack ${stack} has ${found.length} resources ${type} ${logicalId}, not one`);
  }
  return only;
};

/** A context's table on the stage. */
export const tableOf = async (context: ContextName): Promise<Table> =>
  openTable(await resourceOf(context, 'DynamoDB::GlobalTable'), () => new Date(), asRoot);
