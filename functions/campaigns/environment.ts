import * as z from 'zod';
import { parseEnvironment } from '#shared/environment.ts';

/** Environment variables that the stack sets. */
export const environmentFrom = (variables: Record<string, string | undefined>) =>
  parseEnvironment(
    {
      TABLE_NAME: z.string(),
      BUS_NAME: z.string(),
      PERSON_BUCKET: z.string(),
      SETTLE_SECONDS: z.coerce.number().positive(),
    },
    variables,
  );

export type Environment = ReturnType<typeof environmentFrom>;
