import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { listAuditEvents, verifyAuditEvents } from '#functions/users/audit/contract.ts';
import { ComplianceReportView } from '#functions/users/compliance/contract.ts';
import { type AuditLink, followChain, origin } from '#functions/users/domain/audit-chain.ts';
import { exportMe, getMyExport } from '#functions/users/privacy/export-contract.ts';
import { eventually, Marketer, newXUser, postsOnX } from '#infra/local/marketer.ts';
import { expectProblem, send, whereIs } from '../support/integration/answers.ts';
import { becomes, Post } from '../support/integration/desk.ts';
import { joinByInvitation } from '../support/integration/invitations.ts';
import { stage } from '../support/integration/stage.ts';
import { totpAt } from '../support/integration/totp.ts';

const Tokens = z.object({ accessToken: z.string(), refreshToken: z.string() });
const Secret = z.object({ secret: z.string() });
const Machine = z.object({ clientId: z.string(), clientSecret: z.string() });

const Members = z.object({ items: z.array(z.object({ role: z.string(), status: z.string() })) });

const renew = async (person: Marketer): Promise<void> => {
  const tokens = await person.do(Tokens, 'POST', '/v1/auth/refresh', { refreshToken: person.refreshToken });
  Object.assign(person, tokens);
};

/** Enrols an authenticator: a workspace that requires MFA allows nothing else before. */
const enrol = async (person: Marketer): Promise<void> => {
  const { secret } = await person.do(Secret, 'POST', '/v1/me/totp', { password: person.password });
  const confirmed = await person.call('POST', '/v1/me/totp/confirm', { code: totpAt(secret, new Date()) });
  expect(confirmed.status).toBe(204);
  await renew(person);
};

/** The whole trail of the caller's workspace in chain order; the API lists it in order of time. */
const trailOf = async (person: Marketer): Promise<AuditLink[]> => {
  const links: AuditLink[] = [];
  let cursor = '';
  do {
    const path = `/v1/audit-events?limit=100${cursor}`;
    const { items, nextCursor } = await person.do(listAuditEvents.response, 'GET', path);
    links.push(...items);
    cursor = nextCursor === null ? '' : `&cursor=${encodeURIComponent(nextCursor)}`;
  } while (cursor !== '');
  return links.sort((one, other) => one.sequence - other.sequence);
};

const follow = async (links: readonly AuditLink[]) => {
  const rows = async function* () {
    for (const link of links) yield { sequence: link.sequence, link };
  };
  return (await followChain(rows(), { from: origin, signed: new Map(), mayGoOn: () => true })).verdict;
};

