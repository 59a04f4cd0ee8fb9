import {
  CloudWatchLogsClient,
  FilterLogEventsCommand,
  paginateDescribeLogGroups,
} from '@aws-sdk/client-cloudwatch-logs';
import * as z from 'zod';
import { asRoot, nameOnStage } from './stage.ts';

const logs = new CloudWatchLogsClient(asRoot);

/** The most that one call gives (AWS: FilterLogEvents). The emulator gives no token to go on from. */
const largestPage = 10_000;

/** The names of the stage's log groups: functions, workflows, the API's access log. */
export const logGroups = async (): Promise<string[]> => {
  const names: string[] = [];
  for await (const page of paginateDescribeLogGroups({ client: logs }, {})) {
    names.push(...(page.logGroups ?? []).flatMap(({ logGroupName }) => logGroupName ?? []));
  }
  return names;
};

/** Every line of a log group, as it was written; with `filterPattern` those that match it. */
export const linesOf = async (logGroupName: string, filterPattern?: string): Promise<string[]> => {
  const lines: string[] = [];
  for (let startTime = 0; ;) {
    const query = {
      logGroupName,
      startTime,
      limit: largestPage,
      ...(filterPattern !== undefined && { filterPattern }),
    };
    const { events = [] } = await logs.send(new FilterLogEventsCommand(query));
    const last = events.length < largestPage ? Infinity : (events.at(-1)?.timestamp ?? Infinity);
    // A full page may end within a millisecond: what is of the last one comes again with the next page.
    lines.push(...events.flatMap(({ timestamp = 0, message = '' }) => (timestamp < last ? message : [])));
    if (last === Infinity) return lines;
    startTime = last;
  }
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
  const lines = await linesOf(`/aws/lambda/${nameOnStage(context)}`, `"${correlationId}"`);
  const entries = lines.map(entryOf).filter((entry) => entry !== undefined);
  return entries.filter((entry) => entry.correlationId === correlationId).map(({ message }) => message);
};
