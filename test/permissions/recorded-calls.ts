import { existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import { callsFile } from '../support/deployed-stage.ts';

/** One AWS call as the emulator's IAM saw it. */
const RecordedCall = z.object({
  /** AWS_SDK_UA_APP_ID of the caller, with a suffix that Powertools adds; null when it did not say. */
  appId: z.string().nullable(),
  /** ARN of the caller; null for an unsigned call. */
  principal: z.string().nullable(),
  action: z.string(),
  resource: z.string(),
  allowed: z.boolean(),
});
export type RecordedCall = z.infer<typeof RecordedCall>;

/** What the integration tier called. @throws Error when it has not run. */
export const recordedCalls = (): RecordedCall[] => {
  if (!existsSync(callsFile)) {
    throw new Error(
      `There is no ${callsFile}, the record of the AWS calls to judge. The integration tests write it: ` +
        'run `npx vitest run --project integration --project permissions`.',
    );
  }
  const lines = readFileSync(callsFile, 'utf8').trim().split('\n');
  return lines.map((line) => RecordedCall.parse(JSON.parse(line)));
};
