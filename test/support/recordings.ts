import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { root } from './synthesized.ts';

/** Where the integration tier records what the tier `recorded` checks. */
export const recordings = join(root, '.build', 'recordings');

/** Every AWS call with IAM's verdict, one JSON object per line. */
export const callsFile = join(recordings, 'aws-calls.jsonl');
/** The bodies of the API's 4xx and 5xx answers, one JSON string per line. */
export const refusalsFile = join(recordings, 'refusals.jsonl');
/** The secrets in requests and answers, and the texts in other fields of requests, one JSON string per line. */
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

/** The secrets of the run, without texts that other fields held too: the fuzzer sends the same texts everywhere. */
export const recordedSecrets = (): string[] => {
  const openTexts = new Set(textsOf(openTextsFile));
  return textsOf(secretsFile).filter((each) => !openTexts.has(each));
};
