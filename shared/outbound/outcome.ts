import type { AddressProblem } from './destination.ts';

/** Response headers that are passed on. */
export const headersOfInterest = [
  'content-type',
  'content-encoding',
  'etag',
  'last-modified',
  'location',
  'retry-after',
] as const;

export type AnswerHeaders = Readonly<Partial<Record<(typeof headersOfInterest)[number], string>>>;

/** A response of any status; redirects are not followed. */
export interface Answered {
  outcome: 'answered';
  status: number;
  headers: AnswerHeaders;
  /** The body, or its first bytes where `isWhole` is false. */
  body: Buffer;
  isWhole: boolean;
  milliseconds: number;
}

/** No response. `reason` is short and stable, and contains nothing from the other side. */
export interface NotAnswered {
  outcome:
    | 'refused_address' // nothing was sent: `reason` is an AddressProblem
    | 'timed_out'
    | 'too_large' // headers, or a body that has to be complete
    | 'unreachable' // unknown host, no connection, or connection lost
    | 'tls_failed' // certificate or handshake
    | 'not_http'; // not a valid HTTP response
  reason: AddressProblem | (string & {});
  milliseconds: number;
}

export type Outcome = Answered | NotAnswered;
