import { expect, test } from 'vitest';
import * as z from 'zod';
import { defaultSettings } from '#events/users.ts';
import { getMyWorkspace } from '#functions/users/workspaces/contract.ts';
import * as contract from '#functions/users/workspaces/current-workspace-contract.ts';
import { harness } from '../harness.ts';
import { team } from '../team-harness.ts';

const Read = z.object({ version: z.int(), settings: z.record(z.string(), z.unknown()) });

/** Ada's workspace, and what she requests of it. */
const open = async () => {
  const users = harness();
  const as = await users.ada();
  const read = async () => Read.parse((await users.call(contract.getWorkspace, { as })).body);
  const change = async (body: object, ifMatch?: number, role = as.role) =>
    users.call(contract.changeWorkspace, {
      as: { ...as, role },
      body,
      headers: { 'if-match': `"v${ifMatch ?? (await read()).version}"` },
    });
  const told = () => users.events().filter(({ definition }) => /^workspace/.test(definition.type));
  return { users, as, read, change, told };
};

test('a new workspace has the default settings', async () => {
  const { read, told } = await open();
  expect(await read()).toMatchObject({ version: 1, settings: defaultSettings });
  expect(told()).toEqual([]);
});

test('a change leaves the other settings as they were, and is emitted with all of them', async () => {
  const { read, change, told, as } = await open();
  expect((await change({ approval: 'four_eyes', timeZone: 'europe/berlin' })).status).toBe(200);
  expect((await change({ requireAltText: true })).status).toBe(200);
  const settings = {
    timeZone: 'Europe/Berlin',
    approval: 'four_eyes',
    requireAltText: true,
  };
  expect(await read()).toMatchObject({ version: 3, settings });
  expect(told().at(-1)?.detail).toMatchObject({ entityId: as.workspaceId, entityVersion: 3, data: settings });
});

test('an alias of a time zone is kept as it was sent', async () => {
  const { read, change } = await open();
  for (const timeZone of ['Asia/Kolkata', 'Asia/Calcutta', 'Europe/Kyiv', 'Europe/Kiev']) {
    expect((await change({ timeZone })).status).toBe(200);
    expect((await read()).settings).toMatchObject({ timeZone });
  }
});

test('a change that changes nothing is not emitted', async () => {
  const { change, told } = await open();
  expect((await change({ requireAltText: false })).status).toBe(200);
  expect(told()).toEqual([]);
});

test.each([
  ['nothing', {}, 'body'],
  ['a zone that is none', { timeZone: 'Moon/Crater' }, 'body.timeZone'],
  ['an abbreviation of a zone', { timeZone: 'EST' }, 'body.timeZone'],
  ['a word for a yes', { requireAltText: 'yes' }, 'body.requireAltText'],
  ['a colour by its name', { colour: 'teal' }, 'body.colour'],
  ['a setting that is none', { approval: 'sometimes' }, 'body.approval'],
])('%s is refused with its field', async (_, body, path) => {
  const { change, read } = await open();
  expect(await change(body)).toMatchObject({ status: 400, body: { fields: [{ path }] } });
  expect((await read()).version).toBe(1);
});

test('a change is refused with a stale version, and to a role that may not manage the workspace', async () => {
  const { change, read } = await open();
  expect((await change({ requireAltText: true }, 7)).status).toBe(412);
  expect((await change({ requireAltText: true }, 1, 'manager')).status).toBe(403);
  expect(await read()).toMatchObject({ version: 1, settings: defaultSettings });
});

test.each(['manager', 'editor', 'analyst'] as const)(
  'the budget is shown only to roles that may read usage: %s',
  async (role) => {
    const { users, owner, member } = await team();
    const headers = { 'if-match': '*' };
    await users.call(contract.changeWorkspace, { as: owner, body: { monthlyBudgetMicros: 5_000_000 }, headers });
    const as = await member(role, role);
    const path = { workspaceId: owner.workspaceId };
    for (const operation of [contract.getWorkspace, getMyWorkspace]) {
      const { status, body } = await users.call(operation, { as, path: operation === getMyWorkspace ? path : {} });
      expect(status).toBe(200);
      const { settings } = Read.parse(body);
      expect(settings).toMatchObject({ timeZone: 'Etc/UTC' });
      expect(settings['monthlyBudgetMicros']).toBe(role === 'manager' ? 5_000_000 : undefined);
    }
  },
);
