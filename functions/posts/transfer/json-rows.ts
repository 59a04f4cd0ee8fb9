import * as z from 'zod';
import { mostRows, tooManyRows, unreadable, type SentRow } from './rows.ts';

/** The rows of a JSON list. @throws DomainError `malformed_json`, `too_many_rows` */
export const jsonRows = (content: string): SentRow[] => {
  const listed = z.array(z.unknown()).safeParse(parsed(content));
  if (!listed.success) throw unreadable('malformed_json', 'must be a JSON list');
  if (listed.data.length > mostRows) throw tooManyRows();
  return listed.data.map((said) => ({ line: null, said, faults: [], columnOf: (path) => path }));
};

const parsed = (content: string): unknown => {
  try {
    return JSON.parse(content.replace(/^\uFEFF/, ''), wellFormed);
  } catch {
    return undefined;
  }
};

/** A lone surrogate is no Unicode text: its field is read as none, which no row may have. */
const wellFormed = (_key: string, value: unknown): unknown =>
  typeof value === 'string' && !value.isWellFormed() ? null : value;
