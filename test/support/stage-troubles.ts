import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { asRoot } from './integration/stage.ts';
import { allLines, allLogGroups } from './log-lines.ts';

/** What Powertools calls a warning or worse, and what the runtime says of a function that failed or was ended. */
const isTrouble = (line: string): boolean =>
  line.startsWith('{') ? /"level":"(WARN|ERROR|CRITICAL)"/.test(line) : /Error:|\tERROR\t|timed out/.test(line);

/** What went wrong in the functions of the stage. @param since milliseconds of the Unix epoch */
export const troublesSince = async (since: number): Promise<string[]> => {
  const logs = new CloudWatchLogsClient(asRoot);
  const groups = (await allLogGroups(logs)).filter((name) => name.startsWith('/aws/lambda/'));
  const lines = await Promise.all(groups.map((group) => allLines(logs, group, { since })));
  return lines.flat().filter(isTrouble);
};
