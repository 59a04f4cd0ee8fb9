import * as z from 'zod';
import { DomainError } from './errors.ts';
import { jsonOf } from './json.ts';
import { digestOf } from './secrets.ts';

/** The query parameters of every list; an operation adds its filters: `pageQuery({ status: ... })`. */
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

/** Everything a list was asked for but the place to go on: a cursor holds for this query alone. */
export type PageScope = Readonly<Record<string, string | number | boolean | undefined>>;

const fingerprint = (scope: PageScope): string => {
  const asked = Object.entries(scope).filter(([, value]) => value !== undefined);
  return digestOf(JSON.stringify(asked.sort())).slice(0, 16);
};

const Key = z.record(z.string(), z.string()).refine((key) => Object.keys(key).length > 0);
const Cursor = z.tuple([z.string(), Key]);

/** An opaque cursor: the key to go on from, bound to the query (and so to the workspace) it came from. */
export const encodeCursor = (key: Readonly<Record<string, string>>, scope: PageScope): string =>
  Buffer.from(JSON.stringify([fingerprint(scope), key])).toString('base64url');

/** The refusal of a cursor that is not ours, or belongs to another query. */
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
 * The key a cursor holds.
 * @throws DomainError `invalid_cursor` when it is not one of ours, or was given for another query.
 */
export const decodeCursor = (cursor: string, scope: PageScope): Record<string, string> => {
  const parsed = Cursor.safeParse(jsonOf(Buffer.from(cursor, 'base64url').toString('utf8')));
  if (!parsed.success || parsed.data[0] !== fingerprint(scope)) throw invalidCursor();
  return parsed.data[1];
};
