import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { DomainError } from '#shared/errors.ts';
import { AttemptRefused } from '#shared/events/attempt.ts';
import type { BusEntry } from '#shared/events/publish.ts';
import { httpEvent, owner, type SignedIn } from '#test/support/http-event.ts';
import { captureLog } from '../captured-log.ts';
import { make, open } from '../things.ts';

let log: string[];
beforeEach(() => {
  log = captureLog();
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const analyst: SignedIn = { ...owner, role: 'analyst' };
const nine = Date.parse('2026-11-22T09:00:00.000Z');

const bus = (reply?: () => unknown, send: (entries: readonly BusEntry[]) => Promise<void> = async () => undefined) => {
  const sent: BusEntry[] = [];
  const publish = async (entries: readonly BusEntry[]) => {
    await send(entries);
    sent.push(...entries);
  };
  const things = open(reply, { stream: { eventsFor: async () => () => [], bus: { publish } } });
  const attempt = async (as: SignedIn | undefined, atMs = nine, sourceIp = '198.51.100.77') => {
    const event = httpEvent(make, { ...(as && { as }), body: { name: 'A' } });
    const http = { ...event.requestContext.http, sourceIp };
    return things.send({ ...event, requestContext: { ...event.requestContext, http, timeEpoch: atMs } });
  };
  const told = () => sent.map(({ detail }) => AttemptRefused.detail.parse(JSON.parse(detail)));
  return { attempt, sent, told };
};

const refuse = (kind: 'forbidden' | 'rate-limited' | 'conflict' | 'not-found') => () => {
  throw new DomainError(kind, 'not_so', 'Not so.');
};

describe('a refused attempt', () => {
  test('is published with its actor, operation, network and code, and answered as usual', async () => {
    const { attempt, sent, told } = bus();
    expect((await attempt(analyst)).statusCode).toBe(403);
    expect(sent).toMatchObject([{ source: 'platform', type: 'attempt.refused' }]);
    expect(told()).toMatchObject([
      {
        workspaceId: owner.workspaceId,
        entityId: 'make',
        actor: { type: 'person', id: owner.personId },
        occurredAt: '2026-11-22T09:00:00.000Z',
        correlationId: 'request-1',
        data: {
          context: 'posts',
          operation: 'make',
          status: 403,
          code: 'role_lacks_permission',
          role: 'analyst',
          network: '198.51.100.0/24',
          attempts: 1,
        },
      },
    ]);
    expect(JSON.stringify(sent)).not.toContain('198.51.100.77');
  });

  test.each([
    ['forbidden', 403],
    ['rate-limited', 429],
  ] as const)('by a rule of its operation (%s) is published too', async (kind, status) => {
    const { attempt, told } = bus(refuse(kind));
    expect((await attempt(owner)).statusCode).toBe(status);
    expect(told()).toMatchObject([{ data: { status, code: 'not_so' } }]);
  });

  test.each(['conflict', 'not-found'] as const)('for another reason (%s) is not published', async (kind) => {
    const { attempt, sent } = bus(refuse(kind));
    await attempt(owner);
    expect(sent).toEqual([]);
  });

  test('of an anonymous caller is not published, since its workspace is unknown', async () => {
    const { attempt, sent } = bus();
    expect((await attempt(undefined)).statusCode).toBe(401);
    expect(sent).toEqual([]);
  });

  test('is one of many that few events report in a flood, each with its number of attempts', async () => {
    const { attempt, told } = bus();
    for (let n = 0; n < 150; n += 1) await attempt(analyst);
    expect(told().map(({ data }) => data.attempts)).toEqual([1, 9, 90]);
    await attempt(analyst, nine + 60_000);
    expect(told().map(({ data }) => data.attempts)).toEqual([1, 9, 90, 51]);
  });

  test('is published per person', async () => {
    const { attempt, told } = bus();
    await attempt(analyst);
    await attempt({ ...analyst, personId: 'sva_01KATJ9V5H8Q3M4N5P6R7S8T9V' });
    expect(told().map(({ actor }) => actor.type)).toEqual(['person', 'service_account']);
  });

  test.each<[string, () => Promise<void>]>([
    ['refuses it', async () => Promise.reject(new Error('down'))],
    ['does not answer', async () => new Promise<void>(() => undefined)],
  ])('is still answered when the bus %s, and counted in a metric', async (_, send) => {
    const { attempt, sent } = bus(undefined, send);
    expect((await attempt(analyst)).statusCode).toBe(403);
    expect(sent).toEqual([]);
    const metrics = z.object({ RefusalsNotTold: z.array(z.number()) }).or(z.object({ RefusalsNotTold: z.number() }));
    const line = log.find((each) => each.includes('RefusalsNotTold') && each.includes('_aws'));
    expect(metrics.safeParse(JSON.parse(line ?? '{}')).success).toBe(true);
  });
});
