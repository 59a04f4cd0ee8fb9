import { beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import * as contract from '#functions/campaigns/automations/contract.ts';
import { AutomationView } from '#functions/campaigns/automations/contract.ts';
import { takesBody } from '#shared/http/operation.ts';
import { newId } from '#shared/ids.ts';
import { owner } from '#test/support/http-event.ts';
import { workspaceId } from '../harness.ts';
import { accountId, automationDesk, type Desk, exampleOf, knowTemplate, notify, templateId, written } from './desk.ts';

let desk: Desk;
beforeEach(async () => {
  desk = automationDesk();
  await knowTemplate(desk, workspaceId);
});

const Refused = z.object({
  code: z.string(),
  fields: z.array(z.object({ path: z.string(), code: z.string(), message: z.string() })),
});
/** Why a definition is refused: the status and code, and what is said of each field. */
const refusalOf = async (said: object) => {
  const { status, body } = await desk.call(contract.createAutomation, { body: { ...written(), ...said } });
  const { code, fields } = Refused.parse(body);
  return { status, code, fields };
};

const draft = { kind: 'draft_post', accountId, templateId, values: { title: 'A' } };
const branch = (condition: object, then: object[] = [notify]) => ({ kind: 'branch', condition, then });
const pattern = (said: object) => ({ trigger: { kind: 'event', type: 'post.published', pattern: said } });
const scheduled = {
  trigger: { kind: 'schedule', timeZone: 'Europe/Berlin', schedule: { start: '2026-11-23T08:00', rule: 'FREQ=DAILY' } },
};

test('an automation can use a template that becomes known while the request waits', async () => {
  const { deps, clock } = desk;
  const fresh = newId('tpl', clock.now());
  deps.patience = { totalMs: 1_000, everyMs: 1 };
  const templates = deps.content.templates.bind(deps.content);
  deps.content.templates = async (...of) => {
    const found = await templates(...of);
    await deps.content.learnTemplate(workspaceId, 1, {
      templateId: fresh,
      requiredVariables: ['title'],
      variables: ['title'],
    });
    return found;
  };
  const step = { ...draft, templateId: fresh };
  const { status } = await desk.call(contract.createAutomation, { body: { ...written(), steps: [step, step] } });
  expect(status).toBe(201);
});

describe('an automation that could never work', () => {
  test.each<[string, object, string, string]>([
    ['a field that the event lacks', pattern({ data: { campaignName: ['x'] } }), 'trigger.pattern', 'never_holds'],
    ['a value outside an enum', pattern({ actor: { type: ['robot'] } }), 'trigger.pattern', 'never_holds'],
    [
      'an empty interval',
      pattern({ entityVersion: [{ numeric: ['>', 5, '<', 5] }] }),
      'trigger.pattern',
      'never_holds',
    ],
    ['the same in its condition', { condition: { pattern: { nothing: [1] } } }, 'condition.pattern', 'never_holds'],
    [
      'the same in a branch',
      { steps: [branch({ pattern: { nothing: [1] } })] },
      'steps.0.condition.pattern',
      'never_holds',
    ],
    [
      'comparisons that no number passes',
      {
        steps: [
          branch({
            metrics: [
              { metric: 'likes', is: '>', value: 5 },
              { metric: 'likes', is: '<', value: 5 },
            ],
          }),
        ],
      },
      ...(['steps.0.condition.metrics', 'never_holds'] as const),
    ],
    [
      'metrics of an event that is about no post',
      {
        trigger: { kind: 'event', type: 'campaign.paused' },
        condition: { metrics: [{ metric: 'likes', is: '>', value: 5 }] },
      },
      ...(['condition.metrics', 'no_post'] as const),
    ],
    [
      'metrics of a schedule',
      { ...scheduled, steps: [branch({ metrics: [{ metric: 'likes', is: '>', value: 5 }] }, [{ kind: 'stop' }])] },
      'steps.0.condition.metrics',
      'no_post',
    ],
    [
      'a pattern for a schedule',
      { ...scheduled, steps: [{ ...notify, text: 'x' }], condition: { pattern: { entityId: ['x'] } } },
      'condition.pattern',
      'no_event',
    ],
    [
      'a field in a text that the event lacks',
      { steps: [{ ...notify, text: '{{data.title}}' }] },
      'steps.0',
      'unknown_field',
    ],
    [
      'a field that lies deeper than any',
      { steps: [{ ...notify, text: `{{${'a.'.repeat(30)}a}}` }] },
      'steps.0',
      'unknown_field',
    ],
    ['a field where a schedule brings none', { ...scheduled, steps: [notify] }, 'steps.0', 'unknown_field'],
    ...['{{data.body.items.0.name}}', '{{  entityId  }}', '{{entityId|upper}}', '{{größe}}', 'Only {{entityId}'].map(
      (text): [string, object, string, string] => [
        `what would go out as it is written: ${text}`,
        { steps: [{ ...draft, values: { title: text } }] },
        ...(['steps.0', 'malformed_placeholder'] as const),
      ],
    ),
    [
      'what no step has made',
      { steps: [{ kind: 'submit_post', postId: '{{made.draft}}' }] },
      'steps.0',
      'unknown_field',
    ],
    [
      'what only a later step makes',
      {
        steps: [
          { kind: 'submit_post', postId: '{{made.draft}}' },
          { ...draft, name: 'draft' },
        ],
      },
      ...(['steps.0', 'unknown_field'] as const),
    ],
    ['mails to nobody', { steps: [{ ...notify, roles: [] }] }, 'steps.0', 'nobody'],
    [
      'a template of others',
      { steps: [{ ...draft, templateId: 'tpl_01KATJ9V5H8Q3M4N5P6R7S8T9W' }] },
      'steps.0.templateId',
      'template_not_found',
    ],
    [
      'a template without a value',
      { steps: [branch({ pattern: { entityId: ['x'] } }, [{ ...draft, values: {} }])] },
      'steps.0.then.0.values',
      'value_missing',
    ],
    [
      'a value that the template lacks',
      { steps: [{ ...draft, values: { title: 'A', titel: 'B' } }] },
      'steps.0.values',
      'unknown_variable',
    ],
    [
      'more than 50 steps in all',
      {
        steps: Array.from({ length: 3 }, () =>
          branch({ pattern: { entityId: ['x'] } }, Array(18).fill(notify) as object[]),
        ),
      },
      ...(['steps', 'too_many_steps'] as const),
    ],
  ])('is rejected with 422 for %s', async (_, said, path, code) => {
    expect(await refusalOf(said)).toMatchObject({
      ...{ status: 422, code: 'invalid_automation' },
      fields: [{ path: `body.${path}`, code }],
    });
  });

  test.each(['like', 'follow', 'unfollow', 'direct_message', 'add_to_list', 'reply', 'mention'])(
    'is rejected with 400 and the rule of X for the step %s, also within a branch',
    async (kind) => {
      for (const steps of [[{ kind }], [branch({ pattern: { entityId: ['x'] } }, [{ kind }])]]) {
        const { status, fields } = await refusalOf({ steps });
        expect(status).toBe(400);
        expect(fields.map(({ message }) => message).join()).toMatch(/against the rules of X: X (forbids|allows)/);
      }
    },
  );

  test.each([
    ['a pattern that is none', pattern({ entityId: 'x' })],
    ['an unknown operator', pattern({ entityId: [{ regex: 'x' }] })],
    ['a step that does not exist', { steps: [{ kind: 'call_webhook' }] }],
    ['a trigger that does not exist', { trigger: { kind: 'event', type: 'mail.requested' } }],
    [
      'a rule that is none',
      {
        trigger: { ...scheduled.trigger, schedule: { start: '2026-11-23T08:00', rule: 'NEVER' } },
        steps: [{ ...notify, text: 'x' }],
      },
    ],
  ])('is rejected with 400, also as a rehearsal, for %s', async (_, said) => {
    expect((await desk.call(contract.createAutomation, { body: { ...written(), ...said } })).status).toBe(400);
    expect((await desk.call(contract.rehearseAutomation, { body: { ...written(), ...said } })).status).toBe(400);
  });

  test('is not stored', async () => {
    await refusalOf(pattern({ nothing: [1] }));
    expect([...desk.items.values()].map(({ type }) => type)).toEqual(['known_template']);
  });
});

describe('an automation', () => {
  const at = (automationId: string) => ({ path: { automationId } });

  test('is created off with default limits, records who switches it on, and starts no run while it is off', async () => {
    const made = await desk.create({}, false);
    expect(made).toMatchObject({ status: 'off', liveVersion: 1, switchedOnBy: null });
    expect(made.limits).toEqual({ perHour: 30, perDay: 200, coolDownMinutes: 0, concurrency: 1 });
    await desk.deliver(exampleOf('post.published'));
    expect(desk.begun()).toEqual([]);
    const on = await desk.ask(contract.switchAutomationOn, AutomationView, at(made.id));
    expect(on.body).toMatchObject({ status: 'on', switchedOnBy: owner.personId });
    const off = await desk.ask(contract.switchAutomationOff, AutomationView, at(made.id));
    expect(off.body).toMatchObject({ status: 'off', switchedOnBy: owner.personId });
    await desk.deliver(exampleOf('post.published'));
    expect(desk.begun()).toEqual([]);
  });

  test('keeps every version, and a replacement with a stale If-Match is rejected', async () => {
    const { id } = await desk.create({}, false);
    const sent = { ...at(id), body: written({ name: 'Other' }) };
    expect((await desk.call(contract.replaceAutomation, { ...sent, headers: { 'if-match': '"v7"' } })).status).toBe(
      412,
    );
    const next = await desk.ask(contract.replaceAutomation, AutomationView, {
      ...sent,
      headers: { 'if-match': '"v1"' },
    });
    expect(next.body).toMatchObject({ name: 'Other', liveVersion: 2 });
    const versions = await desk.call(contract.listAutomationVersions, at(id));
    expect(versions.body).toMatchObject({
      items: [
        { version: 2, definition: { name: 'Other' }, savedBy: owner.personId },
        { version: 1, definition: { name: 'Tell the team' } },
      ],
    });
  });

  test('is not found after it is deleted, but its runs stay readable', async () => {
    const { id } = await desk.create();
    await desk.deliver(exampleOf('post.published'));
    await desk.settle();
    expect((await desk.call(contract.deleteAutomation, at(id))).status).toBe(204);
    expect((await desk.call(contract.getAutomation, at(id))).status).toBe(404);
    expect((await desk.call(contract.listAutomations)).body).toMatchObject({ items: [] });
    const runId = desk.acted[0]?.order.runId ?? '';
    expect((await desk.call(contract.getAutomationRun, { path: { runId } })).status).toBe(200);
    expect(
      desk
        .told()
        .map(([type]) => type)
        .slice(-2),
    ).toEqual(['automation.switched', 'automation.deleted']);
  });

  test('of another workspace is not found, nor are its runs', async () => {
    const { id } = await desk.create();
    await desk.deliver(exampleOf('post.published'));
    await desk.settle();
    const as = { ...owner, workspaceId: 'wsp_01KATJ9V5H8Q3M4N5P6R7S8T9W' };
    const runId = desk.acted[0]?.order.runId ?? '';
    for (const operation of contract.operations) {
      if (!operation.path.includes('{')) continue;
      const body = takesBody(operation) ? { body: written() } : {};
      const path: Record<string, string> = operation.path.includes('runId') ? { runId } : { automationId: id };
      const answer = await desk.call(operation, { as, path, headers: { 'if-match': '*' }, ...body });
      expect(answer.status, operation.id).toBe(404);
    }
  });

  test('starts no run while all automations are stopped, and runs at the next event once they resume', async () => {
    const { id } = await desk.create();
    expect((await desk.call(contract.getAutomationsStop)).body).toEqual({ isStopped: false, since: null });
    for (let time = 0; time < 2; time += 1) {
      expect((await desk.call(contract.stopAutomations)).body).toMatchObject({ isStopped: true });
    }
    await desk.deliver(exampleOf('post.published'));
    expect((await desk.call(contract.resumeAutomations)).body).toMatchObject({ isStopped: false });
    await desk.deliver(exampleOf('post.published', { entityId: 'pst_01KATJ9V5H8Q3M4N5P6R7S8T9W' }));
    await desk.settle();
    expect((await desk.runsOf(id)).map(({ trigger }) => trigger.entityId)).toEqual(['pst_01KATJ9V5H8Q3M4N5P6R7S8T9W']);
    const types = desk.told().map(([type]) => type);
    expect(types.filter((type) => type.startsWith('automations.'))).toEqual([
      'automations.stopped',
      'automations.resumed',
    ]);
  });

  test('has its open runs listed until they end', async () => {
    const { id } = await desk.create({ steps: [{ kind: 'wait', minutes: 5 }, notify] });
    await desk.deliver(exampleOf('post.published'));
    await desk.deliver(exampleOf('post.published', { entityId: 'pst_01KATJ9V5H8Q3M4N5P6R7S8T9W' }));
    const open = await desk.call(contract.listOpenRuns);
    expect(open.body).toMatchObject({ items: [{ automationId: id }, { automationId: id }] });
    const filtered = await desk.call(contract.listAutomationRuns, { ...at(id), query: { status: 'queued' } });
    expect(z.object({ items: z.array(z.unknown()) }).parse(filtered.body).items).toHaveLength(1);
    await desk.settle();
    expect((await desk.call(contract.listOpenRuns)).body).toEqual({ items: [] });
  });
});

test('switching on or replacing an automation is rejected at a step that the role does not permit', async () => {
  const desk = automationDesk();
  const call = { kind: 'call_webhook' as const, webhookId: 'whk_01KATJ9V5H8Q3M4N5P6R7S8T9V' };
  const { id } = await desk.create({ steps: [notify, call] }, false);
  const path = { automationId: id };
  const manager = { ...owner, role: 'manager' as const };
  const fields = [{ path: 'body.steps.1', code: 'role_lacks_permission' }];
  const refused = { status: 422, body: { code: 'invalid_automation', fields } };
  expect(await desk.call(contract.switchAutomationOn, { path, as: manager })).toMatchObject(refused);
  expect((await desk.call(contract.switchAutomationOn, { path })).status).toBe(200);
  const body = written({ steps: [notify, call] });
  const headers = { 'if-match': '*' };
  expect(await desk.call(contract.replaceAutomation, { path, body, headers, as: manager })).toMatchObject(refused);
});

describe('a rehearsal', () => {
  test('reports what would have been done for events since the first automation, and does nothing', async () => {
    await desk.create({}, false);
    const posts = ['A', 'B', 'C'].map((last) => `pst_01KATJ9V5H8Q3M4N5P6R7S8T9${last}`);
    for (const entityId of posts) await desk.deliver(exampleOf('post.published', { entityId }));
    const written1 = desk.items.size;
    const body = written({
      trigger: { kind: 'event', type: 'post.published', pattern: { entityId: [{ 'anything-but': posts[0] }] } },
      steps: [{ kind: 'wait', minutes: 5 }, notify, { ...draft, accountId: '{{data.accountId}}' }] as never,
      limits: { perHour: 1 },
    });
    const { body: said } = await desk.call(contract.rehearseAutomation, { body });
    expect(said).toMatchObject({ events: 3, matches: 2, runs: 1, since: '2026-11-22T12:00:00.000Z' });
    const { examples } = z
      .object({ examples: z.array(z.object({ steps: z.array(z.object({ kind: z.string(), detail: z.string() })) })) })
      .parse(said);
    expect(examples[0]?.steps.map(({ kind }) => kind)).toEqual(['wait', 'notify', 'draft_post']);
    expect(examples[0]?.steps[1]?.detail).toContain(`It is out: ${posts[1] ?? ''}`);
    expect(desk.items.size).toBe(written1);
    expect(desk.begun()).toEqual([]);
  });

  test('of a schedule counts the times at which it would have run', async () => {
    const body = written({ ...scheduled, steps: [{ ...notify, text: 'Good morning' }] } as never);
    const weekly = { ...scheduled.trigger, schedule: { start: '2026-11-01T08:00', rule: 'FREQ=WEEKLY' } };
    const { body: said } = await desk.call(contract.rehearseAutomation, { body: { ...body, trigger: weekly } });
    expect(said).toMatchObject({ events: 0, since: null, matches: 4, runs: 4 });
    const hours = Array.from({ length: 24 }, (_, hour) => hour).join(',');
    const hourly = { ...weekly, schedule: { start: '2026-10-01T00:00', rule: `FREQ=DAILY;BYHOUR=${hours}` } };
    const limits = { perDay: 10 };
    const { body: often } = await desk.call(contract.rehearseAutomation, {
      body: { ...body, trigger: hourly, limits },
    });
    // Thirty days touch 31 UTC days; on one of them clocks show an hour twice.
    expect(often).toMatchObject({ matches: 719, runs: 310 });
  });
});
