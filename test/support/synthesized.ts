import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import type { StageName } from '#infra/stages.ts';

export const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);

const Resource = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DeletionPolicy: z.string().optional(),
});
export type Resource = z.infer<typeof Resource>;
const Template = z.object({ Resources: z.record(z.string(), Resource) });

export interface SynthesizedStage {
  folder: string;
  /** The template files, one per stack. */
  files: string[];
  /** Every resource of every stack, by `stack/logicalId`. */
  resources: Map<string, Resource>;
}

/** Runs `cdk synth` for a stage, as an operator does. It fails on an unresolved finding of cdk-nag. */
export const synthesize = async (stage: StageName): Promise<SynthesizedStage> => {
  const folder = mkdtempSync(join(tmpdir(), `xmp-synth-${stage}-`));
  await run('npx', ['cdk', 'synth', '--quiet', '-c', `stage=${stage}`, '-o', folder], { cwd: root });
  const names = readdirSync(folder).filter((name) => name.endsWith('.template.json'));
  const resources = names.flatMap((name) => {
    const template = Template.parse(JSON.parse(readFileSync(join(folder, name), 'utf8')));
    const stack = name.replace('.template.json', '');
    return Object.entries(template.Resources).map(([id, resource]) => [`${stack}/${id}`, resource] as const);
  });
  return { folder, files: names.map((name) => join(folder, name)), resources: new Map(resources) };
};

/** The resources of a type, by `stack/logicalId`. */
export const ofType = ({ resources }: SynthesizedStage, type: string): [string, Resource][] =>
  [...resources].filter(([, resource]) => resource.Type === type);
