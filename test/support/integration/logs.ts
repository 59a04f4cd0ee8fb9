import {
  CloudWatchLogsClient,
  paginateDescribeLogGroups,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import * as z from 'zod';
import { asRoot, nameOnStage } from './stage.ts';

const logs = new CloudWatchLogsClient(asRoot);

/** The names of the stage's log groups: functions, workflows, the API's access log. */
export const logGroups = async (): Promise<string[]> => {
  const names: string[] = [];
  for await (const page of paginateDescribeLogGroups({ client: logs }, {})) {
    names.push(...(page.logGroups ?? []).flatMap(({ logGroupName }) => logGroupName ?? []));
  }
  return names;
};

/** Every line of a log group, as it was written. */
export const linesOf = async (logGroupName: string): Promise<string[]> => {
  const lines: string[] = [];
  for await (const page of paginateFilterLogEvents({ client: logs }, { logGroupName })) {
    lines.push(...(page.events ?? []).flatMap(({ message }) => message ?? []));
  }
  return lines;
};

const Entry = z.object({ message: z.string(), correlationId: z.string() });

const entryOf = (line: string): z.infer<typeof Entry> | undefined => {
  try {
    return Entry.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined; // what the runtime itself writes is no JSON
  }
};

/** The messages that a context's function logged under a correlation id. */
export const logged = async (context: string, correlationId: string): Promise<string[]> => {
  const lines = await linesOf(`/aws/lambda/${nameOnStage(context)}`);
  const entries = lines.map(entryOf).filter((entry) => entry !== undefined);
  return entries.filter((entry) => entry.correlationId === correlationId).map(({ message }) => message);
};
