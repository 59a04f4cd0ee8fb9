import * as z from 'zod';
import { parseEnvironment } from '#shared/environment.ts';

/** What the stack sets for this function. */
export const environmentFrom = (variables: Record<string, string | undefined>) =>
  parseEnvironment(
    {
      API_URL: z.url(),
      REGISTRY_PATH: z.string(),
      OPERATOR_SECRET_ARN: z.string(),
      ORIGIN_SECRET: z.string().optional(),
    },
    variables,
  );
export type Environment = ReturnType<typeof environmentFrom>;
