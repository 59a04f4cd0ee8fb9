import { describe, expect, test } from 'vitest';
import * as contract from '#functions/campaigns/automations/contract.ts';
import { AutomationView, RunView } from '#functions/campaigns/automations/contract.ts';
import { writeOff } from '#functions/campaigns/automations/switch.ts';
import { tasks as campaignTasks } from '#functions/campaigns/task-names.ts';
import { Stopped } from '#test/simulation/interpreter.ts';
import { person } from '#test/support/context-harness.ts';
import { owner } from '#test/support/http-event.ts';
import { workspaceId } from '../harness.ts';
import {
  accountId,
  automationDesk,
  type Desk,
  done,
  exampleOf,
  knowTemplate,
  notify,
  postId,
  templateId,
  written,
} from './desk.ts';

const published = (entityId?: string) => exampleOf('post.published', { ...(entityId !== undefined && { entityId }) });
const other = 'pst_01KATJ9V5H8Q3M4N5P6R7S8T9W';
const step = (automationId: string) => (desk: Awaited<ReturnType<typeof automationDesk>>) => desk.runsOf(automationId);

describe('a run', () => {
  test('carries out its steps and records the outcome of each', async () => {
    const desk = automationDesk();
    const { id } = await desk.create({ steps: [notify, { kind: 'wait', minutes: 60 }, notify] });
    await desk.deliver(published());
    await desk.settle();
    const [run] = await step(id)(desk);
    expect(run).toMatchObject({
      ...{ status: 'done', automationVersion: 1, chainOfRun: [id], end: null },
      trigger: { type: 'post.published', entityId: postId },
      steps: [
        { step: '1', kind: 'notify', outcome: 'done', at: '2026-11-22T12:00:00.000Z' },
        { step: '2', kind: 'wait', outcome: 'done', at: '2026-11-22T13:00:00.000Z' },
        { step: '3', kind: 'notify', outcome: 'done' },
      ],
    });
    expect(desk.acted.map(({ step: { text } }) => text)).toEqual(Array(2).fill(`It is out: ${postId}`));
    expect(desk.told().map(([type]) => type)).toEqual([
      ...['automation.changed', 'automation.switched', 'automation.triggered', 'automation.run_ended'],
    ]);
  });

  test('is started once per event, even if events are delivered repeatedly and out of order', async () => {
    const desk = automationDesk();
    const { id } = await desk.create();
    for (const entityId of [other, postId, other, postId, other]) await desk.deliver(published(entityId));
    await desk.settle();
    expect(await desk.runsOf(id)).toHaveLength(2);
    expect(desk.acted).toHaveLength(2);
  });

  test('begins no step if the automation is switched off while the step is being dispatched', async () => {
    const desk = automationDesk();
    const { id } = await desk.create();
    await desk.deliver(published());
    const { automations } = desk.deps;
    const version = automations.version.bind(automations);
    automations.version = async (...of) => {
      await writeOff(desk.deps, { workspaceId, id }, person);
      return version(...of);
    };
    await desk.settle();
    expect(desk.acted).toEqual([]);
    expect((await desk.runsOf(id))[0]).toMatchObject({ status: 'stopped', end: { code: 'automation_off' } });
  });

  test('is carried out by only one of two concurrent executions', async () => {
    const desk = automationDesk();
    await desk.create();
    await desk.deliver(published());
    const [event] = desk.begun();
    if (!event) throw new Error('No run has begun');
    desk.others.answer = async () => {
      desk.others.answer = () => done;
      await desk.play(event, 'arn:another');
      return done;
    };
    await desk.play(event);
    expect(desk.acted).toHaveLength(1);
  });

  test('repeats the same request after a lost answer, and records each answer once', async () => {
    const desk = automationDesk();
    const { id } = await desk.create({ steps: [notify, notify] });
    await desk.deliver(published());
    const runId = desk.begun()[0]?.detail.entityId;
    const advance = (met: object, metStep: string | null) =>
      desk.run(campaignTasks.advanceAutomation, { workspaceId, runId, met, metStep });
    const first = await advance({ outcome: 'begun' }, null);
    desk.clock.pass(1_000);
    expect(await advance({ outcome: 'begun' }, null)).toEqual(first);
    const second = await advance(done, '1');
    expect(second).toMatchObject({ outcome: 'users', order: { step: '2' } });
    expect(await advance(done, '1')).toEqual(second);
    expect(await advance(done, '2')).toEqual({ outcome: 'ended' });
    expect(await advance(done, '2')).toEqual({ outcome: 'ended' });
    expect((await desk.runsOf(id))[0]?.steps).toHaveLength(2);
  });

  test('retries a step that came too late, and fails after three attempts', async () => {
    const desk = automationDesk();
    const { id } = await desk.create();
    desk.others.answer = () => {
      desk.clock.pass(60_000);
      return { outcome: 'too_late' };
    };
    await desk.deliver(published());
    await desk.settle();
    expect(new Set(desk.acted.map(({ order }) => order.notAfter)).size).toBe(3);
    expect((await desk.runsOf(id))[0]).toMatchObject({ status: 'failed', end: { code: 'step_too_late' } });
  });

  test('fails when a step fails, but only once that step can have no more effect', async () => {
    const desk = automationDesk();
    const { id } = await desk.create({ steps: [notify, notify] });
    let until = 0;
    desk.others.answer = ({ order }) => {
      until = Date.parse(order.notAfter) + 14_000;
      throw new Error('A call that is given up, and may still be at work');
    };
    // The retries of the workflow take half a minute; here it gives up at once.
    desk.others.enter = async (state) => {
      if (state === 'Fault') desk.clock.set('2026-11-22T12:00:05.000Z');
    };
    await desk.deliver(published());
    await desk.settle();
    const [run] = await desk.runsOf(id);
    expect(run).toMatchObject({ status: 'failed', end: { code: 'step_fault' }, steps: [{ outcome: 'fault' }] });
    expect(Date.parse(run?.endedAt ?? '')).toBeGreaterThanOrEqual(until);
  });

  test('fails with the code and message of the context that refuses a step', async () => {
    const desk = automationDesk();
    const { id } = await desk.create();
    const end = { code: 'mention_not_allowed', message: 'This workspace does not allow mentions of @some_reader.' };
    desk.others.answer = () => ({ outcome: 'refused', ...end });
    await desk.deliver(published());
    await desk.settle();
    expect((await desk.runsOf(id))[0]).toMatchObject({ status: 'failed', end });
    // The run names the mentioned handle, the event does not.
    const message = 'This workspace does not allow mentions of @….';
    const told = { automationId: id, status: 'failed', code: end.code, message, name: 'Tell the team' };
    expect(desk.told().at(-1)).toEqual(['automation.run_ended', { ...told, personId: owner.personId }]);
  });

  test('passes what a named step has created to a later step', async () => {
    const desk = automationDesk();
    await knowTemplate(desk, workspaceId);
    const draft = {
      kind: 'draft_post',
      name: 'draft',
      accountId: '{{data.accountId}}',
      templateId,
      values: { title: 'A' },
    };
    await desk.create({ steps: [draft, { kind: 'submit_post', postId: '{{made.draft}}' }] as never });
    desk.others.answer = ({ step: { kind } }) =>
      kind === 'draft_post' ? { ...done, made: { kind: 'post', id: other } } : done;
    await desk.deliver(published());
    await desk.settle();
    expect(desk.acted[1]?.step).toEqual({ kind: 'submit_post', postId: other, comment: null });
  });

  test('finishes with the version it began with after a new one goes live', async () => {
    const desk = automationDesk();
    const { id } = await desk.create({
      steps: [
        { kind: 'wait', minutes: 60 },
        { ...notify, subject: 'Old' },
      ],
    });
    await desk.deliver(published());
    desk.others.enter = async (state) => {
      if (state !== 'Wait') return;
      const path = { automationId: id };
      const sent = { path, headers: { 'if-match': '*' }, body: written({ steps: [{ ...notify, subject: 'New' }] }) };
      const answer = await desk.ask(contract.replaceAutomation, AutomationView, sent);
      expect(answer.body).toMatchObject({ liveVersion: 2, status: 'on' });
    };
    await desk.settle();
    await desk.deliver(published(other));
    await desk.settle();
    expect(desk.acted.map(({ step: { subject } }) => subject)).toEqual(['Old', 'New']);
    expect((await desk.runsOf(id)).map(({ automationVersion }) => automationVersion).sort()).toEqual([1, 2]);
  });

  test('is stopped while it waits when its automation is switched off or deleted, or all are stopped', async () => {
    for (const operation of [contract.switchAutomationOff, contract.deleteAutomation, contract.stopAutomations]) {
      const desk = automationDesk();
      const { id } = await desk.create({ steps: [{ kind: 'wait', minutes: 60 }, notify] });
      await desk.deliver(published());
      const runId = desk.begun()[0]?.detail.entityId ?? '';
      await desk.run(campaignTasks.advanceAutomation, { workspaceId, runId, met: { outcome: 'begun' }, metStep: null });
      const path: Record<string, string> = operation === contract.stopAutomations ? {} : { automationId: id };
      expect((await desk.call(operation, { path })).status, operation.id).toBeLessThan(300);
      const run = await desk.ask(contract.getAutomationRun, RunView, { path: { runId } });
      expect(run.body, operation.id).toMatchObject({ status: 'stopped', end: { code: 'automation_off' } });
      desk.clock.pass(3_600_000);
      const woken = { workspaceId, runId, met: { outcome: 'awake' }, metStep: null };
      expect(await desk.run(campaignTasks.advanceAutomation, woken)).toEqual({ outcome: 'ended' });
    }
  });

  test('starts the next queued run when it ends, skipping one that no longer exists', async () => {
    const desk = automationDesk();
    const { id } = await desk.create({ steps: [{ kind: 'wait', minutes: 60 }, notify] });
    const posts = ['A', 'B', 'C'].map((last) => `pst_01KATJ9V5H8Q3M4N5P6R7S8T9${last}`);
    for (const each of posts) await desk.deliver(published(each));
    const gate = await desk.deps.runs.gate({ workspaceId, automationId: id });
    expect([gate.active.length, gate.queued.length]).toEqual([1, 2]);
    await desk.table.delete({ pk: workspaceId, sk: `AUTOMATION_RUN#${gate.queued[0] ?? ''}` });
    await desk.settle();
    expect((await desk.runsOf(id)).map(({ status }) => status)).toEqual(['done', 'done']);
    expect(await desk.deps.runs.gate({ workspaceId, automationId: id })).toMatchObject({ active: [], queued: [] });
  });
});

