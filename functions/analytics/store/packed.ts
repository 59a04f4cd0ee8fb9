import { deflateRawSync, inflateRawSync } from 'node:zlib';
import * as z from 'zod';

/** Maximum size of content once it is unpacked, in bytes. */
const maxBytes = 16 * 1024 * 1024;

/**
 * Compresses a value as JSON (RFC 1951): DynamoDB bills an item by its size, and lists of counters shrink to a fifth.
 */
export const pack = (value: unknown): Uint8Array => deflateRawSync(JSON.stringify(value), { level: 9 });

/** Unpacks a value and validates it. */
export const unpack = <Schema extends z.ZodType>(schema: Schema, packed: unknown): z.infer<Schema> =>
  schema.parse(JSON.parse(inflateRawSync(Bytes.parse(packed), { maxOutputLength: maxBytes }).toString()));

const Bytes = z.instanceof(Uint8Array);
