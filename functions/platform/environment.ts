import * as z from 'zod';
import { parseEnvironment } from '#shared/environment.ts';
import { jsonOf } from '#shared/json.ts';

/** Parses the environment variables that the stack sets for this function. */
export const environmentFrom = (variables: Record<string, string | undefined>) =>
  parseEnvironment(
    {
      API_URL: z.url(),
      PUBLIC_URL: z.url(),
      REGISTRY_PATH: z.string(),
      OPERATOR_SECRET_ARN: z.string(),
      ORIGIN_SECRET: z.string().optional(),
      TABLE_NAME: z.string(),
      BUS_NAME: z.string(),
      PERSON_BUCKET: z.string(),
      WEBHOOK_SECRET_ARN: z.string(),
      DELIVERIES_QUEUE_URL: z.string(),
      WEBHOOK_RETRY_SECONDS: z.preprocess(jsonOf, z.array(z.number().positive()).min(3)),
      OUTBOUND_EXCEPTIONS: z.preprocess(jsonOf, z.array(z.string())),
    },
    variables,
  );
export type Environment = ReturnType<typeof environmentFrom>;