test('queued runs fill the higher concurrency of a new version once a run ends', async () => {
  const desk = automationDesk();
  const { id } = await desk.create();
  for (const last of ['A', 'B', 'C', 'D']) await desk.deliver(published(`pst_01KATJ9V5H8Q3M4N5P6R7S8T9${last}`));
  const [first] = desk.begun();
  if (!first) throw new Error('No run has begun');
  const limits = { perHour: 30, perDay: 200, coolDownMinutes: 0, concurrency: 2 };
  const sent = { path: { automationId: id }, headers: { 'if-match': '*' }, body: written({ limits }) };
  await desk.ask(contract.replaceAutomation, AutomationView, sent);
  await desk.play(first);
  expect((await desk.runsOf(id)).map(({ status }) => status).sort()).toEqual(['done', 'queued', 'running', 'running']);
  await desk.settle();
  expect((await desk.runsOf(id)).map(({ status }) => status)).toEqual(Array(4).fill('done'));
});

describe('a stop that was cut short after its first write', () => {
  const stopAll = async ({ deps, call }: Desk, isStopped: boolean) => {
    if (!isStopped) return call(contract.resumeAutomations);
    const standing = await deps.automationStops.find(workspaceId);
    return deps.automationStops.save({ ...(standing ?? { workspaceId }), isStopped }, person);
  };
  const switchOff = async ({ deps, ask }: Desk, id: string, isOff: boolean) =>
    isOff
      ? writeOff(deps, { workspaceId, id }, person)
      : ask(contract.switchAutomationOn, AutomationView, { path: { automationId: id } });

  test('blocks no later run once automations run again', async () => {
    for (const stop of [stopAll, switchOff]) {
      const desk = automationDesk();
      const { id } = await desk.create();
      const set = async (isStopped: boolean) =>
        stop === stopAll ? stopAll(desk, isStopped) : switchOff(desk, id, isStopped);
      desk.others.answer = async () => {
        await set(true);
        return done;
      };
      await desk.deliver(published());
      await desk.deliver(published(other));
      await desk.settle();
      desk.others.answer = () => done;
      await set(false);
      await desk.deliver(published('pst_01KATJ9V5H8Q3M4N5P6R7S8T9X'));
      await desk.settle();
      const runs = await desk.runsOf(id);
      expect(runs.map(({ status }) => status).sort(), stop.name).toEqual(['done', 'done', 'stopped']);
    }
  });

  test('ends running and waiting runs as stopped, even if the automation is switched on again', async () => {
    const desk = automationDesk();
    const { id } = await desk.create({ steps: [notify, { kind: 'wait', minutes: 60 }, notify] });
    desk.others.answer = async () => {
      await writeOff(desk.deps, { workspaceId, id }, person);
      return done;
    };
    await desk.deliver(published());
    await desk.settle();
    expect((await desk.runsOf(id))[0]).toMatchObject({ status: 'stopped', end: { code: 'automation_off' } });

    const waiting = automationDesk();
    const { id: its } = await waiting.create({ steps: [{ kind: 'wait', minutes: 60 }, notify] });
    waiting.others.enter = async (state) => {
      if (state === 'Wait') throw new Stopped();
    };
    await waiting.deliver(published());
    await waiting.settle();
    await switchOff(waiting, its, true);
    await switchOff(waiting, its, false);
    expect((await waiting.runsOf(its))[0]).toMatchObject({ status: 'stopped', end: { code: 'automation_off' } });
  });
});

