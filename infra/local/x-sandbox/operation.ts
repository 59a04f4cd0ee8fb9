import type { IncomingHttpHeaders } from 'node:http';
import type * as z from 'zod';
import { mediaTypeOf, Refusal } from './http.ts';
import type { Charge } from './prices.ts';
import { aboutBlank, invalidRequest, unsupportedAuthentication } from './problems.ts';
import type { User } from './user.ts';
import type { World } from './world.ts';

/** The caller: a user through the app, or the app itself. */
export type Caller = { kind: 'user'; user: User; scopes: readonly string[] } | { kind: 'app' };

/** An authenticated call within its limits, with only query parameters that X knows. */
export interface Call {
  caller: Caller;
  params: Record<string, string>;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface Outcome {
  status: number;
  body: unknown;
  /** What X bills for this call. */
  charges?: Charge[];
}

/** An operation of X's API; `id` is the operationId in X's OpenAPI description. */
export interface Operation {
  id: string;
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** `:name` matches one segment. */
  path: string;
  auth: 'user' | 'user or app' | 'app';
  scopes: readonly string[];
  /** Query parameters that X knows; others are refused. */
  query?: readonly string[];
  /** Does the work, or throws a Refusal and changes nothing. */
  handle(world: World, call: Call): Promise<Outcome>;
}

/** Returns the user who calls an operation that only users may call. */
export function userOf(call: Call): User {
  if (call.caller.kind !== 'user') throw new Refusal(unsupportedAuthentication());
  return call.caller.user;
}

/** Returns the value of a path parameter that the operation declares. */
export function param(call: Call, name: string): string {
  const value = call.params[name];
  if (value === undefined) throw new Error(`The path has no parameter ${name}.`);
  return value;
}

/** Parses a JSON body; throws X's 400 that names each wrong field. */
export function jsonBody<T>(call: Pick<Call, 'headers' | 'body'>, schema: z.ZodType<T>): T {
  if (mediaTypeOf(call.headers) !== 'application/json') throw new Refusal(aboutBlank(415));
  let value: unknown;
  try {
    value = JSON.parse(call.body.toString('utf8'));
  } catch {
    throw new Refusal(invalidRequest([{ message: 'Unable to parse the request body as JSON.' }]));
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new Refusal(invalidRequest(result.error.issues.flatMap(describeIssue)));
}

/** Uses X's wording for an undeclared field, zod's for the rest. */
function describeIssue(issue: z.core.$ZodIssue) {
  const path = ['$', ...issue.path.map(String)].join('.');
  if (issue.code !== 'unrecognized_keys') return [{ message: `${path}: ${issue.message}` }];
  return issue.keys.map((key) => ({
    message: `${path}.${key}: is not defined in the schema and the schema does not allow additional properties`,
  }));
}
