import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { HookScheme } from '#events/platform.ts';
import * as contract from '#functions/platform/incoming-hooks/contract.ts';
import { exportSections } from '#functions/platform/privacy/export-person.ts';
import { httpEvent, owner } from '#test/support/http-event.ts';
import { harness, noon } from '../harness.ts';

const Made = z.object({
  hook: z.object({ id: z.string(), version: z.number() }),
  secret: z.string().nullable(),
});
const Answer = z.object({ statusCode: z.int(), body: z.string(), headers: z.record(z.string(), z.string()) });

/** A hook and the service that sends to it. */
const connected = async (scheme: HookScheme = 'standard_webhooks', given?: string) => {
  const platform = harness();
  const body = { name: 'Shop orders', scheme, ...(given !== undefined && { secret: given }) };
  const { hook, secret: made } = (await platform.ask(contract.createHook, Made, { body })).body;
  const secret = given ?? made ?? '';
  const send = async (
    body: string | Buffer,
    { headers = {}, hookId = hook.id }: { headers?: Record<string, string>; hookId?: string } = {},
  ) => {
    const event = httpEvent(contract.receiveHook, { path: { hookId }, headers });
    const sent = Buffer.from(body).toString('base64');
    const answer = Answer.parse(await platform.wake({ ...event, body: sent, isBase64Encoded: true }));
    const said = z.looseObject({ code: z.string().optional() }).parse(JSON.parse(answer.body));
    return { status: answer.statusCode, body: said, headers: answer.headers };
  };
  /** Signs with the library of Standard Webhooks. */
  const signed = (payload: string, id = 'msg_1', at = platform.clock.now(), by = secret) => ({
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(by).sign(id, at, payload),
  });
  return { ...platform, hook, secret, send, signed };
};

const received = (told: readonly (readonly [string, unknown])[]) => told.filter(([type]) => type === 'hook.received');

