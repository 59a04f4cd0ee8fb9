import type { AddressProblem } from './destination.ts';

/** Headers of an answer that are handed on. */
export const headersOfInterest = [
  'content-type',
  'content-encoding',
  'etag',
  'last-modified',
  'location',
  'retry-after',
] as const;

export type AnswerHeaders = Readonly<Partial<Record<(typeof headersOfInterest)[number], string>>>;

/** An answer of any status; redirects are not followed. */
export interface Answered {
  outcome: 'answered';
  status: number;
  headers: AnswerHeaders;
  /** The body, or its first bytes where `isWhole` is false. */
  body: Buffer;
  isWhole: boolean;
  milliseconds: number;
}

/** No answer. `reason` is short, stable and without anything that the other side has said. */
export interface NotAnswered {
  outcome:
    | 'refused_address' // nothing was sent: `reason` is an AddressProblem
    | 'timed_out'
    | 'too_large' // headers, or a body that is wanted whole
    | 'unreachable' // no such name, no connection, connection lost
    | 'tls_failed' // certificate, or handshake
    | 'not_http'; // what came is no HTTP answer
  reason: AddressProblem | (string & {});
  milliseconds: number;
}

export type Outcome = Answered | NotAnswered;
