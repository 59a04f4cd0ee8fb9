import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { REGION, ROOT_CREDENTIALS } from '#infra/local/deploy.ts';
import { functionLogs } from '../runner/places.ts';
import { allLines, allLogGroups } from './log-lines.ts';
import { root } from './synthesized.ts';

/**
 * Saves the logs of a stage's functions, workflows, API and emulator in a file that outlives the stage.
 * @param tier whose stage it is @param endpoint of its AWS @param folder of its state
 */
export const keepLogs = async (tier: string, endpoint: string, folder: string): Promise<void> => {
  const logs = new CloudWatchLogsClient({ endpoint, region: REGION, credentials: ROOT_CREDENTIALS });
  const path = join(functionLogs, `${tier}-stage.log`);
  const file = join(root, path);
  const groups = await allLogGroups(logs);
  const texts = await Promise.all(
    groups.map(
      async (group) => `# ${group}\n${(await allLines(logs, group)).map((line) => line.trimEnd()).join('\n')}\n`,
    ),
  );
  mkdirSync(dirname(file), { recursive: true });
  const emulator = `# emulator\n${readFileSync(join(folder, 'emulator.log'), 'utf8')}`;
  writeFileSync(file, [emulator, ...texts].join(''));
  process.stdout.write(`All that the functions of its stage logged: ${path}\n`);
};
