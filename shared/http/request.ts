import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type * as z from 'zod';
import { DomainError } from '../errors.ts';
import { versionIn } from './etag.ts';
import { jsonFault, unkeptNumber } from './json.ts';
import { needsBody, type Operation } from './operation.ts';
import type { RequestFacts } from './route.ts';

/** JSON nested deeper than any of our bodies, or with ten times as many values as the largest of them, is hostile. */
const bodyBounds = { levels: 20, values: 20_000 };

interface ParsedRequest {
  input: { path: unknown; query: unknown; body: unknown };
  facts: RequestFacts;
}

/**
 * Parses the request and checks it against the contract: path, query, body, `If-Match`.
 * @throws DomainError 400, 413, 415 or 428 that explains what to fix.
 */
export const readRequest = async (
  operation: Operation,
  event: APIGatewayProxyEventV2,
  correlationId: string,
): Promise<ParsedRequest> => {
  const { http } = event.requestContext;
  return {
    input: {
      path: await checked(operation.request.path, event.pathParameters ?? {}, 'path'),
      query: await checked(operation.request.query, queryOf(operation, event), 'query'),
      body: keepable(await checked(operation.request.body, bodyOf(operation, event), 'body')),
    },
    facts: {
      correlationId,
      sourceIp: http.sourceIp,
      userAgent: http.userAgent.slice(0, 512),
      isSpeculative: http.method === 'HEAD' || isPrefetch(event.headers),
      ifMatch: ifMatchOf(operation, event),
      authorization: operation.access === 'public' ? event.headers['authorization'] : undefined,
      signed: signedOf(operation, event),
    },
  };
};

/** Whether a browser requests a page that may never be shown (W3C: Sec-Purpose; older browsers: Purpose, X-Moz). */
const isPrefetch = (headers: APIGatewayProxyEventV2['headers']): boolean =>
  ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'].some((name) => /prefetch|preview/i.test(headers[name] ?? ''));

const checked = async <Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  where: string,
): Promise<z.infer<Schema>> => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  // The error messages are loaded by the first request that needs them.
  throw (await import('./invalid-input.ts')).invalidInput(schema, value, where);
};

/** Refuses a body with a number that could not be stored exactly. */
const keepable = <Body>(body: Body): Body => {
  const path = unkeptNumber(body, 'body')?.slice(0, 200);
  if (path === undefined) return body;
  const message =
    'must be a number between -9007199254740991 and 9007199254740991, and not so close to 0 that it would be rounded';
  throw new DomainError('invalid', 'invalid_body', `${path} ${message}.`, {
    fields: [{ path, code: 'number_out_of_range', message }],
  });
};

const queryOf = (operation: Operation, event: APIGatewayProxyEventV2): unknown =>
  operation.ignoresQuery ? {} : (event.queryStringParameters ?? {});

const bytesOf = ({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): Buffer =>
  Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');

const signedOf = ({ signatureHeaders }: Operation, event: APIGatewayProxyEventV2): RequestFacts['signed'] => {
  if (signatureHeaders.length === 0) return undefined;
  const headers = signatureHeaders.flatMap((name) => {
    const value = event.headers[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { bytes: bytesOf(event), headers: Object.fromEntries(headers) };
};

const bodyOf = (operation: Operation, event: APIGatewayProxyEventV2): unknown => {
  const bytes = bytesOf(event);
  if (bytes.length > operation.maxBodyBytes) {
    throw new DomainError('too-large', 'body_too_large', `The body must have at most ${operation.maxBodyBytes} bytes.`);
  }
  if (operation.ignoresBody) return {};
  if (bytes.length === 0) {
    if (needsBody(operation))
      throw new DomainError('invalid', 'body_missing', 'The request body is missing. Send JSON.');
    return {};
  }
  const contentType = event.headers['content-type'] ?? '';
  if (!/^application\/json\s*(;|$)/i.test(contentType)) {
    throw new DomainError('unsupported-media-type', 'not_json', 'Send the body as application/json.');
  }
  return jsonIn(bytes);
};

/**
 * Parses the JSON of a body, well-formed and within bounds.
 * @throws DomainError `malformed_json`, `nul_in_text`, `body_too_deep`, `too_many_values`
 */
export const jsonIn = (bytes: Uint8Array): unknown => {
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw malformed();
  }
  switch (jsonFault(body, bodyBounds)) {
    case 'malformed_text':
      throw malformed(
        'A string in the body has characters lost in an encoding. Read its source with the right encoding and send UTF-8.',
      );
    case 'nul_in_text':
      throw new DomainError(
        'invalid',
        'nul_in_text',
        'A string in the body contains the character NUL (U+0000). Remove it; text from a UTF-16 file has to be sent as UTF-8.',
      );
    case 'too_deep':
      throw new DomainError(
        'invalid',
        'body_too_deep',
        `The body must be nested at most ${bodyBounds.levels} levels deep.`,
      );
    case 'too_many_values':
      throw new DomainError('invalid', 'too_many_values', `The body must have at most ${bodyBounds.values} values.`);
    case undefined:
      return body;
  }
};

const malformed = (message = 'The body is not well-formed JSON in UTF-8.'): DomainError =>
  new DomainError('invalid', 'malformed_json', message);

const ifMatchOf = (operation: Operation, event: APIGatewayProxyEventV2): number | undefined => {
  if (operation.ifMatch === 'none') return undefined;
  const given = event.headers['if-match'];
  if (given !== undefined && given !== '*') return versionIn(given);
  if (operation.ifMatch === 'required' && given === undefined) {
    throw new DomainError(
      'precondition-required',
      'if_match_missing',
      'If-Match is missing. Send the ETag of the version you read.',
    );
  }
  return undefined;
};