describe('a branch', () => {
  const branchOn = (condition: object) => ({
    steps: [
      {
        kind: 'branch',
        condition,
        then: [{ ...notify, subject: 'Then' }],
        otherwise: [{ ...notify, subject: 'Else' }],
      },
    ],
  });
  const subjects = ({ acted }: { acted: { step: Record<string, unknown> }[] }) => acted.map(({ step }) => step.subject);

  test('follows the pattern of its condition', async () => {
    const desk = automationDesk();
    await desk.create(branchOn({ pattern: { entityId: [{ suffix: 'V' }] } }) as never);
    await desk.deliver(published());
    await desk.deliver(published(other));
    await desk.settle();
    expect(subjects(desk)).toEqual(['Then', 'Else']);
  });

  test('uses the metrics of the event, or reads them anew after a wait', async () => {
    const metrics = [{ metric: 'likes', is: '>=', value: 100 }];
    const { steps } = branchOn({ metrics });
    for (const [first, asked] of [
      [[], 0],
      [[{ kind: 'wait', minutes: 60 }], 1],
    ] as const) {
      const desk = automationDesk();
      let reads = 0;
      desk.others.answer = ({ step: { kind } }) => {
        if (kind === 'read_metrics') reads += 1;
        return kind === 'read_metrics' ? { ...done, facts: { likes: 100 } } : done;
      };
      await desk.create({
        trigger: { kind: 'event', type: 'post.metrics_updated' },
        steps: [...first, ...steps],
      } as never);
      const event = exampleOf('post.metrics_updated');
      const said = event.detail.data as { metrics: object };
      const likes = asked === 0 ? 100 : 5;
      await desk.deliver({
        ...event,
        detail: { ...event.detail, data: { ...said, metrics: { ...said.metrics, likes } } },
      });
      await desk.settle();
      expect([reads, ...subjects(desk)]).toEqual([asked, 'Then']);
    }
  });

  test('takes the other path if its metrics are unknown', async () => {
    const desk = automationDesk();
    await desk.create(branchOn({ metrics: [{ metric: 'likes', is: '>=', value: 0 }] }) as never);
    desk.others.answer = ({ step: { kind } }) => (kind === 'read_metrics' ? { ...done, facts: {} } : done);
    await desk.deliver(published());
    await desk.settle();
    expect(subjects(desk)).toEqual(['Else']);
  });

  test('is evaluated like the condition of an automation, which must hold for any step to run', async () => {
    for (const [likes, said] of [
      [99, []],
      [100, ['Published']],
    ] as const) {
      const desk = automationDesk();
      const condition = { metrics: [{ metric: 'likes' as const, is: '>=' as const, value: 100 }] };
      const { id } = await desk.create({ condition });
      desk.others.answer = ({ step: { kind } }) => (kind === 'read_metrics' ? { ...done, facts: { likes } } : done);
      await desk.deliver(published());
      await desk.settle();
      expect(subjects(desk)).toEqual(said);
      expect((await desk.runsOf(id))[0]?.status).toBe('done');
    }
  });
});

