import * as z from 'zod';
import { parseEnvironment } from '#shared/environment.ts';

/** Parses the environment variables that the stack sets for this function. */
export const environmentFrom = (variables: Record<string, string | undefined>) =>
  parseEnvironment(
    {
      TABLE_NAME: z.string(),
      BUS_NAME: z.string(),
      PERSON_BUCKET: z.string(),
      USER_POOL_ID: z.string(),
      USER_POOL_CLIENT_ID: z.string(),
      ADDRESSES_PER_NETWORK: z.coerce.number().int().min(1),
      MACHINE_CLIENT_ID: z.string(),
      ENROLMENT_CLIENT_ID: z.string(),
      DELETION_GRACE_DAYS: z.coerce.number().int().min(0),
      PUBLIC_URL: z.url(),
      MAIL_SENDER: z.email().optional(),
      AUDIT_SECRET_ARN: z.string(),
      AUDIT_BUCKET: z.string(),
    },
    variables,
  );
export type Environment = ReturnType<typeof environmentFrom>;
