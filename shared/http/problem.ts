import * as z from 'zod';
import { DomainError, type ErrorKind } from '../errors.ts';

/** Maps the kind of an error to its HTTP status (RFC 9110, section 15; RFC 6585 for 428 and 429). */
export const statusOf: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  'method-not-allowed': 405,
  conflict: 409,
  'precondition-failed': 412,
  'too-large': 413,
  'unsupported-media-type': 415,
  unprocessable: 422,
  'precondition-required': 428,
  'rate-limited': 429,
  unavailable: 503,
};

/** Problem details (RFC 9457) with a stable `code`, the refused fields and the correlation id. */
export const Problem = z
  .object({
    type: z
      .string()
      .meta({ description: 'Always `about:blank`; use `code` to tell problems apart', examples: ['about:blank'] }),
    title: z.string().meta({ description: 'Name of the kind of problem', examples: ['Not found'] }),
    status: z.int().meta({ description: 'HTTP status', examples: [404] }),
    code: z.string().meta({ description: 'Machine-readable code; stable', examples: ['post_not_found'] }),
    detail: z.string().meta({
      description: 'Human-readable explanation of what went wrong; the wording may change',
      examples: ['There is no such post in this workspace.'],
    }),
    correlationId: z
      .string()
      .meta({ description: 'Identifies the request in logs and events. Quote it when you report a problem.' }),
    fields: z
      .array(
        z.object({
          path: z.string().meta({
            description:
              'Path of the field in the request, such as `body.name`. If the problem is in something stored or computed, ' +
              'the path within it: in a post (`parts.0.text`), a media file (`width`), a plan, an edit or an experiment ' +
              '(`tracks.0.times.rule`), or a launch report (`slots.<slotKey>`, `accounts.<accountId>`, `plan`)',
            examples: ['body.parts.0.text'],
          }),
          code: z.string().meta({ description: 'Machine-readable code; stable', examples: ['too_big'] }),
          message: z.string().meta({ description: 'What the field must be', examples: ['must not be blank'] }),
          start: z
            .int()
            .min(0)
            .optional()
            .meta({ description: 'Where the problem begins in the text, in UTF-16 code units' }),
          end: z.int().min(0).optional().meta({ description: 'Where it ends, exclusive, in UTF-16 code units' }),
        }),
      )
      .optional()
      .meta({ description: 'Fields that were refused, at most 50' }),
  })
  .meta({ id: 'Problem', description: 'Problem details (RFC 9457)' });
export type Problem = z.infer<typeof Problem>;

/** Returns the title of a kind of error. */
export const titleOf = (kind: ErrorKind): string => {
  const words = kind.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** Maximum number of fields reported per request; a hostile one can have thousands of wrong ones. */
export const maxFields = 50;

/** Returns the problem that reports an error. Anything but a DomainError returns 500 without its cause. */
export const problemOf = (error: unknown, correlationId: string): Problem => {
  if (!(error instanceof DomainError)) {
    return {
      type: 'about:blank',
      title: 'Internal error',
      status: 500,
      code: 'internal_error',
      detail: 'Something went wrong on our side. Quote the correlation id when you report it.',
      correlationId,
    };
  }
  return {
    type: 'about:blank',
    title: titleOf(error.kind),
    status: statusOf[error.kind],
    code: error.code,
    detail: error.message,
    correlationId,
    ...(error.fields.length > 0 && { fields: error.fields.slice(0, maxFields) }),
  };
};
