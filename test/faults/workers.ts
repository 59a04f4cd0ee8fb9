import { readdirSync, readFileSync } from 'node:fs';
import { eventually } from '#infra/local/marketer.ts';

/** The processes of one function of this stage: the environment of each names its function. */
export const workersOf = (functionName: string, awsEndpointUrl: string): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      const environment = environmentOf(pid);
      // Other stages may run on this machine; each has its own AWS endpoint.
      return (
        environment.includes(`AWS_LAMBDA_FUNCTION_NAME=${functionName}`) &&
        environment.includes(`AWS_ENDPOINT_URL=${awsEndpointUrl}`)
      );
    })
    .map(Number);

const environmentOf = (pid: string): string[] => {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return []; // it has ended, or belongs to another user
  }
};

/**
 * Kills them, as if their machine were lost. Waits until they are gone, so that no later invocation reaches one of
 * them. @returns how many there were
 */
export const killWorkers = async (functionName: string, awsEndpointUrl: string): Promise<number> => {
  const pids = workersOf(functionName, awsEndpointUrl);
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  await eventually(
    'the end of the killed processes',
    async () => !workersOf(functionName, awsEndpointUrl).some((pid) => pids.includes(pid)) || undefined,
    { everyMs: 20 },
  );
  return pids.length;
};