describe('a hook', () => {
  test.each(['standard_webhooks', 'github'] as const)(
    'of scheme %s gets a secret that is shown only once',
    async (scheme) => {
      const { secret, call, hook, items, told } = await connected(scheme);
      expect(secret).toMatch(scheme === 'github' ? /^[\w-]{43}$/ : /^whsec_[A-Za-z0-9+/]{43}=$/);
      expect(JSON.stringify([...items.values()])).not.toContain(secret);
      const read = await call(contract.getHook, { path: { hookId: hook.id } });
      expect(read.raw).not.toMatch(/sealed|whsec_/);
      expect(read.body).toMatchObject({
        ...{ name: 'Shop orders', scheme, url: `https://platform.example.com/v1/hooks/${hook.id}` },
        ...{ secretCreatedAt: noon.toISOString(), previousSecretUntil: null, createdBy: { id: owner.personId } },
      });
      expect(told()).toEqual([['hook.created', { scheme }]]);
    },
  );

  test('of Stripe rejects every request until its secret is set', async () => {
    const { call, hook, secret, send, clock } = await connected('stripe');
    expect(secret).toBe('');
    const body = '{"id":"evt_1","type":"charge.succeeded"}';
    const t = Math.floor(clock.now().getTime() / 1000);
    const by = (key: string) => `t=${t},v1=${createHmac('sha256', key).update(`${t}.${body}`).digest('hex')}`;
    expect((await send(body, { headers: { 'stripe-signature': by('') } })).status).toBe(401);
    const path = { hookId: hook.id };
    expect((await call(contract.rotateHookSecret, { path, body: {} })).body).toMatchObject({
      code: 'hook_secret_missing',
    });
    const given = await call(contract.rotateHookSecret, { path, body: { secret: 'whsec_given_by_stripe' } });
    expect(given).toMatchObject({ status: 200, body: { secret: null, hook: { secretCreatedAt: noon.toISOString() } } });
    const answer = await send(body, { headers: { 'stripe-signature': by('whsec_given_by_stripe') } });
    expect(answer).toMatchObject({ status: 202, body: { deliveryId: 'evt_1', isRepeated: false } });
  });

  test('is refused when its secret does not fit its scheme or the scheme is unknown', async () => {
    const { call } = harness();
    const make = (body: object) => call(contract.createHook, { body: { name: 'x', ...body } });
    for (const secret of ['whsec_short', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8G', `whsec_${'A'.repeat(31)}`]) {
      const answer = await make({ scheme: 'standard_webhooks', secret });
      expect(answer.status, secret).toBe(400);
    }
    expect(await make({ scheme: 'github', secret: 'fifteen letters' })).toMatchObject({
      body: { code: 'invalid_body' },
    });
    expect(await make({ scheme: 'sha1' })).toMatchObject({ body: { code: 'invalid_body' } });
  });

  test('is renamed, listed and deleted; a workspace has at most twenty', async () => {
    const { call, ask, hook, told, send, signed, clock } = await connected();
    for (let more = 1; more < 20; more += 1) {
      clock.pass(1);
      await call(contract.createHook, { body: { name: `${more}`, scheme: 'github' } });
    }
    const another = () => call(contract.createHook, { body: { name: 'x', scheme: 'github' } });
    expect(await another()).toMatchObject({ status: 409, body: { code: 'too_many_hooks' } });
    const path = { hookId: hook.id };
    const renamed = await call(contract.changeHook, { path, body: { name: 'Shop' }, headers: { 'if-match': '"v1"' } });
    expect(renamed).toMatchObject({ status: 200, body: { name: 'Shop', version: 2 } });
    const stale = await call(contract.changeHook, { path, body: { name: 'x' }, headers: { 'if-match': '"v1"' } });
    expect(stale.status).toBe(412);
    const List = z.object({ items: z.array(z.looseObject({ name: z.string() })) });
    const names = (await ask(contract.listHooks, List)).body.items.map(({ name }) => name);
    expect([names.length, names[0], names.at(-1)]).toEqual([20, '19', 'Shop']);
    expect((await call(contract.deleteHook, { path })).status).toBe(204);
    expect((await call(contract.getHook, { path })).body).toMatchObject({ code: 'hook_not_found' });
    expect((await send('{}', { headers: signed('{}') })).status).toBe(401);
    expect((await another()).status).toBe(201);
    const types = told().map(([type]) => type);
    expect(types.filter((type) => type !== 'hook.created')).toEqual(['hook.changed', 'hook.deleted']);
  });

  test('of another workspace is not found', async () => {
    const { call, hook } = await connected();
    const as = { ...owner, workspaceId: 'wsp_01KATJ9V5H8Q3M4N5P6R7S8T9W' };
    const theirs = contract.operations.filter(({ path, id }) => path.includes('{hookId}') && id !== 'receiveHook');
    expect(theirs).toHaveLength(4);
    for (const operation of theirs) {
      const body = operation.id === 'changeHook' ? { body: { name: 'x' } } : {};
      const answer = await call(operation, { path: { hookId: hook.id }, as, headers: { 'if-match': '*' }, ...body });
      expect(answer, operation.id).toMatchObject({ status: 404, body: { code: 'hook_not_found' } });
    }
  });

  test('still accepts its previous secret for a day after a rotation', async () => {
    const { call, hook, secret, send, signed, clock, told } = await connected();
    const path = { hookId: hook.id };
    clock.pass(1000);
    const rotated = (await call(contract.rotateHookSecret, { path, body: {} })).body;
    const next = Made.parse(rotated).secret ?? '';
    expect(rotated).toMatchObject({ hook: { previousSecretUntil: '2026-11-23T12:00:01.000Z' } });
    expect(told().at(-1)).toEqual(['hook.secret_rotated', { previousValidUntil: '2026-11-23T12:00:01.000Z' }]);
    const status = async (id: string, by: string) =>
      (await send('{}', { headers: signed('{}', id, clock.now(), by) })).status;
    expect([await status('1', secret), await status('2', next)]).toEqual([202, 202]);
    clock.pass(86_400_000);
    expect([await status('3', secret), await status('4', next)]).toEqual([401, 202]);
  });

  test('is in the data export of its creator only', async () => {
    const { hook, items } = await connected();
    const section = exportSections.find(({ kind }) => kind === 'hook');
    const item = [...items.values()].find(({ type }) => type === 'hook') ?? {};
    expect(section?.shareOf(item, owner.personId)).toMatchObject({ hookId: hook.id, name: 'Shop orders' });
    expect(section?.shareOf(item, 'usr_01KATJ9V5H8Q3M4N5P6R7S8T9W')).toBeUndefined();
  });
});

describe('a request', () => {
  test('becomes one event per delivery id', async () => {
    const { send, signed, told, hook, events, clock } = await connected();
    const body = '{ "type": "order.paid", "data": { "order": 1e400, "": [null] } }';
    const first = await send(body, { headers: signed(body) });
    expect(first).toMatchObject({ status: 202, body: { deliveryId: 'msg_1', isRepeated: false } });
    clock.pass(3_600_000);
    expect((await send(body, { headers: signed(body) })).body).toMatchObject({ deliveryId: 'msg_1', isRepeated: true });
    expect((await send(body, { headers: signed(body, 'msg_2') })).body).toMatchObject({ isRepeated: false });
    const data = { scheme: 'standard_webhooks', eventType: 'order.paid' };
    const kept = { type: 'order.paid', data: { order: null, '': [null] } };
    expect(received(told())).toEqual([
      ['hook.received', { ...data, deliveryId: 'msg_1', body: kept }],
      ['hook.received', { ...data, deliveryId: 'msg_2', body: kept }],
    ]);
    expect(events().at(-1)?.detail).toMatchObject({ entityId: hook.id, entityVersion: 1, actor: { type: 'system' } });
  });

  test('gets the same reply when the hook does not exist as when the signature is wrong', async () => {
    const { send, signed, hook, call, told, clock } = await connected();
    const other = Made.parse(
      (await call(contract.createHook, { body: { name: 'x', scheme: 'standard_webhooks' } })).body,
    );
    const refusals = [
      await send('{}', { headers: signed('{}'), hookId: 'hok_01KATJ9V5H8Q3M4N5P6R7S8T9W' }),
      await send('{}', { headers: signed('{} ') }),
      await send('{}'),
      await send('not json', { headers: { 'x-hub-signature-256': 'sha256=00' } }),
      await send('{}', { headers: signed('{}'), hookId: other.hook.id }),
      await send('{}', { headers: signed('{}', 'msg_1', new Date(clock.now().getTime() - 301_000)) }),
      await send('{}', { headers: signed('{}', 'msg_1', new Date(clock.now().getTime() + 301_000)) }),
      await send('{}', { headers: { ...signed('{}'), 'webhook-id': 'msg_2' } }),
    ];
    const said = refusals.map(({ status, body: { correlationId: _, ...body } }) => JSON.stringify({ status, body }));
    expect(new Set(said).size).toBe(1);
    expect(said[0]).toContain('hook_not_verified');
    expect(hook.id).not.toBe(other.hook.id);
    expect(received(told())).toEqual([]);
  });

  test.each<[string, string, number, string]>([
    ['no JSON', 'orders=1', 400, 'malformed_json'],
    ['a list', '[{}]', 400, 'hook_body_not_object'],
    ['a text', '"x"', 400, 'hook_body_not_object'],
    ['JSON that is too deep', `{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`, 400, 'body_too_deep'],
    ['a NUL', '{"a":"\\u0000"}', 400, 'nul_in_text'],
    ['more than is kept', JSON.stringify({ a: 'x'.repeat(16_384) }), 413, 'hook_body_too_large'],
    ['more than is read', JSON.stringify({ a: 'x'.repeat(262_144) }), 413, 'body_too_large'],
  ])('with a valid signature is refused for %s', async (_, body, status, code) => {
    const { send, signed, told } = await connected();
    expect(await send(body, { headers: signed(body) })).toMatchObject({ status, body: { code } });
    expect(received(told())).toEqual([]);
  });

  test('is accepted up to 16 KB of compact JSON, however much whitespace surrounds it', async () => {
    const { send, signed } = await connected();
    const full = JSON.stringify({ a: 'x'.repeat(16 * 1024 - 8) });
    expect(full).toHaveLength(16 * 1024);
    expect((await send(full, { headers: signed(full) })).status).toBe(202);
    const spaced = `${' '.repeat(200_000)}{"a":1}`;
    expect((await send(spaced, { headers: signed(spaced, 'msg_2') })).status).toBe(202);
  });

  test('from GitHub takes its delivery id and event type from its headers', async () => {
    const { send, secret, told } = await connected('github');
    const body = '{"action":"opened"}';
    const headers = {
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
      'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
      'x-github-event': 'issues',
    };
    expect((await send(body, { headers: { ...headers, 'x-github-delivery': '' } })).body).toMatchObject({
      code: 'hook_delivery_unnamed',
    });
    expect((await send(body, { headers })).status).toBe(202);
    expect((await send(body, { headers })).body).toMatchObject({ isRepeated: true });
    expect(received(told())).toEqual([
      [
        'hook.received',
        { scheme: 'github', deliveryId: headers['x-github-delivery'], eventType: 'issues', body: { action: 'opened' } },
      ],
    ]);
  });

  test('is refused with rate_limited beyond 120 a minute; unverified requests do not count', async () => {
    const { send, signed, clock } = await connected();
    for (let time = 0; time < 150; time += 1) expect((await send('{}')).status).toBe(401);
    for (let time = 0; time < 120; time += 1) {
      expect((await send('{}', { headers: signed('{}', `msg_${time}`) })).status).toBe(202);
    }
    const refused = await send('{}', { headers: signed('{}', 'msg_x') });
    expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited' }, headers: { 'retry-after': '1' } });
    clock.pass(1_000);
    expect((await send('{}', { headers: signed('{}', 'msg_x') })).status).toBe(202);
  });

  test('of arbitrary bytes with an invalid signature is refused and emits no event', async () => {
    const { send, told } = await connected();
    const header = fc.string({ maxLength: 200 }).map((text) => text.replace(/[^\x20-\x7e]/g, ''));
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), header, header, async (body, at, signature) => {
        const headers = { 'webhook-id': 'm', 'webhook-timestamp': at, 'webhook-signature': `v1,${signature}` };
        expect((await send(Buffer.from(body), { headers })).status).toBe(401);
      }),
      { numRuns: 100 },
    );
    expect(received(told())).toEqual([]);
  });
});
