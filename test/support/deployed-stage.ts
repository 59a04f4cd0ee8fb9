import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { bringUp, type StageFacts } from '../../infra/local/stage.ts';
import { root } from './synthesized.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The stage that is deployed once for the tier. */
    stage: StageFacts;
    /** Outputs of its stacks, by stack and name. */
    outputs: Record<string, Record<string, string>>;
    /** Where it keeps its state. */
    folder: string;
  }
}

/** Every AWS call of the tier with what IAM said to it, a JSON line each: the permissions tier judges them. */
export const callsFile = join(root, '.build', 'aws-calls.jsonl');

/** Brings up a stage of the tier's own, on free ports and in a folder that is thrown away. */
export default async (project: TestProject): Promise<() => Promise<void>> => {
  const folder = mkdtempSync(join(tmpdir(), 'xmp-stage-'));
  mkdirSync(dirname(callsFile), { recursive: true });
  rmSync(callsFile, { force: true });
  const stage = await bringUp({ folder, auth: true, callsFile });
  project.provide('stage', stage.facts);
  project.provide('outputs', stage.outputs);
  project.provide('folder', folder);
  return async () => {
    await stage.stop();
    rmSync(folder, { recursive: true, force: true });
  };
};
