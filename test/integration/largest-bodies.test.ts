import { beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { Marketer, newXUser } from '#infra/local/marketer.ts';
import { allOperations } from '#infra/openapi.ts';
import { type Operation, takesBody } from '#shared/http/operation.ts';
import { send } from '../support/integration/answers.ts';
import { inMs, plan, uploadPicture, write } from '../support/integration/desk.ts';
import { stage } from '../support/integration/stage.ts';

const maya = new Marketer(stage);
const own: Record<string, string> = {};
beforeAll(async () => {
  await maya.join();
  const accountId = await maya.connect(await newXUser(stage));
  const { id: postId } = await write(maya, accountId, 'To be made large.');
  const { id: campaignId } = await plan(maya, [{ postId, publishAt: inMs(86_400_000) }]);
  const template = { name: 'Small', parts: [{ text: 'Small' }], variables: [] };
  const { id: templateId } = await maya.do(z.object({ id: z.string() }), 'POST', '/v1/templates', template);
  Object.assign(own, { accountId, postId, campaignId, templateId, mediaId: await uploadPicture(maya) });
});

/** The part of JSON Schema that the contracts use. */
interface Shape {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  examples?: unknown[];
  anyOf?: Shape[];
  oneOf?: Shape[];
  properties?: Record<string, Shape>;
  additionalProperties?: Shape | boolean;
  items?: Shape;
  maxItems?: number;
  maxLength?: number;
  maximum?: number;
  minimum?: number;
  pattern?: string;
  format?: string;
}

/** How many characters all parts of a post may have together. */
const inAllParts = 50_000;

/** The character that texts repeat: three bytes, or one where the body would exceed its limit. */
let filler = '語';

/** The most entries of a list or record: fewer where the body would exceed its limit even so. */
let most = 1_000;

const text = ({ maxLength = 1_000, pattern, format, examples }: Shape, name: string, place: number, of: number) => {
  if (name in own) return own[name];
  if (name === 'publishAt') return inMs(86_400_000);
  if (examples?.[0] !== undefined) return examples[0];
  if (name === 'name' && pattern !== undefined) return `v${place}`;
  if (format === 'email') return `${'x'.repeat(50)}@example.com`;
  if (pattern !== undefined || format !== undefined) return `x${place}`;
  const length = /^texts?$/.test(name) ? Math.min(maxLength, Math.floor(inAllParts / of)) : maxLength;
  return (length > inAllParts ? 'x' : filler).repeat(Math.min(length, 4_000_000));
};

const sizeOf = (value: unknown): number => JSON.stringify([value]).length;

/** The largest value that a shape allows. @param of how many siblings it has, @param place its position among them */
const largest = (shape: Shape, name = '', place = 0, of = 1): unknown => {
  if (shape.const !== undefined) return shape.const;
  if (shape.enum) return shape.enum.at(-1);
  const choices = shape.anyOf ?? shape.oneOf;
  if (choices) {
    const values = choices.map((each) => largest(each, name, place, of));
    return values.reduce((one, other) => (sizeOf(other) > sizeOf(one) ? other : one));
  }
  if (shape.type === 'object') {
    if (!shape.properties && typeof shape.additionalProperties === 'object') {
      const { additionalProperties } = shape;
      const entries = Array.from({ length: Math.min(30, most) }, (_, each) => [
        `v${each}`,
        largest(additionalProperties, 'value'),
      ]);
      return Object.fromEntries(entries);
    }
    const entries = Object.entries(shape.properties ?? {});
    return Object.fromEntries(entries.map(([field, each]) => [field, largest(each, field, place, of)]));
  }
  if (shape.type === 'array') {
    const count = Math.min(shape.maxItems ?? 10, most);
    const items = shape.items ?? {};
    return Array.from({ length: count }, (_, each) => largest(items, name, each, Math.max(of, count)));
  }
  if (shape.type === 'string') return text(shape, name, place, of);
  if (shape.type === 'boolean') return true;
  if (shape.type === 'null') return null;
  return Math.min(shape.maximum ?? 1_000, 1_000_000_000_000);
};

const bodyOf = ({ request, maxBodyBytes }: Operation): unknown => {
  const shape = z.toJSONSchema(request.body, { io: 'input', unrepresentable: 'any' }) as Shape;
  most = 1_000;
  filler = '語';
  let body = largest(shape);
  if (sizeOf(body) <= maxBodyBytes && Buffer.byteLength(JSON.stringify(body)) <= maxBodyBytes) return body;
  filler = 'x';
  for (body = largest(shape); sizeOf(body) > longestSent; body = largest(shape)) most = Math.ceil(most / 2);
  return body;
};

/** More than any operation accepts, and less than makes the emulator hang up. */
const longestSent = 2_500_000;

const operations: Operation[] = allOperations.map(({ operation }) => operation).filter(takesBody);
const pathOf = ({ path }: Operation): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => own[name] ?? 'pst_01KATJ9V5H8Q3M4N5P6R7S8T9V');

const ask = async (operation: Operation, body: unknown = bodyOf(operation)) =>
  send(operation.method, pathOf(operation), {
    headers: {
      'content-type': 'application/json',
      // The emulator sometimes hangs up after a large body, so each request gets its own connection.
      connection: 'close',
      'if-match': '*',
      ...(operation.method === 'POST' && { 'idempotency-key': `largest-${operation.id}-${Date.now()}` }),
      authorization: `Bearer ${maya.accessToken}`,
    },
    body: JSON.stringify(body),
  });

test.each(operations.map((operation) => [operation.id, operation] as const))(
  'the largest body of %s causes no 5xx',
  async (_, operation) => {
    const { status, body } = await ask(operation);
    expect(status, JSON.stringify([body]).slice(0, 500)).toBeLessThan(500);
  },
);

const named = (id: string): Operation => {
  const found = operations.find((operation) => operation.id === id);
  if (!found) throw new Error(`no operation ${id}`);
  return found;
};

const problem = z.object({ code: z.string() });

test('a template above the item size is rejected with template_too_large, and large bodies below it are stored', async () => {
  const create = named('createTemplate');
  const options = Array.from({ length: 50 }, (_, each) => `${each} ${'語'.repeat(190)}`);
  const variablesOf = (count: number) =>
    Array.from({ length: count }, (_, each) => ({ name: `v${each}`, type: 'choice', options }));
  const tooLarge = { name: 'Too large', parts: [{ text: 'x' }], variables: variablesOf(16) };
  expect(Buffer.byteLength(JSON.stringify(tooLarge))).toBeGreaterThan(449_000);
  const refused = await ask(create, tooLarge);
  expect([refused.status, problem.parse(refused.body).code]).toEqual([422, 'template_too_large']);
  const within = { name: 'Large', parts: [{ text: 'x' }], variables: variablesOf(11) };
  expect(Buffer.byteLength(JSON.stringify(within))).toBeGreaterThan(300_000);
  expect((await ask(create, within)).status).toBe(201);
  const controls = '\u0001'.repeat(50_000 / 2);
  const escaped = { name: 'Escaped', parts: [{ text: controls }, { text: controls }], variables: [] };
  expect((await ask(create, escaped)).status).toBeLessThan(500);
  const post = { accountId: own.accountId, parts: Array.from({ length: 25 }, () => ({ text: '語'.repeat(140) })) };
  expect((await ask(named('createPost'), post)).status).toBe(201);
});