test('a new team enrols MFA, works within its roles and by service account, verifies its audit trail, and can leave', async () => {
  const owner = await new Marketer(stage, 'owner').join();
  const { workspaceId } = await whereIs(owner);

  // MFA can be required only once the owner has enrolled.
  const demand = () => owner.call('PATCH', '/v1/workspace', { requireMfa: true }, { 'if-match': '*' });
  expectProblem(await demand(), 409, 'own_mfa_missing');
  await enrol(owner);
  expect((await demand()).status).toBe(200);
  expect((await owner.call('GET', '/v1/members')).status).toBe(200);

  // Three people are invited; each can do nothing but enrol, and then what their role permits.
  const [manager, editor, analyst] = [
    new Marketer(stage, 'manager'),
    new Marketer(stage, 'editor'),
    new Marketer(stage, 'analyst'),
  ];
  const team = { manager, editor, analyst } as const;
  for (const [role, person] of Object.entries(team)) {
    await joinByInvitation(owner, person, z.enum(['manager', 'editor', 'analyst']).parse(role));
    expectProblem(await person.call('GET', '/v1/posts'), 403, 'mfa_required');
    await enrol(person);
    expect(await whereIs(person)).toMatchObject({ workspaceId, role });
  }
  const username = await newXUser(stage);
  const accountId = await owner.connect(username);
  const text = `From the team, ${randomUUID()}`;
  const post = await eventually('the account is known to posts', async () => {
    const answer = await editor.call('POST', '/v1/posts', { accountId, parts: [{ text }] });
    return answer.status === 404 ? undefined : Post.parse(answer.body);
  });
  expectProblem(await editor.call('POST', `/v1/posts/${post.id}/publish`), 403, 'role_lacks_permission');
  expectProblem(
    await analyst.call('POST', '/v1/posts', { accountId, parts: [{ text: 'Mine' }] }),
    403,
    'role_lacks_permission',
  );
  expect((await analyst.call('GET', `/v1/posts/${post.id}`)).status).toBe(200);
  expectProblem(
    await manager.call('POST', '/v1/invitations', { email: 'x@example.com', role: 'owner' }),
    403,
    'role_lacks_permission',
  );
  expect((await manager.call('POST', `/v1/posts/${post.id}/publish`)).status).toBe(202);
  await becomes(analyst, post, 'published');

  // The editor is removed and loses access.
  const { personId: editorId } = await whereIs(editor);
  expect((await owner.call('DELETE', `/v1/members/${editorId}`)).status).toBe(204);
  await renew(editor);
  expectProblem(await editor.call('GET', `/v1/posts/${post.id}`), 404, 'post_not_found');

  // A service account publishes.
  const { clientId, clientSecret } = await owner.do(Machine, 'POST', '/v1/service-accounts', {
    name: 'Publisher',
    role: 'manager',
  });
  const granted = await send('POST', '/v1/auth/token', {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret }),
  });
  const machine = new Marketer(stage, 'machine');
  machine.accessToken = z.object({ access_token: z.string() }).parse(granted.body).access_token;
  const said = `From the machine, ${randomUUID()}`;
  const byMachine = await machine.do(Post, 'POST', '/v1/posts', { accountId, parts: [{ text: said }] });
  await machine.do(Post, 'POST', `/v1/posts/${byMachine.id}/publish`);
  await becomes(machine, byMachine, 'published');
  expect((await postsOnX(stage, username)).map(({ rawText }) => rawText)).toEqual([text, said]);

  // The trail names who did what, and verifies; a copy that was tampered with does not.
  const trail = await eventually('the machine in the trail', async () => {
    const links = await trailOf(owner);
    const isTold = links.some(({ eventType, entityId }) => eventType === 'post.published' && entityId === byMachine.id);
    return isTold ? links : undefined;
  });
  const doers = (type: string) => trail.filter((link) => link.eventType === type).map(({ actor }) => actor.id);
  expect(doers('member.removed')).toEqual([(await whereIs(owner)).personId]);
  expect(trail).toContainEqual(
    expect.objectContaining({
      eventType: 'post.created',
      entityId: byMachine.id,
      actor: { type: 'service_account', id: clientId },
    }),
  );
  const verdict = await owner.do(verifyAuditEvents.response, 'GET', '/v1/audit-events/verify');
  expect(verdict).toMatchObject({ verdict: 'intact', from: 0 });
  expect(await follow(trail)).toBe('intact');
  const middle = Math.floor(trail.length / 2);
  const touched = trail.map((link, place) =>
    place === middle ? { ...link, actor: { type: 'person' as const, id: editorId } } : link,
  );
  expect(await follow(touched)).toBe('broken');
  expect(await follow(trail.toSpliced(middle, 1))).toBe('broken');

  // The compliance report covers it, without email addresses.
  const body = { from: new Date(Date.now() - 3_600_000).toISOString(), to: new Date().toISOString() };
  const { id: reportId } = await owner.do(ComplianceReportView, 'POST', '/v1/compliance-reports', body);
  const report = await eventually('the compliance report', async () => {
    const found = await owner.do(ComplianceReportView, 'GET', `/v1/compliance-reports/${reportId}`);
    return found.status === 'requested' ? undefined : found;
  });
  expect(report).toMatchObject({
    status: 'ready',
    summary: { chain: { verdict: 'intact', brokenAt: null }, members: 3 },
  });
  const written = await (await fetch(z.string().parse(report.links?.json))).text();
  for (const named of [editorId, clientId, 'member.removed', 'service_account.created'])
    expect(written).toContain(named);
  for (const { email } of [owner, manager, editor, analyst]) expect(written).not.toContain(email);

  // The analyst exports their data and erases themselves; a sole owner cannot.
  const { personId: analystId } = await whereIs(analyst);
  const { id: exportId } = await analyst.do(exportMe.response, 'POST', '/v1/me/export');
  const mine = await eventually('the archive', async () => {
    const found = await analyst.do(getMyExport.response, 'GET', `/v1/me/exports/${exportId}`);
    return found.status === 'requested' ? undefined : found;
  });
  const archive = await (await fetch(z.string().parse(mine.link?.url))).text();
  expect(archive).toContain(analyst.email);
  expect(archive).not.toContain(manager.email);
  expectProblem(await owner.call('DELETE', '/v1/me', { password: owner.password }), 409, 'sole_owner');
  const gone = await analyst.call('DELETE', '/v1/me', { password: analyst.password });
  expect(gone.status).toBe(202);
  const erased = async () => {
    const { items } = await owner.do(listAuditEvents.response, 'GET', '/v1/audit-events?eventType=person.erased');
    return items.some(({ entityId }) => entityId === analystId) ? true : undefined;
  };
  await eventually('the erasure in the trail', erased, { withinMs: 150_000, everyMs: 1000 });
  const { email, password } = analyst;
  expect((await analyst.call('POST', '/v1/auth/sign-in', { email, password })).status).toBe(401);
  const { items: members } = await owner.do(Members, 'GET', '/v1/members?limit=100');
  expect(
    members
      .filter(({ status }) => status === 'active')
      .map(({ role }) => role)
      .sort(),
  ).toEqual(['manager', 'owner']);
  const last = await owner.do(verifyAuditEvents.response, 'GET', '/v1/audit-events/verify');
  expect(last).toMatchObject({ verdict: 'intact', from: 0 });
}, 300_000);
