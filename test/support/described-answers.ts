import type { AnySchema, ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { openApi } from '#infra/openapi.ts';
import { answerHeaders } from '#shared/http/answer-headers.ts';

interface Header {
  $ref?: string;
  required?: boolean;
  schema?: AnySchema;
}

interface Described {
  $ref?: string;
  headers?: Record<string, Header>;
  content?: Record<string, { schema: AnySchema }>;
}

interface Operation {
  operationId: string;
  responses: Record<string, Described>;
}

// Only what is used here of the types of the OpenAPI document.
const document = openApi() as unknown as {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: object; headers: Record<string, Header>; responses: Record<string, Described> };
};

const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true });
addFormats.default(ajv);
ajv.addSchema({ $id: 'description', components: document.components });

/** One validator per schema, compiled on first use. */
const compiled = new WeakMap<object, ValidateFunction>();
const validator = (schema: AnySchema): ValidateFunction => {
  if (typeof schema === 'boolean') return ajv.compile(schema);
  const known = compiled.get(schema);
  if (known) return known;
  const text = JSON.stringify(schema).replaceAll('"#/components/', '"description#/components/');
  const made = ajv.compile(JSON.parse(text) as AnySchema);
  compiled.set(schema, made);
  return made;
};

const resolved = <T extends { $ref?: string }>(given: T, components: Readonly<Record<string, T>>): T =>
  components[given.$ref?.split('/').at(-1) ?? ''] ?? given;

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    method: method.toUpperCase(),
    segments: path.split('/'),
    operation,
  })),
);

/** The operation of a request: of two that match the path, the one with fewer parameters, as in API Gateway. */
const operationOf = (method: string, path: string): Operation | undefined => {
  const asked = path.split('/');
  const sought = method === 'HEAD' ? 'GET' : method;
  const [found] = operations
    .filter(
      (each) =>
        each.method === sought &&
        each.segments.length === asked.length &&
        each.segments.every((part, place) => (part.startsWith('{') ? asked[place] !== '' : part === asked[place])),
    )
    .sort((one, other) => parameters(one.segments) - parameters(other.segments));
  return found?.operation;
};

const parameters = (segments: readonly string[]): number => segments.filter((part) => part.startsWith('{')).length;

/** Headers of the connection and of every answer, which operations do not list. */
const unlisted = new Set([
  ...Object.keys(answerHeaders),
  ...['connection', 'content-length', 'content-type', 'date', 'keep-alive', 'server', 'transfer-encoding', 'vary'],
  // API Gateway's request ids.
  ...['apigw-requestid', 'x-amzn-requestid', 'x-amz-apigw-id'],
]);

const faultsOfHeaders = (described: Record<string, Header>, headers: Headers, isOurs: boolean): string[] => {
  const named = new Map(
    Object.entries(described).map(([name, each]) => [name.toLowerCase(), resolved(each, document.components.headers)]),
  );
  const missing = [...named].flatMap(([name, { required }]) =>
    isOurs && required === true && !headers.has(name) ? [`lacks the header ${name}`] : [],
  );
  const wrong = [...headers].flatMap(([name, value]) => {
    const header = named.get(name);
    if (!header) return unlisted.has(name) ? [] : [`has the header ${name}, which is not described`];
    const isFitting = validator(header.schema ?? true);
    const isRight: boolean = isFitting(value);
    return isRight ? [] : [`has a header ${name} that is not as described: ${value}`];
  });
  return [...missing, ...wrong];
};

const faultsOfBody = (content: Described['content'], headers: Headers, text: string): string[] => {
  if (!content) return text === '' ? [] : ['has a body, and none is described'];
  const type = headers.get('content-type') ?? '';
  const schema = content[type]?.schema ?? content[type.split(';')[0] ?? '']?.schema;
  if (schema === undefined) return [`is ${type === '' ? 'of no type' : type}, which is not described`];
  const isFitting = validator(schema);
  const body: unknown = type.includes('json') ? JSON.parse(text) : text;
  return isFitting(body) ? [] : [`has a body that is not as described: ${ajv.errorsText(isFitting.errors)}`];
};

/** How an answer deviates from the API description; empty if the request matches no operation. */
export const undescribed = (method: string, path: string, answer: Response, text: string): string[] => {
  const operation = operationOf(method, path);
  // API Gateway matches no path with an unusual byte, even where it looks like the path of an operation.
  if (!operation || /"code":"(no_such_operation|method_not_allowed)"/.test(text)) return [];
  const given = operation.responses[String(answer.status)];
  if (!given)
    return [`${operation.operationId} answers ${answer.status}, which is not described: ${text.slice(0, 300)}`];
  const { headers = {}, content } = resolved(given, document.components.responses);
  const isOurs = answer.headers.has('x-correlation-id');
  return [
    ...faultsOfHeaders(headers, answer.headers, isOurs),
    ...(method === 'HEAD' ? [] : faultsOfBody(content, answer.headers, text)),
  ].map((fault) => `${operation.operationId}: the answer ${answer.status} ${fault}`);
};
