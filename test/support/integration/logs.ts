import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import * as z from 'zod';
import { allLines, allLogGroups } from '../log-lines.ts';
import { asRoot, nameOnStage } from './stage.ts';

const logs = new CloudWatchLogsClient(asRoot);

/** The names of the stage's log groups: functions, workflows and the API's access log. */
export const logGroups = (): Promise<string[]> => allLogGroups(logs);

/** Every raw line of a log group, or those that match `filterPattern`. */
export const linesOf = (logGroupName: string, filterPattern?: string): Promise<string[]> =>
  allLines(logs, logGroupName, { filterPattern });

const Entry = z.object({ message: z.string(), correlationId: z.string() });

const entryOf = (line: string): z.infer<typeof Entry> | undefined => {
  try {
    return Entry.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined; // lines of the runtime itself are not JSON
  }
};

/** The messages that a context's function logged under a correlation id. */
export const logged = async (context: string, correlationId: string): Promise<string[]> => {
  const lines = await linesOf(`/aws/lambda/${nameOnStage(context)}`, `"${correlationId}"`);
  const entries = lines.map(entryOf).filter((entry) => entry !== undefined);
  return entries.filter((entry) => entry.correlationId === correlationId).map(({ message }) => message);
};
