import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { eventually, Marketer, newXUser } from '#infra/local/marketer.ts';
import { expectProblem, whereIs } from '../support/integration/answers.ts';
import { inMs, plan, publish, read, write } from '../support/integration/desk.ts';
import { joinByInvitation } from '../support/integration/invitations.ts';
import { stage } from '../support/integration/stage.ts';

/**
 * Somebody was just removed or demoted, but their access token lives for 15 minutes. Changes would outlive the token,
 * so they are refused: in users at once, elsewhere as soon as the event arrives.
 */
const owner = new Marketer(stage, 'owner');
let accountId = '';
beforeAll(async () => {
  await owner.join();
  accountId = await owner.connect(await newXUser(stage));
});

/** Requests without effect that show when each context has handled the event. */
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

describe('a removed admin whose token is still valid', () => {
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
  ])('%s: the request is rejected with not_a_member at once', async (_, method, path, body) => {
    expectProblem(await robin.call(method, path, body, { 'if-match': '*' }), 403, 'not_a_member');
  });

  test('is rejected with not_a_member by posts, accounts and campaigns, but can still read', async () => {
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
    // Reads depend only on the token until it expires.
    expect((await robin.call('GET', '/v1/posts')).status).toBe(200);
    expect(await publish(owner, post)).toMatchObject({ status: 'scheduled' });
  });

  test('can still sign out', async () => {
    expect((await robin.call('POST', '/v1/auth/sign-out', {})).status).toBe(204);
  });
});

test("an admin demoted to analyst has only an analyst's permissions, even with the old token", async () => {
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

describe('a stolen access token, once its owner has changed the password,', () => {
  const maya = new Marketer(stage, 'maya');
  const thief = new Marketer(stage, 'maya');
  beforeAll(async () => {
    await maya.join();
    Object.assign(thief, { email: maya.email, password: maya.password });
    await thief.signIn();
    const body = { currentPassword: maya.password, password: 'Another-Horse-7-Staple' };
    expect((await maya.call('POST', '/v1/me/password', body)).status).toBe(204);
  });

  test('is rejected with session_ended at once for service accounts and invitations', async () => {
    const machine = { name: 'Back door', role: 'admin' };
    expectProblem(await thief.call('POST', '/v1/service-accounts', machine), 401, 'session_ended');
    const invitation = { email: 'friend@example.com', role: 'owner' };
    expectProblem(await thief.call('POST', '/v1/invitations', invitation), 401, 'session_ended');
    expect((await maya.call('POST', '/v1/service-accounts', machine)).status).toBe(201);
  });

  test("is rejected with session_ended by the other contexts once they hear of it; the owner's token is not", async () => {
    for (const [method, path, body] of harmless) {
      await eventually(`${path} answers session_ended`, async () => {
        const answer = await thief.call(method, path, body);
        return answer.status === 401 ? expectProblem(answer, 401, 'session_ended') : undefined;
      });
      expect((await maya.call(method, path, body)).status).not.toBe(401);
    }
  });
});
