import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { eventually, Marketer } from '#infra/local/marketer.ts';
import { expectProblem, whereIs } from '../support/integration/answers.ts';
import { spyOn } from '../support/integration/bus.ts';
import { invite, joinByInvitation, mailedToken } from '../support/integration/invitations.ts';
import { boxOf } from '../support/integration/mail-box.ts';
import { stage, tableOf } from '../support/integration/stage.ts';
import { claimsOf } from '../support/integration/tokens.ts';

const Tokens = z.object({ accessToken: z.string(), refreshToken: z.string() });
const Member = z.looseObject({ personId: z.string(), role: z.string(), status: z.string(), version: z.number() });
const Workspace = z.looseObject({ workspaceId: z.string(), name: z.string(), deletionDueAt: z.string().nullable() });

const owner = new Marketer(stage, 'owner');
beforeAll(() => owner.join());
const refresh = (person: Marketer) => person.call('POST', '/v1/auth/refresh', { refreshToken: person.refreshToken });

describe('an invitation', () => {
  test('lets somebody without an account join once, and publishes an event without their address', async () => {
    const { workspaceId } = await whereIs(owner);
    await using spy = await spyOn(workspaceId);
    const robin = new Marketer(stage, 'robin');
    await joinByInvitation(owner, robin, 'editor');
    const { personId, ...place } = await whereIs(robin);
    expect(place).toEqual({ workspaceId, role: 'editor' });
    await spy.hears('the new member', ({ type, entityId }) => type === 'member.added' && entityId === personId);
    const told = JSON.stringify(await spy.heard());
    expect(told).not.toContain(robin.email);
    const used = { token: await mailedToken(workspaceId, robin.email), name: 'Robin', password: robin.password };
    expectProblem(await robin.call('POST', '/v1/invitations/register', used), 400, 'invalid_invitation');
  });

  test('that is accepted six times concurrently succeeds once', async () => {
    const eve = await new Marketer(stage, 'eve').join();
    const token = await invite(owner, eve, 'analyst');
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => eve.call('POST', '/v1/invitations/accept', { token })),
    );
    expect(answers.map(({ status }) => status).filter((status) => status === 200)).toHaveLength(1);
    for (const { status } of answers) expect([200, 400, 409]).toContain(status);
    const { workspaceId, personId } = { ...(await whereIs(eve)), workspaceId: (await whereIs(owner)).workspaceId };
    await eve.do(z.object({ nextStep: z.string() }), 'POST', `/v1/workspaces/${workspaceId}/switch`, {});
    const renewed = Tokens.parse((await refresh(eve)).body);
    expect(claimsOf(renewed.accessToken)).toMatchObject({
      workspace_id: workspaceId,
      person_id: personId,
      role: 'analyst',
    });
  });
});

describe('a member', () => {
  test('who is removed or disabled immediately gets no further token for the workspace', async () => {
    const [removed, disabled] = [new Marketer(stage, 'removed'), new Marketer(stage, 'disabled')];
    for (const each of [removed, disabled]) await joinByInvitation(owner, each, 'manager');
    const ids = { removed: (await whereIs(removed)).personId, disabled: (await whereIs(disabled)).personId };
    expect((await owner.call('DELETE', `/v1/members/${ids.removed}`)).status).toBe(204);
    await owner.do(Member, 'POST', `/v1/members/${ids.disabled}/disable`, {});
    const { workspaceId } = await whereIs(owner);
    for (const each of [removed, disabled]) {
      const renewed = Tokens.parse((await refresh(each)).body);
      await each.signIn();
      // They get tokens for their own workspace only.
      for (const { accessToken } of [renewed, each]) {
        expect(claimsOf(accessToken)).toMatchObject({ role: 'owner' });
        expect(claimsOf(accessToken)['workspace_id']).not.toBe(workspaceId);
      }
      expectProblem(await each.call('POST', `/v1/workspaces/${workspaceId}/switch`), 404, 'workspace_not_found');
    }
    await owner.do(Member, 'POST', `/v1/members/${ids.disabled}/enable`, {});
    await disabled.do(z.object({ role: z.literal('manager') }), 'POST', `/v1/workspaces/${workspaceId}/switch`, {});
  });

  test('has the new role in the next token', async () => {
    const person = new Marketer(stage, 'promoted');
    await joinByInvitation(owner, person, 'analyst');
    const { personId } = await whereIs(person);
    const path = `/v1/members/${personId}`;
    const { version } = await owner.do(Member, 'GET', path);
    await owner.do(Member, 'PATCH', path, { role: 'admin' }, { 'if-match': `"v${version}"` });
    expect(claimsOf(Tokens.parse((await refresh(person)).body).accessToken)).toMatchObject({ role: 'admin' });
    const Page = z.object({ items: z.array(Member) });
    const { items } = await owner.do(Page, 'GET', '/v1/members?limit=100');
    expect(items.find((each) => each.personId === personId)).toMatchObject({ role: 'admin', status: 'active' });
    expect((await owner.do(Page, 'GET', '/v1/members?dormantForDays=1')).items).toEqual([]);
  });
});

