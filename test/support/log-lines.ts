import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { FilterLogEventsCommand, paginateDescribeLogGroups } from '@aws-sdk/client-cloudwatch-logs';

/** The most that one call returns (AWS: FilterLogEvents). The emulator returns no token for the next page. */
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
 * Every raw line of a log group. @param options `filterPattern`: only lines that match; `since`: only lines from then
 * on, in milliseconds of the Unix epoch
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
    // A full page may end within a millisecond, so the lines of the last one are left to the next page.
    lines.push(...events.flatMap(({ timestamp = 0, message = '' }) => (timestamp < last ? message : [])));
    if (last === Infinity) return lines;
    startTime = last;
  }
};
