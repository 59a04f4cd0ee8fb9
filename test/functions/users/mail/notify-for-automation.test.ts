import { expect, test } from 'vitest';
import { AutomationLoopStopped, AutomationRunEnded, AutomationSwitched } from '#events/campaigns.ts';
import { tasks } from '#functions/users/task-names.ts';
import { instantAfter } from '#shared/time.ts';
import { anEvent } from '#test/support/context-harness.ts';
import { ada } from '../harness.ts';
import { team } from '../team-harness.ts';

const automationId = 'aut_01KATJ9V5H8Q3M4N5P6R7S8T9V';

/** Ada's workspace with an editor, and an automation of hers that sends a notification. */
const office = async () => {
  const scene = await team();
  const { users, owner } = scene;
  const editor = await scene.member('eve', 'editor');
  const order = {
    ...{ workspaceId: owner.workspaceId, automationId, runId: 'run_01KATJ9V5H8Q3M4N5P6R7S8T9V', step: '1' },
    ...{ triggeredAt: users.clock.now().toISOString(), chain: [automationId] },
    by: { personId: owner.personId, people: [owner.personId], role: 'owner' },
    notAfter: instantAfter(users.clock.now(), 10_000),
  };
  const notify = (to: object, said: object = {}) => {
    const step = {
      kind: 'notify',
      to: { roles: [], people: [], ...to },
      subject: 'Out',
      text: 'It is out.',
      automationName: 'Mine',
    };
    return users.run(tasks.notifyForAutomation, { order: { ...order, ...said }, step });
  };
  const letters = () => users.deps.mailing.letters.filter(({ subject }) => subject === 'Out').map(({ to }) => to);
  return { ...scene, editor, notify, letters };
};

test('each recipient gets one mail, however often the step is tried', async () => {
  const { notify, letters, editor } = await office();
  const to = { roles: ['owner'], people: [editor.personId] };
  expect(await notify(to)).toMatchObject({ outcome: 'done', message: 'Emailed 2 of 2 members.' });
  expect(await notify(to)).toMatchObject({ outcome: 'done' });
  expect(letters().sort()).toEqual([ada.email, 'eve@example.com'].sort());
});

test('a mail that SES did not accept is sent by the next try', async () => {
  const { notify, letters, users } = await office();
  const { before } = users.deps.mailing;
  users.deps.mailing.before = async () => {
    users.deps.mailing.before = before;
    throw new Error('SES is away');
  };
  await expect(notify({ roles: ['owner'] })).rejects.toThrow('SES is away');
  users.clock.pass(5_000);
  expect(await notify({ roles: ['owner'] })).toMatchObject({ outcome: 'done', message: 'Emailed 1 of 1 member.' });
  expect(letters()).toEqual([ada.email]);
});

test('nothing is sent after the order has expired, not even a queued mail', async () => {
  const { notify, letters, users } = await office();
  users.deps.mailing.before = async () => {
    throw new Error('SES is away');
  };
  await expect(notify({ roles: ['owner', 'editor'] })).rejects.toThrow('SES is away');
  users.deps.mailing.before = async () => undefined;
  users.clock.pass(600_000);
  await users.hear('mail.requested');
  expect(await notify({ roles: ['owner', 'editor'] })).toEqual({ outcome: 'too_late' });
  expect(letters()).toEqual([]);
});

test('a step that is started again sends what had expired before', async () => {
  const { notify, letters, users } = await office();
  const { before } = users.deps.mailing;
  users.deps.mailing.before = async () => {
    throw new Error('SES is away');
  };
  await expect(notify({ roles: ['owner'] })).rejects.toThrow('SES is away');
  users.deps.mailing.before = before;
  users.clock.pass(60_000);
  await users.hear('mail.requested');
  users.clock.pass(60_000);
  expect(letters()).toEqual([]);
  const notAfter = instantAfter(users.clock.now(), 10_000);
  expect(await notify({ roles: ['owner'] }, { notAfter })).toMatchObject({ message: 'Emailed 1 of 1 member.' });
  expect(letters()).toEqual([ada.email]);
});

