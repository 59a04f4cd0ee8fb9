import { jsonOf } from '#shared/json.ts';
import { maxRows, parsedJson, type SentRow, tooManyRows, unreadable } from './rows.ts';

/** The rows of a JSON array. @throws DomainError `malformed_json`, `too_many_rows` */
export const jsonRows = (content: string): SentRow[] => {
  const listed = listOf(content);
  if (!listed) throw unreadable('malformed_json', 'must be a JSON array');
  if (listed.length > maxRows) throw tooManyRows();
  return listed.map((said) => ({ line: null, ...parsedJson(said, ''), columnOf: (path) => path }));
};

const listOf = (content: string): unknown[] | undefined => {
  const parsed = jsonOf(content.replace(/^\uFEFF/, ''));
  return Array.isArray(parsed) ? parsed : undefined;
};
