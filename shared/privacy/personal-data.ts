import * as z from 'zod';

/** A field's entry in the register of personal data. */
interface Personal {
  /** Purpose. */
  why: string;
  /** Retention: how long, and what ends it. */
  keptFor: string;
  /** Other fields share the name (`data`, `to`), so logs cannot be masked by it. */
  hasCommonName?: true;
}

/** Schema fields with personal data. Separate from zod's registry: it does not belong in the API description. */
export const personalData = z.registry<Personal>();

/**
 * Marks a field as personal data. It marks this field only: a shared schema, such as an email address, has a different
 * purpose and retention in each item. Marked fields are listed in `docs/personal-data.md`, masked in logs by name, and
 * kept out of events.
 */
export const personal = <Schema extends z.ZodType>(schema: Schema, said: Personal): Schema => {
  const field = schema.clone();
  personalData.add(field, said);
  return field;
};

/** Retention periods that several items share. */
export const keptFor = {
  person: 'until the person is erased',
  workspace: 'until the workspace is deleted',
  post: 'until 90 days after the post is deleted, or until its workspace is deleted',
  session: '30 days from the sign-in',
} as const;
