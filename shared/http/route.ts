import type * as z from 'zod';
import type { Actor } from '../actor.ts';
import type { Role } from '../permissions.ts';
import type { Access, Operation } from './operation.ts';

/** The signed-in person behind a request, from the access token; `actor` and `correlationId` make it an author. */
export interface Caller {
  personId: string;
  /**
   * The people who answer for what the caller does: themselves, or who made the machine or a secret of it. The machine
   * itself where that is unknown.
   */
  people: string[];
  workspaceId: string;
  role: Role;
  actor: Actor;
  correlationId: string;
  /** Id of the token (`jti`). */
  tokenId: string;
  /** Id of the sign-in that the token and its refreshed successors come from (`origin_jti`). */
  signInId?: string | undefined;
  /** How often all sign-ins of the person had ended when the token was issued (`sign_in_round`). */
  signInRound?: number;
}

/** What of the request every handler may know. */
export interface RequestFacts {
  correlationId: string;
  sourceIp: string;
  userAgent: string;
  /** Nobody may ever see the reply: asked for without its body (HEAD), or ahead of being wanted (`Sec-Purpose: prefetch`). */
  isSpeculative: boolean;
  /** The version that `If-Match` names. */
  ifMatch: number | undefined;
  /** The `Authorization` header of public operations, where it has not been checked yet. It holds a secret. */
  authorization: string | undefined;
  /** The bytes of the body and the headers of the signature over them, not verified yet, of operations that name these. */
  signed: Signed | undefined;
}

/** What a stranger has signed, or says so. */
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

/** An operation with what carries it out. */
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
 * Binds an operation to the function that carries it out. The input has passed the contract's schemas and the
 * permission check; the reply is checked against the contract on its way out.
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
  // The HTTP handler parses the input by this operation's schemas and demands a caller unless the access is public.
  handle: (input) => handle(input as RouteInput<Operation<Path, Query, Body, Reply, Who>>),
});
