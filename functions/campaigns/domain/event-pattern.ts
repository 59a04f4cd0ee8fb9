import type { BlockList } from 'node:net';

/** A scalar value in an event. */
export type Scalar = string | number | boolean | null;

/** A test of one value; EventBridge calls it a comparison operator. */
export type ValueTest =
  | { op: 'equals'; value: Scalar }
  | { op: 'text'; how: TextHow; value: string; ignoreCase: boolean }
  | { op: 'numeric'; bounds: readonly Bound[] }
  /** Literal pieces, with anything in between. */
  | { op: 'wildcard'; pieces: readonly string[] }
  | { op: 'cidr'; family: 'ipv4' | 'ipv6'; block: BlockList }
  | { op: 'exists'; present: boolean }
  | { op: 'anythingBut'; tests: readonly ValueTest[] };

export type TextHow = 'exact' | 'prefix' | 'suffix';

/** One bound of an interval. */
export interface Bound {
  is: (typeof numericOperators)[number];
  value: number;
}

/** A parsed pattern. Every field must pass one of its tests, and every `or` must match one of its alternatives. */
export interface EventPattern {
  readonly fields: readonly (
    | { readonly name: string; readonly tests: readonly ValueTest[] }
    | { readonly name: string; readonly inner: EventPattern }
  )[];
  readonly or: readonly (readonly EventPattern[])[];
}

/** What is wrong with a pattern, and where, such as `data.status[0]`. */
export class PatternError extends Error {
  readonly path: string;

  constructor(path: string, message: string) {
    super(message);
    this.path = path;
  }
}

export const numericOperators = ['<', '<=', '=', '>', '>='] as const;

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isScalar = (value: unknown): value is Scalar =>
  value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
