import * as z from 'zod';

/** What the register of personal data says of a field. */
interface Personal {
  /** What it is kept for. */
  why: string;
  /** How long, and what ends it. */
  keptFor: string;
  /** Its name stands for other things too (`data`, `to`): nothing can be masked by it. */
  hasCommonName?: true;
}

/** Fields of schemas that hold personal data. Beside zod's own registry: none of this belongs in the API's description. */
export const personalData = z.registry<Personal>();

/**
 * Marks a field as personal data. Only this field: a schema that several items share, such as a mail address, is kept
 * for another reason and another time in each of them. What is marked so stands in `docs/personal-data.md`, is masked
 * in logs by its name, and stays out of events.
 */
export const personal = <Schema extends z.ZodType>(schema: Schema, said: Personal): Schema => {
  const field = schema.clone();
  personalData.add(field, said);
  return field;
};

/** How long personal data is kept, where several items say the same. */
export const keptFor = {
  person: 'until the person is erased',
  workspace: 'until the workspace is deleted',
  post: 'until the post is deleted, or its workspace',
  session: '30 days from the sign-in',
} as const;
