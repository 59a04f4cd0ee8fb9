import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { bringUp, type StageFacts } from '../../infra/local/stage.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The stage that is deployed once for the run: real HTTP, queues, streams and workflows, IAM enforced. */
    stage: StageFacts;
    /** Names of the deployed resources, by stack and output. */
    outputs: Record<string, Record<string, string>>;
    /** Every AWS call of the run, a JSON line each. */
    callsFile: string;
  }
}

/** Brings up a stage of the run's own, on free ports and in a folder that is thrown away. */
export default async (project: TestProject): Promise<() => Promise<void>> => {
  const folder = mkdtempSync(join(tmpdir(), 'xmp-stage-'));
  const callsFile = join(folder, 'calls.jsonl');
  const stage = await bringUp({ folder, auth: true, callsFile });
  project.provide('stage', stage.facts);
  project.provide('outputs', stage.outputs);
  project.provide('callsFile', callsFile);
  return async () => {
    await stage.stop();
    rmSync(folder, { recursive: true, force: true });
  };
};
