import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { asRoot } from './integration/stage.ts';
import { allLines, allLogGroups } from './log-lines.ts';

/** Powertools' warnings and errors, and the runtime's messages about a function that failed or timed out. */
const isTrouble = (line: string): boolean =>
  line.startsWith('{') ? /"level":"(WARN|ERROR|CRITICAL)"/.test(line) : /Error:|\tERROR\t|timed out/.test(line);

/** The warnings and errors of the stage's functions. @param since milliseconds of the Unix epoch */
export const troublesSince = async (since: number): Promise<string[]> => {
  const logs = new CloudWatchLogsClient(asRoot);
  const groups = (await allLogGroups(logs)).filter((name) => name.startsWith('/aws/lambda/'));
  const lines = await Promise.all(groups.map((group) => allLines(logs, group, { since })));
  return lines.flat().filter(isTrouble);
};
