import * as z from 'zod';
import { callsFile, recorded } from '../support/recordings.ts';

/** One AWS call as the emulator's IAM saw it. */
const RecordedCall = z.object({
  /** AWS_SDK_UA_APP_ID of the caller, with a suffix that Powertools adds; null if it has none. */
  appId: z.string().nullable(),
  /** ARN of the caller; null for an unsigned call. */
  principal: z.string().nullable(),
  action: z.string(),
  resource: z.string(),
  allowed: z.boolean(),
});
export type RecordedCall = z.infer<typeof RecordedCall>;

/** The calls of the integration tier. @throws Error when it has not run */
export const recordedCalls = (): RecordedCall[] => recorded(callsFile).map((line) => RecordedCall.parse(line));
