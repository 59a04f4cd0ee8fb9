import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { MemberRemoved, MemberRoleChanged } from '#events/users.ts';
import * as contract from '#functions/campaigns/automations/contract.ts';
import { AutomationView } from '#functions/campaigns/automations/contract.ts';
import { compile } from '#functions/campaigns/automations/listeners.ts';
import { Trigger } from '#functions/campaigns/domain/automation.ts';
import { KnownEvent } from '#functions/campaigns/domain/known-event.ts';
import { tasks as campaignTasks } from '#functions/campaigns/task-names.ts';
import { overriding } from '#shared/lazy.ts';
import { anEvent } from '#test/support/context-harness.ts';
import { owner } from '#test/support/http-event.ts';
import { noon, workspaceId } from '../harness.ts';
import { automationDesk, type Desk, exampleOf, notify, postId, written } from './desk.ts';

const autId = (last: string) => `aut_01KATJ9V5H8Q3M4N5P6R7S8T9${last}`;

describe('a chain of automations', () => {
  const loops = ({ events }: Desk) =>
    events().filter(({ definition }) => definition.type === 'automation.loop_stopped');

  test('is stopped when it returns to one of them, and the event names all of them', async () => {
    const desk = automationDesk();
    const first = await desk.create({ name: 'First' });
    const second = await desk.create({ name: 'Second', trigger: { kind: 'event', type: 'post.created' } });
    const event = exampleOf('post.published', { chain: [first.id, second.id] });
    for (let time = 0; time < 3; time += 1) await desk.deliver(event);
    expect(desk.begun()).toEqual([]);
    expect(loops(desk).map(({ detail }) => [detail.entityId, detail.data])).toEqual([
      [
        first.id,
        {
          ...{ automations: [first.id, second.id], names: ['First', 'Second', 'First'], why: 'circle' },
          ...{ owners: [owner.personId], eventType: 'post.published' },
        },
      ],
    ]);
  });

  test('is stopped when it is too long, even if some of them are deleted', async () => {
    const desk = automationDesk();
    await desk.create({ name: 'Last' });
    const chain = ['A', 'B', 'C', 'D', 'E'].map(autId);
    await desk.deliver(exampleOf('post.published', { chain: chain.slice(0, 4) }));
    expect(desk.begun()).toHaveLength(1);
    await desk.deliver(exampleOf('post.published', { chain, entityVersion: 2 }));
    expect(desk.begun()).toEqual([]);
    expect(loops(desk)[0]?.detail.data).toMatchObject({ why: 'too_long', names: ['Last'] });
  });

  test('is stopped when an automation is triggered by the end of its own run', async () => {
    const desk = automationDesk();
    const { id } = await desk.create({
      trigger: { kind: 'event', type: 'automation.run_ended' },
      steps: [{ ...notify, text: 'x' }],
    });
    const ended = exampleOf('automation.run_ended', { entityId: 'run_01KATJ9V5H8Q3M4N5P6R7S8T9V' });
    await desk.deliver(ended);
    await desk.settle();
    const own = desk.events().find(({ definition }) => definition.type === 'automation.run_ended');
    if (!own) throw new Error('No run has ended');
    expect(own.detail.chain).toEqual([id]);
    await desk.deliver(own);
    expect(loops(desk)).toHaveLength(1);
    expect(await desk.runsOf(id)).toHaveLength(1);
  });
});

describe('an automation stays on only while the person who answers for it may manage automations', () => {
  const happened = async (desk: Desk, definition: typeof MemberRemoved | typeof MemberRoleChanged, data: object) =>
    desk.deliver(anEvent(definition, owner.personId, 2, data, noon.toISOString()));

  test.each([
    ['a member who was removed', MemberRemoved, { role: 'owner' }, 'off'],
    [
      'one who may not manage automations any more',
      MemberRoleChanged,
      { role: 'editor', previousRole: 'owner' },
      'off',
    ],
    ['one who still may', MemberRoleChanged, { role: 'manager', previousRole: 'owner' }, 'on'],
  ] as const)('%s', async (_, definition, data, status) => {
    const desk = automationDesk();
    const { id } = await desk.create({ steps: [{ kind: 'wait', minutes: 5 }, notify] });
    await desk.deliver(exampleOf('post.published'));
    await desk.deliver(exampleOf('post.published', { entityId: 'pst_01KATJ9V5H8Q3M4N5P6R7S8T9W' }));
    await happened(desk, definition, data);
    const found = await desk.ask(contract.getAutomation, AutomationView, { path: { automationId: id } });
    expect(found.body.status).toBe(status);
    await desk.settle();
    expect(desk.acted).toHaveLength(status === 'on' ? 2 : 0);
    // Once it is switched on again, no queued run blocks it.
    expect((await desk.deps.runs.gate({ workspaceId, automationId: id })).queued).toEqual([]);
  });
});

