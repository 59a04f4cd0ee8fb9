import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { root } from './synthesized.ts';

/** Where the integration tier records what the tier `recorded` judges. */
export const recordings = join(root, '.build', 'recordings');

/** Every AWS call with what IAM said to it, a JSON line each. */
export const callsFile = join(recordings, 'aws-calls.jsonl');
/** Bodies of the API's refusals and faults, a JSON string each. */
export const refusalsFile = join(recordings, 'refusals.jsonl');
/** What was secret in a request or an answer, and what requests held in other fields; a JSON string each. */
export const secretsFile = join(recordings, 'secrets.jsonl');
export const openTextsFile = join(recordings, 'open-texts.jsonl');

/** The lines of a recording. @throws Error when the integration tier has not run */
export const recorded = (file: string): unknown[] => {
  if (!existsSync(file)) {
    throw new Error(`There is no ${file}, which the integration tests write: run npm test -- integration.`);
  }
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.map((line): unknown => JSON.parse(line));
};

const textsOf = (file: string): string[] => z.array(z.string()).parse(recorded(file));

/** The secrets of the run. What was sent in another field as well is none: the fuzzer tries the same texts everywhere. */
export const recordedSecrets = (): string[] => {
  const openTexts = new Set(textsOf(openTextsFile));
  return textsOf(secretsFile).filter((each) => !openTexts.has(each));
};