test('when both owners leave concurrently, one is rejected with last_owner', async () => {
  for (let round = 0; round < 3; round += 1) {
    const one = await new Marketer(stage, 'one').join();
    const other = new Marketer(stage, 'other');
    await joinByInvitation(one, other, 'owner');
    const { workspaceId } = await whereIs(one);
    const leave = (each: Marketer) => each.call('POST', '/v1/workspace/leave', { workspaceId });
    const answers = await Promise.all([one, other].map(leave));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
    const stays = answers[0]?.status === 409 ? one : other;
    expect((await whereIs(stays)).role).toBe('owner');
    expectProblem(await leave(stays), 409, 'last_owner');
  }
});

test('a transfer of ownership makes the recipient owner and the former owner admin', async () => {
  const [from, to] = [await new Marketer(stage, 'from').join(), new Marketer(stage, 'to')];
  await joinByInvitation(from, to, 'editor');
  const { personId } = await whereIs(to);
  await from.do(Member, 'POST', '/v1/workspace/transfer', { personId });
  await Promise.all([from.signIn(), to.signIn()]);
  expect([(await whereIs(from)).role, (await whereIs(to)).role]).toEqual(['admin', 'owner']);
});

describe('a workspace', () => {
  test('that is one of several is deleted when due, unless restored, and its owner returns to another', async () => {
    const person = await new Marketer(stage, 'leaver').join();
    const home = (await whereIs(person)).workspaceId;
    const second = await person.do(Workspace, 'POST', '/v1/workspaces', { name: 'Short-lived' });
    await person.do(z.looseObject({}), 'POST', `/v1/workspaces/${second.workspaceId}/switch`, {});
    Object.assign(person, Tokens.parse((await refresh(person)).body));
    expect((await whereIs(person)).workspaceId).toBe(second.workspaceId);
    await using spy = await spyOn(second.workspaceId);

    expectProblem(await person.call('DELETE', '/v1/workspace', { name: 'Wrong' }), 400, 'wrong_name');
    const pending = await person.do(Workspace, 'DELETE', '/v1/workspace', { name: 'Short-lived' });
    const days = (Date.parse(pending.deletionDueAt ?? '') - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(13.9);
    await person.do(Workspace, 'POST', '/v1/workspace/restore', {});
    await person.do(Workspace, 'DELETE', '/v1/workspace', { name: 'Short-lived' });
    await spy.hears('both', ({ type }) => /deletion_(scheduled|cancelled)/.test(type), 3);
    const mail = await eventually('the mail about it', async () =>
      (await boxOf(person.email)).find(({ Subject }) => Subject === 'Short-lived will be deleted'),
    );
    expect(mail.BodyText).toContain('/v1/workspace/restore');

    // As if a fortnight had passed.
    const due = new Date(Date.now() - 1000).toISOString();
    await (
      await tableOf('users')
    ).update(
      { pk: second.workspaceId, sk: 'WORKSPACE' },
      {
        UpdateExpression: 'SET deletionDueAt = :due, byDueSk = :key',
        ExpressionAttributeValues: { ':due': due, ':key': `${due}#${second.workspaceId}` },
      },
    );
    await spyUntil(spy, 'workspace.deleted');
    await spyUntil(spy, 'member.removed');
    // The person continues in their other workspace.
    Object.assign(person, Tokens.parse((await refresh(person)).body));
    expect((await whereIs(person)).workspaceId).toBe(home);
    expectProblem(await person.call('GET', `/v1/workspaces/${second.workspaceId}`), 404, 'workspace_not_found');
  }, 240_000);
});

/** Waits for an event from the check that runs every minute. */
const spyUntil = async (spy: Awaited<ReturnType<typeof spyOn>>, type: string): Promise<void> => {
  const heard = async () => (await spy.heard()).some((event) => event.type === type) || undefined;
  await eventually(`${type} is told`, heard, { withinMs: 150_000 });
};