test('very large and very small numbers from another service are rendered alike in runs and rehearsals', async () => {
  const trigger = { kind: 'event' as const, type: 'hook.received' as const };
  const steps = [{ ...notify, text: '{{data.body.id}} {{data.body.share}}' }];
  const desk = automationDesk();
  await desk.create({ trigger, steps });
  await desk.deliver(exampleOf('hook.received', { data: { body: { id: 1e20, share: 1e-200 } } }));
  await desk.settle();
  const text = '100000000000000000000 1e-200';
  expect(desk.acted).toMatchObject([{ step: { text } }]);
  const rehearsed = await desk.call(contract.rehearseAutomation, { body: written({ trigger, steps }) });
  expect(rehearsed.raw).toContain(text);
});

describe('steps act on behalf of the person who answers for the automation when they begin', () => {
  const of = ({ acted }: Desk) => acted.map(({ order }) => order.by);
  const steps = [{ kind: 'wait' as const, minutes: 5 }, notify];

  test.each([
    ['with the role that they have then', 'manager', 'manager'],
    ['and never a greater one', 'owner', 'admin'],
  ] as const)('%s', async (_, told, role) => {
    const desk = automationDesk();
    await desk.create({ steps }, true, { as: { ...owner, role: 'admin' } });
    await desk.deliver(exampleOf('post.published'));
    const data = { role: told, previousRole: 'admin' };
    await desk.deliver(anEvent(MemberRoleChanged, owner.personId, 2, data, noon.toISOString()));
    await desk.settle();
    await desk.deliver(exampleOf('post.published', { entityVersion: 2 }));
    await desk.settle();
    expect(of(desk)).toMatchObject([{ role }, { role }]);
  });

  test('and that is the person who replaced it last', async () => {
    const desk = automationDesk();
    const { id } = await desk.create({ steps });
    await desk.deliver(exampleOf('post.published'));
    const personId = 'usr_01KATJ9V5H8Q3M4N5P6R7S8T9W';
    const replaced = await desk.call(contract.replaceAutomation, {
      ...{ path: { automationId: id }, body: written({ steps }), headers: { 'if-match': '"v2"' } },
      as: { ...owner, personId, role: 'manager' },
    });
    expect(replaced.status).toBe(200);
    await desk.settle();
    expect(of(desk)).toEqual([{ personId, role: 'manager', people: [personId, owner.personId] }]);
  });
});

test('runs that limits held back are counted by reason until the end of the day', async () => {
  const desk = automationDesk();
  const limits = { perHour: 2, perDay: 10, coolDownMinutes: 1, concurrency: 1 };
  const { id } = await desk.create({ limits });
  const heldBack = async () => {
    const Detail = z.object({ notStarted: z.record(z.string(), z.int()) });
    return (await desk.ask(contract.getAutomation, Detail, { path: { automationId: id } })).body.notStarted;
  };
  for (let entityVersion = 1; entityVersion <= 6; entityVersion += 1) {
    await desk.deliver(exampleOf('post.published', { entityVersion }));
    await desk.settle();
    if (entityVersion > 1) desk.clock.pass(90_000);
  }
  expect(await heldBack()).toEqual({ perHour: 3, perDay: 0, coolDown: 1, queueFull: 0 });
  desk.clock.pass(86_400_000);
  expect(await heldBack()).toEqual({ perHour: 0, perDay: 0, coolDown: 0, queueFull: 0 });
});

