import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { eventually, Marketer, newXUser } from '#infra/local/marketer.ts';
import { expectProblem, whereIs } from '../support/integration/answers.ts';
import { inMs, plan, publish, read, write } from '../support/integration/desk.ts';
import { joinByInvitation } from '../support/integration/invitations.ts';
import { stage } from '../support/integration/stage.ts';

/**
 * Somebody was removed or demoted a moment ago, and their access token lives for a quarter of an hour. What they would
 * change now stays when the token has gone: it is refused. In users that holds at once, elsewhere as soon as the event
 * has come.
 */
const owner = new Marketer(stage, 'owner');
let accountId = '';
beforeAll(async () => {
  await owner.join();
  accountId = await owner.connect(await newXUser(stage));
});

/** What each context is asked to do in vain, until it has heard. */
const harmless = [
  ['POST', '/v1/posts/measure', { texts: ['Hello'] }],
  ['POST', '/v1/accounts/acc_01KATJ9V5H8Q3M4N5P6R7S8T9V/probe', {}],
  ['POST', '/v1/campaigns/cmp_01KATJ9V5H8Q3M4N5P6R7S8T9V/pause', {}],
] as const;

const allHaveHeard = async (member: Marketer, code: string): Promise<void> => {
  for (const [method, path, body] of harmless) {
    await eventually(`${path} answers ${code}`, async () => {
      const answer = await member.call(method, path, body);
      return answer.status === 403 ? expectProblem(answer, 403, code) : undefined;
    });
  }
};

describe('an admin who was removed', () => {
  const robin = new Marketer(stage, 'robin');
  beforeAll(async () => {
    await joinByInvitation(owner, robin, 'admin');
    const { personId } = await whereIs(robin);
    expect((await owner.call('DELETE', `/v1/members/${personId}`)).status).toBe(204);
  });

  test.each([
    ['switches no rule of the workspace off', 'PATCH', '/v1/workspace', { requireMfa: false }],
    [
      'exports no audit events',
      'POST',
      '/v1/audit-events/exports',
      { from: inMs(-3_600_000), to: inMs(0), format: 'csv' },
    ],
    ['asks for no report', 'POST', '/v1/compliance-reports', { from: inMs(-3_600_000), to: inMs(0) }],
    ['makes no machine', 'POST', '/v1/service-accounts', { name: 'Back door', role: 'admin' }],
    ['invites nobody', 'POST', '/v1/invitations', { email: 'friend@example.com', role: 'admin' }],
  ])('%s, at once', async (_, method, path, body) => {
    expectProblem(await robin.call(method, path, body, { 'if-match': '*' }), 403, 'not_a_member');
  });

  test('publishes, disconnects, launches and shares nothing', async () => {
    const post = await write(owner, accountId, 'Fresh from the roastery');
    const planned = await write(owner, accountId, 'Autumn is here');
    const campaign = await plan(owner, [{ postId: planned.id, publishAt: inMs(3_600_000) }]);
    await allHaveHeard(robin, 'not_a_member');
    for (const [method, path, body] of [
      ['POST', `/v1/posts/${post.id}/publish`, undefined],
      ['DELETE', `/v1/posts/${post.id}`, undefined],
      ['POST', '/v1/calendar/feeds', {}],
      ['DELETE', `/v1/accounts/${accountId}`, undefined],
      ['POST', '/v1/accounts/connections/start', {}],
      ['POST', `/v1/campaigns/${campaign.id}/launch`, { reportVersion: 'a'.repeat(32) }],
    ] as const) {
      expectProblem(await robin.call(method, path, body), 403, 'not_a_member');
    }
    expect(await read(owner, post)).toMatchObject({ status: 'draft' });
    const Account = z.object({ status: z.string() });
    expect(await owner.do(Account, 'GET', `/v1/accounts/${accountId}`)).toMatchObject({ status: 'connected' });
    // What only reads goes by the token, as long as it lives.
    expect((await robin.call('GET', '/v1/posts')).status).toBe(200);
    expect(await publish(owner, post)).toMatchObject({ status: 'scheduled' });
  });

  test('signs out all the same', async () => {
    expect((await robin.call('POST', '/v1/auth/sign-out', {})).status).toBe(204);
  });
});

test('an admin who was made an analyst does what an analyst may, also with the token from before', async () => {
  const kim = new Marketer(stage, 'kim');
  await joinByInvitation(owner, kim, 'admin');
  const { personId } = await whereIs(kim);
  const Member = z.object({ version: z.number() });
  const { version } = await owner.do(Member, 'GET', `/v1/members/${personId}`);
  await owner.do(z.unknown(), 'PATCH', `/v1/members/${personId}`, { role: 'analyst' }, { 'if-match': `"v${version}"` });
  const answer = await kim.call('PATCH', '/v1/workspace', { requireMfa: false }, { 'if-match': '*' });
  expectProblem(answer, 403, 'role_lacks_permission');
  await allHaveHeard(kim, 'role_lacks_permission');
  expect((await kim.call('GET', '/v1/posts')).status).toBe(200);
});

describe('a stolen access token, after its person changed the password', () => {
  const maya = new Marketer(stage, 'maya');
  const thief = new Marketer(stage, 'maya');
  beforeAll(async () => {
    await maya.join();
    Object.assign(thief, { email: maya.email, password: maya.password });
    await thief.signIn();
    const body = { currentPassword: maya.password, password: 'Another-Horse-7-Staple' };
    expect((await maya.call('POST', '/v1/me/password', body)).status).toBe(204);
  });

  test('makes no machine and invites nobody, at once', async () => {
    const machine = { name: 'Back door', role: 'admin' };
    expectProblem(await thief.call('POST', '/v1/service-accounts', machine), 401, 'session_ended');
    const invitation = { email: 'friend@example.com', role: 'owner' };
    expectProblem(await thief.call('POST', '/v1/invitations', invitation), 401, 'session_ended');
    expect((await maya.call('POST', '/v1/service-accounts', machine)).status).toBe(201);
  });

  test('changes nothing in the other contexts, as soon as they have heard; the token that changed it does', async () => {
    for (const [method, path, body] of harmless) {
      await eventually(`${path} answers session_ended`, async () => {
        const answer = await thief.call(method, path, body);
        return answer.status === 401 ? expectProblem(answer, 401, 'session_ended') : undefined;
      });
      expect((await maya.call(method, path, body)).status).not.toBe(401);
    }
  });
});