describe('a run that is cancelled', () => {
  const cancel = (desk: ReturnType<typeof automationDesk>, runId: string) =>
    desk.call(contract.cancelAutomationRun, { path: { runId } });

  test('ends while it waits, and cancelling it again returns the same', async () => {
    const desk = automationDesk();
    await desk.create({ steps: [{ kind: 'wait', minutes: 60 }, notify] });
    await desk.deliver(published());
    const [event] = desk.begun();
    if (!event) throw new Error('No run has begun');
    desk.others.enter = async (state) => {
      if (state === 'Wait') throw new Stopped();
    };
    await expect(desk.play(event)).rejects.toThrow(Stopped);
    const runId = event.detail.entityId;
    for (const status of [200, 200]) {
      expect(await cancel(desk, runId)).toMatchObject({
        status,
        body: { status: 'cancelled', end: { code: 'cancelled' } },
      });
    }
  });

  test('begins no further step, even if one is still under way', async () => {
    const desk = automationDesk();
    const { id } = await desk.create({ steps: [notify, notify, notify] });
    let answered: { status: number } | undefined;
    desk.others.answer = async ({ order: { runId } }) => {
      answered = await cancel(desk, runId);
      return done;
    };
    await desk.deliver(published());
    await desk.settle();
    expect(answered?.status).toBe(200);
    expect(desk.acted).toHaveLength(1);
    // The history says that a step was under way whose answer was no longer awaited.
    const [run] = await desk.runsOf(id);
    expect(run?.steps).toMatchObject([{ step: '1', outcome: 'fault' }]);
    expect(run?.steps[0]?.message).toContain('may have been carried out');
  });

  test('is rejected with run_ended if it has already ended', async () => {
    const desk = automationDesk();
    await desk.create();
    await desk.deliver(published());
    await desk.settle();
    const runId = desk.acted[0]?.order.runId ?? '';
    expect(await cancel(desk, runId)).toMatchObject({ status: 409, body: { code: 'run_ended' } });
  });
});