test('a member who switched these mails off gets none', async () => {
  const { notify, letters, users } = await office();
  const { preferences } = users.deps.mailing;
  await preferences.put('eve@example.com', { ...(await preferences.get('eve@example.com')), automation: false });
  expect(await notify({ roles: ['editor'] })).toMatchObject({ message: 'Emailed 0 of 1 member.' });
  expect(letters()).toEqual([]);
});

test('a person who is not a member gets none, and the step is refused with nobody_to_notify', async () => {
  const { notify, letters, stranger } = await office();
  const { personId } = await stranger('mallory');
  expect(await notify({ people: [personId] })).toMatchObject({ outcome: 'refused', code: 'nobody_to_notify' });
  expect(letters().filter((to) => to.startsWith('mallory'))).toEqual([]);
});

test('owners and those responsible for the automations get one mail about a loop, however often it occurs', async () => {
  const { users, owner, editor } = await office();
  const data = {
    ...{ why: 'circle', automations: [automationId], names: ['One', 'Two', 'One'], owners: [editor.personId] },
    eventType: 'post.published',
  };
  for (let time = 1; time <= 5; time += 1) {
    const event = anEvent(AutomationLoopStopped, automationId, time, data, users.clock.now().toISOString());
    await users.deliver({ ...event, detail: { ...event.detail, workspaceId: owner.workspaceId } });
  }
  for (const to of [ada.email, 'eve@example.com']) {
    const mails = users.mailsTo(to).filter(({ kind }) => kind === 'automation_loop');
    expect(mails).toMatchObject([{ data: { automations: 'One, Two, One', workspaceName: 'Engines' } }]);
  }
});

test('owners and the person responsible are mailed once a day that an automation fails', async () => {
  const { users, owner, editor } = await office();
  const failed = async (version: number, changes: object = {}) => {
    const data = {
      ...{ automationId, status: 'failed', code: 'template_not_found', message: 'The template is no longer there.' },
      ...{ name: 'Announce', personId: editor.personId, ...changes },
    };
    const runId = 'run_01KATJ9V5H8Q3M4N5P6R7S8T9V';
    const event = anEvent(AutomationRunEnded, runId, version, data, users.clock.now().toISOString());
    await users.deliver({ ...event, detail: { ...event.detail, workspaceId: owner.workspaceId } });
  };
  const mails = (to: string) => users.mailsTo(to).filter(({ kind }) => kind === 'automation_failed');
  await failed(1, { status: 'done', code: null, message: null });
  expect(mails(ada.email)).toEqual([]);
  for (let version = 2; version < 5; version += 1) await failed(version);
  for (const to of [ada.email, 'eve@example.com']) {
    expect(mails(to)).toMatchObject([
      { data: { automationName: 'Announce', message: 'The template is no longer there.', automationId } },
    ]);
    const runs = `API request GET ${users.deps.mailing.publicUrl}/v1/automations/${automationId}/runs`;
    expect(mails(to)[0]?.data.runs).toBe(runs);
  }
  users.clock.pass(25 * 3_600_000);
  await failed(5);
  expect(mails(ada.email)).toHaveLength(2);
});

test('owners are mailed when the system switches an automation off, and not when a person does', async () => {
  const { users, owner } = await office();
  const switched = async (version: number, actor: { type: 'person' | 'system'; id: string }) => {
    const data = { name: 'Announce', isOn: false };
    const event = anEvent(AutomationSwitched, automationId, version, data, users.clock.now().toISOString());
    await users.deliver({ ...event, detail: { ...event.detail, actor, workspaceId: owner.workspaceId } });
  };
  const mails = () => users.mailsTo(ada.email).filter(({ kind }) => kind === 'automation_off');
  await switched(2, { type: 'person', id: owner.personId });
  expect(mails()).toEqual([]);
  await switched(3, { type: 'system', id: 'campaigns' });
  expect(mails()).toMatchObject([{ data: { automationName: 'Announce' } }]);
});
