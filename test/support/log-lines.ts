import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { FilterLogEventsCommand, paginateDescribeLogGroups } from '@aws-sdk/client-cloudwatch-logs';

/** The most that one call gives (AWS: FilterLogEvents). The emulator gives no token to go on from. */
const largestPage = 10_000;

/** The names of all log groups. */
export const allLogGroups = async (client: CloudWatchLogsClient): Promise<string[]> => {
  const names: string[] = [];
  for await (const page of paginateDescribeLogGroups({ client }, {})) {
    names.push(...(page.logGroups ?? []).flatMap(({ logGroupName }) => logGroupName ?? []));
  }
  return names;
};

/**
 * Every line of a log group, as it was written. @param options `filterPattern`: only those that match it; `since`: only
 * those from then on, in milliseconds of the Unix epoch
 */
export const allLines = async (
  logs: CloudWatchLogsClient,
  logGroupName: string,
  { filterPattern, since = 0 }: { filterPattern?: string | undefined; since?: number } = {},
): Promise<string[]> => {
  const lines: string[] = [];
  for (let startTime = since; ;) {
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
