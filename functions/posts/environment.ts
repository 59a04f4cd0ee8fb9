import * as z from 'zod';
import { parseEnvironment } from '#shared/environment.ts';

/** Environment variables that the stack sets for this function. */
export const environmentFrom = (variables: Record<string, string | undefined>) =>
  parseEnvironment(
    {
      TABLE_NAME: z.string(),
      BUS_NAME: z.string(),
      PERSON_BUCKET: z.string(),
      MEDIA_BUCKET: z.string(),
      MEDIA_BYTES: z.coerce.number().int().positive(),
      MEDIA_UPLOADS: z.coerce.number().int().positive(),
      RECEIPT_SECRET_ARN: z.string(),
      LINKS_URL: z.url(),
      FAULT_PAUSE_SECONDS: z.coerce.number().positive(),
    },
    variables,
  );
export type Environment = ReturnType<typeof environmentFrom>;