describe('a threshold', () => {
  const reading = (likes: number, entityVersion: number, entityId = postId) => {
    const event = exampleOf('post.metrics_updated', { entityId, entityVersion });
    const said = event.detail.data as { metrics: object };
    return { ...event, detail: { ...event.detail, data: { ...said, metrics: { ...said.metrics, likes } } } };
  };

  test('of an account starts a run once for good; a changed threshold starts one more', async () => {
    const desk = automationDesk();
    const trigger = (atLeast: number) => ({ kind: 'account_metric' as const, metric: 'followers' as const, atLeast });
    const { id } = await desk.create({ trigger: trigger(1_000) });
    let version = 0;
    const read = async (followers: number) => {
      const data = { metrics: { followers, following: 1, posts: 1, listed: 0 } };
      const event = exampleOf('account.metrics_updated', { entityId: accountId, entityVersion: (version += 1), data });
      await desk.deliver(event);
      await desk.settle();
      return (await desk.runsOf(id)).length;
    };
    expect(await read(999)).toBe(0);
    expect(await read(1_000)).toBe(1);
    desk.clock.pass(400 * 86_400_000);
    // The run has expired by now; that its threshold was passed has not.
    expect(await read(1_500)).toBe(0);
    const path = { automationId: id };
    const body = written({ trigger: trigger(2_000) });
    await desk.call(contract.replaceAutomation, { path, body, headers: { 'if-match': '*' } });
    expect(await read(1_999)).toBe(0);
    expect(await read(2_001)).toBe(1);
  });

  test('starts one run per post, at the time of the reading that passes it', async () => {
    const desk = automationDesk();
    const { id } = await desk.create({ trigger: { kind: 'metric', metric: 'likes', atLeast: 100 } });
    desk.clock.pass(60_000);
    for (const [likes, version] of [
      [99, 1],
      [100, 2],
      [250, 3],
      [250, 3],
    ] as const)
      await desk.deliver(reading(likes, version));
    await desk.deliver(reading(100, 1, other));
    await desk.settle();
    const runs = await desk.runsOf(id);
    expect(runs.map(({ trigger }) => trigger.entityId).sort()).toEqual([postId, other].sort());
    expect(runs[0]?.triggeredAt).toBe('2026-11-22T12:00:00.000Z');
    // Only events that a limit refuses are counted, not repetitions.
    expect((await desk.deps.runs.gate({ workspaceId, automationId: id })).refused).toEqual({});
  });
});

