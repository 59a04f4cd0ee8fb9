import * as z from 'zod';
import { DomainError } from './errors.ts';
import { jsonOf } from './json.ts';
import { digestOf } from './secrets.ts';

/** Query parameters of every list; an operation adds its filters: `pageQuery({ status: ... })`. */
export const pageQuery = <Shape extends z.ZodRawShape>(filters: Shape) =>
  z.strictObject({
    limit: z.coerce
      .number()
      .int()
      .min(1)
      .max(100)
      .default(25)
      .meta({ description: 'Maximum number of items on the page' }),
    cursor: z.string().max(1024).optional().meta({ description: '`nextCursor` of the previous page' }),
    ...filters,
  });

/** A page of items; `nextCursor` is null on the last one. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    nextCursor: z
      .string()
      .nullable()
      .meta({ description: 'Pass it as `cursor` to get the next page; null on the last page' }),
  });

export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** Everything a list was queried by except the position; a cursor is valid only for the same query. */
export type PageScope = Readonly<Record<string, string | number | boolean | undefined>>;

const fingerprint = (scope: PageScope): string => {
  const asked = Object.entries(scope).filter(([, value]) => value !== undefined);
  return digestOf(JSON.stringify(asked.sort())).slice(0, 16);
};

const Key = z.record(z.string(), z.string()).refine((key) => Object.keys(key).length > 0);
const Cursor = z.tuple([z.string(), Key]);

/** Encodes an opaque cursor: the key to continue from, bound to its query and so to its workspace. */
export const encodeCursor = (key: Readonly<Record<string, string>>, scope: PageScope): string =>
  Buffer.from(JSON.stringify([fingerprint(scope), key])).toString('base64url');

/** The error for a cursor that is not ours or belongs to another query. */
export const invalidCursor = (): DomainError =>
  new DomainError(
    'invalid',
    'invalid_cursor',
    'The cursor belongs to another query. Pass `nextCursor` with the same filters.',
    {
      fields: [{ path: 'query.cursor', code: 'invalid_cursor', message: 'must be nextCursor of the same query' }],
    },
  );

/**
 * Decodes the key of a cursor.
 * @throws DomainError `invalid_cursor` when it is not ours or belongs to another query.
 */
export const decodeCursor = (cursor: string, scope: PageScope): Record<string, string> => {
  const parsed = Cursor.safeParse(jsonOf(Buffer.from(cursor, 'base64url').toString('utf8')));
  if (!parsed.success || parsed.data[0] !== fingerprint(scope)) throw invalidCursor();
  return parsed.data[1];
};
