import type * as z from 'zod';
import { DomainError } from '../errors.ts';
import { fieldMessage, plainIssues } from './field-messages.ts';
import { maxFields } from './problem.ts';

/** Returns a DomainError naming every field that the schema refuses, without the values. `where`: such as `body`. */
export const invalidInput = (schema: z.ZodType, value: unknown, where: string): DomainError => {
  const { error } = schema.safeParse(value, { error: fieldMessage });
  const fields = (error ? plainIssues(error) : []).slice(0, maxFields).map((issue) => ({
    path: [where, ...issue.path.map(String)].join('.').slice(0, 200),
    code: issue.code,
    message: issue.message.slice(0, 300),
  }));
  const [first] = fields;
  const said = first ? `${first.path} ${first.message}` : `The ${where} is invalid`;
  return new DomainError('invalid', `invalid_${where}`, `${said}.`, { fields });
};
