import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { PROJECT } from '#infra/local/emulator.ts';
import { freePort } from '#infra/local/ports.ts';
import { lastLines, startProcess, waitUntil } from '#infra/local/processes.ts';
import { bringUp } from '#infra/local/stage.ts';
import { keepLogs } from './kept-logs.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The proxy between the functions and AWS, whose rules make AWS fail (microburst's control API). */
    awsProxyUrl: string;
  }
}

/**
 * Brings up a stage whose functions reach AWS through a proxy that can return AWS errors. IAM is not enforced, because
 * the proxy rewrites the host that requests are signed for. The emulator's port is chosen first, since the proxy has to
 * know it and the emulator has to know the proxy.
 */
export default async (project: TestProject): Promise<() => Promise<void>> => {
  await using owner = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'xmp-faults-'));
  owner.defer(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  process.stdout.write('Brings up a stage of its own, which takes about half a minute ...\n');
  const emulatorPort = await freePort();
  const awsProxyUrl = await startProxy(owner, folder, `http://127.0.0.1:${emulatorPort}`);

  const stageFolder = join(folder, 'stage');
  mkdirSync(stageFolder);
  const stage = await bringUp({
    folder: stageFolder,
    auth: false,
    endpointForFunctions: awsProxyUrl,
    xPace: { callSeconds: 2, functionSeconds: 8, pauseSeconds: 3, jitterSeconds: 1, appPauseSeconds: 5 },
    ports: { emulator: emulatorPort, xSandbox: 0, frontDoor: 0 },
  });
  owner.defer(() => stage.stop());
  owner.defer(() => keepLogs('faults', stage.facts.awsEndpointUrl, stageFolder));
  if (new URL(stage.facts.awsEndpointUrl).port !== String(emulatorPort)) {
    throw new Error('Somebody took the port that the proxy forwards to. Start the tests again.');
  }
  project.provide('stage', stage.facts);
  project.provide('outputs', stage.outputs);
  project.provide('awsProxyUrl', awsProxyUrl);
  const started = owner.move();
  return () => started.disposeAsync();
};

/** Starts microburst as a proxy for the emulator; without rules it changes nothing. */
async function startProxy(owner: AsyncDisposableStack, folder: string, upstream: string): Promise<string> {
  const port = await freePort();
  const logFile = join(folder, 'proxy.log');
  const proxy = startProcess({
    command: join(PROJECT, '.venv', 'bin', 'microburst'),
    args: ['-u', upstream, '--host', '127.0.0.1', '--port', String(port), '--no-resign'],
    env: { PATH: '/usr/bin:/bin', HOME: folder },
    logFile,
  });
  owner.defer(() => proxy.stop());
  let death: number | string | undefined;
  void proxy.ended.then((how) => (death = how));
  const url = `http://127.0.0.1:${port}`;
  await waitUntil('The start of the proxy before AWS', async () => {
    if (death !== undefined) throw new Error(`The proxy did not start (${death}):\n${lastLines(logFile)}`);
    try {
      return (await fetch(`${url}/_microburst/health`)).ok ? true : undefined;
    } catch {
      return undefined; // not listening yet
    }
  });
  return url;
}
