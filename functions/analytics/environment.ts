import * as z from 'zod';
import { parseEnvironment } from '#shared/environment.ts';

/** Parses the environment variables that the stack sets for this function. */
export const environmentFrom = (variables: Record<string, string | undefined>) =>
  parseEnvironment(
    {
      ...{ TABLE_NAME: z.string(), BUS_NAME: z.string(), PERSON_BUCKET: z.string() },
      ...{ REPORT_BUCKET: z.string(), RAW_BUCKET: z.string() },
    },
    variables,
  );

export type Environment = ReturnType<typeof environmentFrom>;
