import { readdirSync, readFileSync } from 'node:fs';
import { eventually } from '#infra/local/marketer.ts';

/** Processes of one function of this stage: the emulator runs each invocation in a process that names its function. */
export const workersOf = (functionName: string, awsEndpointUrl: string): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      const environment = environmentOf(pid);
      // Other stages may run on this machine; each has an address of AWS of its own.
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
    return []; // it has ended, or is somebody else's
  }
};

/**
 * Ends them at once, as when their machine is lost: nothing is finished, nothing is said. Waits until they are gone, so
 * that no later invocation is handed to one of them. @returns how many there were
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
