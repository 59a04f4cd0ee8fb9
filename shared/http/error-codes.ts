import type { ErrorCodes } from '../errors.ts';

/**
 * Error codes of the platform's shared parts, by kind, each with one sentence on when it is returned. Those of a
 * context are in its `domain/error-codes.ts`. Only the API description uses them.
 */
export const sharedCodes = {
  invalid: {
    invalid_path: 'A path parameter is malformed; `fields` names it.',
    invalid_query: 'A query parameter is missing, malformed or unknown; `fields` names it.',
    invalid_body: 'A field of the body is missing, malformed or unknown; `fields` names it.',
    invalid_cursor: 'The cursor belongs to another query. Pass `nextCursor` with the same filters.',
    invalid_idempotency_key: 'The Idempotency-Key must be 1 to 128 visible ASCII characters.',
    invalid_time_zone: 'The time zone is not a known IANA time zone.',
    invalid_schedule: 'The schedule is invalid or never occurs; `fields` says what to fix.',
    body_missing: 'The request body is missing. Send JSON.',
    malformed_json: 'The body is not well-formed JSON in UTF-8.',
    nul_in_text: 'A string in the body contains the character NUL (U+0000). Remove it.',
    body_too_deep: 'The body is nested too deeply.',
    too_many_values: 'The body contains too many values.',
    address_refused: 'The platform does not connect to this URL; `fields` says why.',
  },
  unauthenticated: {
    not_signed_in: 'The access token is missing or was not issued by this platform. Sign in.',
    session_ended: 'The session of the access token has ended. Sign in again.',
    not_an_operator: 'The operator token is missing or wrong.',
  },
  forbidden: {
    role_lacks_permission: "The caller's role does not hold the permission that the operation requires.",
    only_for_people: 'Service accounts cannot do this.',
    not_a_member: 'The caller is no longer a member of the workspace. Sign in again.',
    mfa_required: 'The workspace requires a second factor. Enrol one, then refresh the access token.',
    direct_access: "The request bypassed the platform's public address. Send it there.",
  },
  'not-found': {
    no_such_operation: 'No operation has this path.',
  },
  'method-not-allowed': {
    method_not_allowed: 'The path has no operation with this method; `Allow` lists those it has.',
  },
  conflict: {
    changed_meanwhile: 'Another request changed the resource at the same time. Get the current version and retry.',
    idempotency_key_in_flight: 'The first request with this Idempotency-Key is still running. Retry in a moment.',
  },
  'precondition-failed': {
    precondition_failed:
      'The resource has changed since the version in If-Match. Get the current version and reapply the change.',
  },
  'precondition-required': {
    if_match_missing: 'If-Match is missing. Send the ETag of the version you read.',
  },
  'too-large': {
    body_too_large: 'The body is larger than the operation accepts.',
  },
  'unsupported-media-type': {
    not_json: 'The body was not sent as application/json.',
  },
  unprocessable: {
    idempotency_key_reused: 'This Idempotency-Key was used for a different request. Use a new key for each request.',
    item_too_large: 'The stored content would exceed 400 KB. Shorten it.',
  },
  'rate-limited': {
    rate_limited: 'Too many requests. Retry after the number of seconds in `Retry-After`.',
  },
  unavailable: {
    limits_unreachable: 'The rate limits could not be checked. Retry in a moment.',
    not_ready: 'The service cannot reach its dependencies.',
  },
} as const satisfies ErrorCodes;

/** The code of a fault: returned with 500; the log has the cause under the correlation id. */
export const internalError = {
  internal_error: 'Something went wrong on our side. Quote the correlation id when you report it.',
} as const;
