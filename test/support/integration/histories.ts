import {
  type HistoryEvent,
  paginateGetExecutionHistory,
  paginateListExecutions,
  paginateListStateMachines,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { asRoot, nameOnStage } from './stage.ts';

const sfn = new SFNClient(asRoot);

/** Data that an execution recorded, such as an input or output, as JSON. */
export interface Recorded {
  workflow: string;
  data: string;
}

const dataOf = (event: HistoryEvent): string[] =>
  Object.values(event).flatMap((details: unknown) => {
    if (typeof details !== 'object' || details === null) return [];
    return Object.entries(details).flatMap(([name, value]: [string, unknown]) =>
      ['input', 'output', 'parameters', 'cause'].includes(name) && typeof value === 'string' ? [value] : [],
    );
  });

/** All data in the histories of the stage's executions, each text once per workflow. */
export const recordedByWorkflows = async (): Promise<Recorded[]> => {
  const found = new Map<string, Recorded>();
  for await (const { stateMachines = [] } of paginateListStateMachines({ client: sfn }, {})) {
    for (const { stateMachineArn = '', name = '' } of stateMachines) {
      if (!name.startsWith(nameOnStage(''))) continue;
      const workflow = name.slice(nameOnStage('').length);
      for await (const { executions = [] } of paginateListExecutions({ client: sfn }, { stateMachineArn })) {
        for (const { executionArn = '' } of executions) {
          for await (const { events = [] } of paginateGetExecutionHistory({ client: sfn }, { executionArn })) {
            for (const data of events.flatMap(dataOf)) found.set(`${workflow} ${data}`, { workflow, data });
          }
        }
      }
    }
  }
  return [...found.values()];
};
