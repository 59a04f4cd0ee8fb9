import * as z from 'zod';
import { parseEnvironment } from '#shared/environment.ts';

/** Parses the environment that the stack sets for this function. */
export const environmentFrom = (variables: Record<string, string | undefined>) =>
  parseEnvironment(
    {
      TABLE_NAME: z.string(),
      BUS_NAME: z.string(),
      PERSON_BUCKET: z.string(),
      MEDIA_BUCKET: z.string(),
      X_SECRET_ARN: z.string(),
      X_API_URL: z.url(),
      X_AUTHORIZE_URL: z.url(),
      X_REDIRECT_URI: z.url(),
      X_WEBHOOK_URL: z.url().optional(),
      X_CALL_SECONDS: z.coerce.number().positive(),
      X_FUNCTION_SECONDS: z.coerce.number().positive(),
      X_PAUSE_SECONDS: z.coerce.number().positive(),
      X_JITTER_SECONDS: z.coerce.number().min(0),
      X_APP_PAUSE_SECONDS: z.coerce.number().positive(),
      X_APP_POSTS_PER_DAY: z.coerce.number().int().positive(),
      PROBE_EVERY_SECONDS: z.coerce.number().positive(),
    },
    variables,
  );
export type Environment = ReturnType<typeof environmentFrom>;