describe('the automations of a workspace', () => {
  test('are read again only when one of them has changed', async () => {
    const desk = automationDesk();
    const { id } = await desk.create();
    let reads = 0;
    const { automations } = desk.deps;
    desk.deps.automations = overriding(automations, {
      listeners: async (of) => {
        reads += 1;
        return automations.listeners(of);
      },
    });
    const posts = ['A', 'B', 'C', 'D'].map((last) => `pst_01KATJ9V5H8Q3M4N5P6R7S8T9${last}`);
    for (const entityId of posts.slice(0, 2)) await desk.deliver(exampleOf('post.published', { entityId }));
    expect(reads).toBe(1);
    await desk.call(contract.switchAutomationOff, { path: { automationId: id } });
    for (const entityId of posts.slice(2)) await desk.deliver(exampleOf('post.published', { entityId }));
    expect(reads).toBe(2);
    expect(await desk.runsOf(id)).toHaveLength(2);
  });

  test('are indexed: of a thousand, only those that can match an event are tried', () => {
    let tried = 0;
    const counted = (pattern: object) => ({
      ...pattern,
      get condition() {
        return null;
      },
    });
    const all = Array.from({ length: 1_000 }, (_, place) => {
      const accountId = `acc_${String(place % 100).padStart(26, '0')}`;
      const trigger = Trigger.parse({
        kind: 'event',
        type: 'post.published',
        pattern: { data: { accountId: [accountId] } },
      });
      return counted({
        automationId: `aut_${String(place)}`,
        liveVersion: 1,
        trigger,
        personId: owner.personId,
      }) as never;
    });
    const heard = compile(all);
    const { detail } = exampleOf('post.published');
    const touched = new Proxy(
      { ...(detail.data as object), accountId: `acc_${'7'.padStart(26, '0')}` },
      {
        get: (target, name) => {
          if (name === 'accountId') tried += 1;
          return Reflect.get(target, name) as unknown;
        },
      },
    );
    const event = { ...KnownEvent.parse({ ...detail, id: 'e', type: 'post.published', chain: [] }), data: touched };
    expect(heard(event)).toHaveLength(10);
    // Once to find those of this account, and once for each of them.
    expect(tried).toBe(11);
  });

  test('cause no write for an event if there are none', async () => {
    const desk = automationDesk();
    await desk.deliver(exampleOf('post.published'));
    expect(desk.items.size).toBe(0);
  });
});

describe('a schedule', () => {
  const daily = (rule = 'FREQ=DAILY') =>
    written({
      trigger: { kind: 'schedule', timeZone: 'Europe/Berlin', schedule: { start: '2026-11-01T08:00', rule } },
      steps: [{ ...notify, text: 'Good morning' }],
    });
  const look = async (desk: Desk) => desk.run(campaignTasks.startDueAutomations, {});

  test('starts one run per due time, however often it is checked', async () => {
    const desk = automationDesk();
    const { id, nextAt } = await desk.create(daily());
    expect(nextAt).toBe('2026-11-23T07:00:00.000Z');
    await look(desk);
    expect(desk.begun()).toEqual([]);
    desk.clock.set('2026-11-23T07:04:00.000Z');
    for (let time = 0; time < 3; time += 1) expect(await look(desk)).toEqual({ isMore: false });
    await desk.settle();
    expect(await desk.runsOf(id)).toMatchObject([
      { triggeredAt: nextAt, trigger: { type: 'schedule', eventId: null } },
    ]);
    // An outage of three days is made up for by one run.
    desk.clock.set('2026-11-26T07:04:00.000Z');
    for (let time = 0; time < 3; time += 1) await look(desk);
    expect(await desk.runsOf(id)).toHaveLength(2);
    expect(await desk.deps.automations.get(workspaceId, id)).toMatchObject({ nextAt: '2026-11-27T07:00:00.000Z' });
  });

  test('starts one run even if the task crashes after starting it', async () => {
    const desk = automationDesk();
    const { id } = await desk.create(daily());
    desk.clock.set('2026-11-23T07:04:00.000Z');
    const { automations } = desk.deps;
    desk.deps.automations = overriding(automations, {
      save: async () => {
        desk.deps.automations = automations;
        throw new Error('Killed between the run and its note');
      },
    });
    await expect(look(desk)).rejects.toThrow('Killed');
    await look(desk);
    expect(await desk.runsOf(id)).toHaveLength(1);
  });

  test('starts nothing while its automation is off or all automations are stopped', async () => {
    const desk = automationDesk();
    const { id } = await desk.create(daily());
    await desk.call(contract.stopAutomations);
    desk.clock.set('2026-11-23T07:04:00.000Z');
    await look(desk);
    await desk.call(contract.resumeAutomations);
    await desk.call(contract.switchAutomationOff, { path: { automationId: id } });
    desk.clock.set('2026-11-24T07:04:00.000Z');
    await look(desk);
    expect(await desk.runsOf(id)).toEqual([]);
  });
});

test('an event starts its run with the newer version if the automation is replaced concurrently', async () => {
  const desk = automationDesk();
  const { id } = await desk.create();
  const { runs } = desk.deps;
  desk.deps.runs = overriding(runs, {
    begin: async (...given) => {
      desk.deps.runs = runs;
      const sent = { path: { automationId: id }, headers: { 'if-match': '*' }, body: written({ name: 'Newer' }) };
      await desk.call(contract.replaceAutomation, sent);
      return runs.begin(...given);
    },
  });
  const event = exampleOf('post.published');
  await desk.deliver(event);
  expect(await desk.runsOf(id)).toMatchObject([{ automationVersion: 2, trigger: { entityId: postId } }]);
});
