import { expect, test } from 'vitest';
import * as z from 'zod';
import { eventsFor } from '#functions/accounts/changes.ts';
import {
  type Account,
  connect,
  disconnect,
  reconnect,
  withHealth as withFinding,
  type XUser,
} from '#functions/accounts/domain/account.ts';
import { findingOf, type Health } from '#functions/accounts/domain/health.ts';
import { busEntry } from '#shared/events/publish.ts';
import { newId } from '#shared/ids.ts';
import { owner } from '#test/support/http-event.ts';
import { containing } from './harness.ts';

const noon = new Date('2026-11-22T12:00:00.000Z');
const user: XUser = {
  id: '15',
  username: 'acme',
  name: 'Acme',
  profileImageUrl: null,
  isProtected: false,
  subscription: 'Premium',
  verifiedType: 'blue',
  audience: null,
};
const account: Account = {
  ...connect(newId('acc', noon), owner.workspaceId, user, noon),
  version: 1,
  createdAt: noon.toISOString(),
  updatedAt: noon.toISOString(),
  changedBy: { type: 'person', id: owner.personId },
  correlationId: 'correlation-1',
};
const item = (of: Account | undefined) => of && { ...of, pk: of.workspaceId, sk: `ACCOUNT#${of.id}`, type: 'account' };
const Detail = z.object({ data: z.unknown() });
const told = (before: Account | undefined, after: Account) =>
  eventsFor({ before: item(before), after: item(after) })
    .map((event) => busEntry(event, 'record-1', 0))
    .map(({ type, detail }) => [type, Detail.parse(JSON.parse(detail)).data]);
const withHealth = (of: Account, health: Health): Account => withFinding(of, findingOf(health), noon);
const next = (of: Account): Account => ({ ...of, version: of.version + 1 });

test('the first connection and every later one emit account.connected with the capabilities', () => {
  const data = { xUserId: '15', username: 'acme', capabilities: { maxWeightedLength: 25_000 } };
  expect(told(undefined, account)).toEqual([['account.connected', data]]);
  const again = next(reconnect(disconnect(account, 'requested', noon), { ...user, subscription: 'None' }, noon));
  expect(told(account, again)).toEqual([['account.connected', { ...data, capabilities: { maxWeightedLength: 280 } }]]);
});

test('a disconnection emits account.disconnected once', () => {
  const gone = next(disconnect(account, 'requested', noon));
  expect(told(account, gone)).toEqual([['account.disconnected', { reason: 'requested' }]]);
  expect(told(gone, next(gone))).toEqual([]);
});

test('a change of health emits account.health_changed with the reason', () => {
  const locked = next(withHealth(account, 'locked'));
  expect(told(account, locked)).toEqual([
    ['account.health_changed', { health: 'locked', reason: containing('unlock') }],
  ]);
  expect(told(locked, next(withHealth(locked, 'healthy')))).toMatchObject([
    ['account.health_changed', { health: 'healthy' }],
  ]);
});

test('a reconnection that heals the account emits both account.connected and account.health_changed', () => {
  const broken = next(withHealth(account, 'reconnect_needed'));
  expect(told(broken, next(reconnect(broken, user, noon))).map(([type]) => type)).toEqual([
    'account.connected',
    'account.health_changed',
  ]);
});

test('tokens, publications, uploads and limits emit no event', () => {
  for (const type of ['tokens', 'publication', 'x_post', 'upload', 'limit', 'connection', 'known_x_user']) {
    expect(eventsFor({ before: undefined, after: { type, workspaceId: owner.workspaceId } })).toEqual([]);
  }
  expect(eventsFor({ before: item(account), after: undefined })).toEqual([]);
});
