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

/** Every line of a log group since a time, as it was written. */
export const linesOf = async (logGroupName: string, since = new Date(0)): Promise<string[]> => {
  const lines: string[] = [];
  const query = { logGroupName, startTime: since.getTime() };
  for await (const page of paginateFilterLogEvents({ client: logs }, query)) {
    lines.push(...(page.events ?? []).flatMap(({ message }) => message ?? []));
  }
  return lines;
};

const Entry = z.looseObject({ message: z.string().optional(), correlationId: z.string().optional() });

const entryOf = (line: string): z.infer<typeof Entry> | undefined => {
  try {
    return Entry.parse(JSON.parse(line));
  } catch {
    return undefined; // what the runtime itself writes is no JSON
  }
};

/** What a context's function logged under a correlation id. */
export const logged = async (context: string, correlationId: string): Promise<z.infer<typeof Entry>[]> => {
  const lines = await linesOf(`/aws/lambda/${nameOnStage(context)}`);
  return lines.flatMap((line) => entryOf(line) ?? []).filter((entry) => entry.correlationId === correlationId);
};