describe('a run whose execution was lost', () => {
  const resume = (desk: Desk) => desk.run(campaignTasks.resumeAutomationRuns, {});
  const minutesLater = (desk: Desk, minutes: number) => {
    desk.clock.pass(minutes * 60_000);
  };

  test('is resumed where it was and repeats no step', async () => {
    const desk = automationDesk();
    const { id } = await desk.create({ steps: [notify, { kind: 'wait', minutes: 60 }, notify] });
    desk.others.enter = async (state) => {
      if (state === 'Wait') throw new Stopped();
    };
    await desk.deliver(published());
    await desk.settle();
    desk.others.enter = async () => undefined;
    expect((await desk.runsOf(id))[0]).toMatchObject({ status: 'waiting' });
    minutesLater(desk, 74);
    expect(await resume(desk)).toEqual({ isMore: false });
    expect(desk.begun()).toEqual([]);
    minutesLater(desk, 2);
    await resume(desk);
    await resume(desk);
    await desk.settle();
    expect((await desk.runsOf(id))[0]).toMatchObject({ status: 'done' });
    expect(desk.acted.map(({ order }) => order.step)).toEqual(['1', '3']);
    const told = desk.told().map(([type]) => type);
    expect(told.filter((type) => type === 'automation.resume_requested')).toHaveLength(1);
    expect(told.filter((type) => type === 'automation.triggered')).toHaveLength(1);
    minutesLater(desk, 1_000);
    await resume(desk);
    expect(desk.begun()).toEqual([]);
  });

  test('is not continued by its old execution, should that still be alive', async () => {
    const desk = automationDesk();
    await desk.create({ steps: [notify, notify] });
    await desk.deliver(published());
    const [event] = desk.begun();
    if (!event) throw new Error('No run has begun');
    desk.others.answer = async () => {
      desk.others.answer = () => done;
      minutesLater(desk, 16);
      await resume(desk);
      await desk.settle();
      return done;
    };
    await desk.play(event, 'arn:slow');
    // Both executions asked for the first step, under the same name.
    expect(desk.acted.map(({ order }) => order.step)).toEqual(['1', '1', '2']);
  });

  test('fails with run_stalled after 21 resumptions without progress, and the next run gets its turn', async () => {
    const desk = automationDesk();
    const { id } = await desk.create();
    desk.others.enter = async (state) => {
      if (state === 'Begin') throw new Stopped();
    };
    await desk.deliver(published());
    await desk.deliver(published(other));
    await desk.settle();
    let resumptions = 0;
    for (; (await desk.runsOf(id)).every(({ endedAt }) => endedAt === null); resumptions += 1) {
      expect(resumptions).toBeLessThanOrEqual(20);
      minutesLater(desk, 16);
      await resume(desk);
      await desk.settle();
    }
    expect(resumptions).toBe(21);
    desk.others.enter = async () => undefined;
    minutesLater(desk, 16);
    await resume(desk);
    await desk.settle();
    const runs = await desk.runsOf(id);
    expect(runs.map(({ status, end }) => [status, end?.code]).sort()).toEqual([
      ['done', undefined],
      ['failed', 'run_stalled'],
    ]);
  });
});
