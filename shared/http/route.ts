import type * as z from 'zod';
import type { Actor } from '../actor.ts';
import type { Role } from '../permissions.ts';
import type { Access, Operation } from './operation.ts';

/** The signed-in person or service account behind a request, from the access token; also its author. */
export interface Caller {
  personId: string;
  /**
   * The people responsible for what the caller does: the person, or whoever created the machine or one of its secrets.
   * The machine itself where that is unknown.
   */
  people: string[];
  workspaceId: string;
  role: Role;
  actor: Actor;
  correlationId: string;
  /** Id of the token (`jti`). */
  tokenId: string;
  /** Id of the sign-in that the token was issued or refreshed from (`origin_jti`). */
  signInId?: string | undefined;
  /** How many times all sign-ins of the person had been ended when the token was issued (`sign_in_round`). */
  signInRound?: number;
}

/** Facts of the request that every handler receives. */
export interface RequestFacts {
  correlationId: string;
  sourceIp: string;
  userAgent: string;
  /** Whether nobody may see the reply: a HEAD request, or a prefetch (`Sec-Purpose: prefetch`). */
  isSpeculative: boolean;
  /** The version that `If-Match` names. */
  ifMatch: number | undefined;
  /** The `Authorization` header of public operations, unchecked. It contains a secret. */
  authorization: string | undefined;
  /** Body and signature headers, not verified yet, of operations with `signatureHeaders`. */
  signed: Signed | undefined;
}

/** A request body with what claims to be its signature. */
export interface Signed {
  bytes: Buffer;
  headers: Readonly<Record<string, string>>;
}

export interface RouteInput<Op extends Operation> {
  path: z.infer<Op['request']['path']>;
  query: z.infer<Op['request']['query']>;
  body: z.infer<Op['request']['body']>;
  caller: Op['access'] extends 'public' | 'operator' ? undefined : Caller;
  request: RequestFacts;
}

/** An operation with its handler. */
export interface Route {
  readonly operation: Operation;
  readonly handle: (input: {
    path: unknown;
    query: unknown;
    body: unknown;
    caller: Caller | undefined;
    request: RequestFacts;
  }) => Promise<unknown>;
}

/**
 * Binds an operation to its handler. The input has passed the contract's schemas and the permission check; the reply is
 * checked against the contract before it is sent.
 */
export const route = <
  Path extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Reply extends z.ZodType,
  Who extends Access,
>(
  operation: Operation<Path, Query, Body, Reply, Who>,
  handle: (input: RouteInput<Operation<Path, Query, Body, Reply, Who>>) => Promise<z.input<Reply>>,
): Route => ({
  operation,
  // The HTTP handler parses the input with this operation's schemas and requires a caller unless the access is public.
  handle: (input) => handle(input as RouteInput<Operation<Path, Query, Body, Reply, Who>>),
});
