import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { launch } from '#infra/local/campaigns.ts';
import { eventually, Marketer, newXUser, postsOnX } from '#infra/local/marketer.ts';
import { expectProblem, send, whenHeardOf, whereIs } from '../support/integration/answers.ts';
import {
  becomes,
  decideApproval,
  inMs,
  plan,
  publish,
  schedule,
  turn,
  uploadPicture,
  write,
} from '../support/integration/desk.ts';
import { joinWorkspaceOf } from '../support/integration/members.ts';
import { stage, tableOf } from '../support/integration/stage.ts';

/* Attacks by members who may write, but may not schedule or approve what they wrote. */

const [owner, admin, manager, editor] = ['owner', 'admin', 'manager', 'editor'].map(
  (name) => new Marketer(stage, name),
) as [Marketer, Marketer, Marketer, Marketer];
const usernames: string[] = [];
const accounts: string[] = [];
const [first, second] = [() => accounts[0] ?? '', () => accounts[1] ?? ''];
beforeAll(async () => {
  await Promise.all([owner, admin, manager, editor].map((member) => member.join()));
  await joinWorkspaceOf(admin, owner, 'admin');
  await joinWorkspaceOf(manager, owner, 'manager');
  await joinWorkspaceOf(editor, owner, 'editor');
  for (let count = 0; count < 2; count += 1) {
    const username = await newXUser(stage);
    usernames.push(username);
    accounts.push(await owner.connect(username));
  }
});

const day = 86_400_000;
const asIs = { 'if-match': '*' };
const Id = z.object({ id: z.string() });
const change = (who: Marketer, { id }: { id: string }, body: object) =>
  who.call('PATCH', `/v1/posts/${id}`, body, asIs);
const approve = (who: Marketer, { id }: { id: string }, body: object = {}) =>
  who.call('POST', `/v1/posts/${id}/approve`, body, asIs);

describe('a post that a manager scheduled', () => {
  test("is published unchanged, and rejects an editor's changes with post_is_scheduled", async () => {
    const mediaId = await uploadPicture(editor, 'A bag of coffee');
    const text = `Our autumn roast, ${randomUUID()}`;
    const draft = { accountId: first(), parts: [{ text, mediaIds: [mediaId] }] };
    const post = Id.parse((await whenHeardOf(() => editor.call('POST', '/v1/posts', draft))).body);
    const described = await editor.call('PATCH', `/v1/media/${mediaId}`, { altText: 'A bag of beans' }, asIs);
    expect(described.status).toBe(200);
    await schedule(manager, post, inMs(day));

    const attacks = [
      change(editor, post, { parts: [{ text: 'Buy at my shop', mediaIds: [mediaId] }] }),
      change(editor, post, { accountId: second() }),
      editor.call('DELETE', `/v1/posts/${post.id}`),
      editor.call('PATCH', `/v1/media/${mediaId}`, { altText: 'Buy at my shop' }, asIs),
      editor.call('PATCH', `/v1/media/${mediaId}`, { madeWithAi: true }, asIs),
    ];
    for (const answer of await Promise.all(attacks)) expectProblem(answer, 403, 'post_is_scheduled');

    await publish(manager, post);
    await becomes(manager, post, 'published');
    const shown = await postsOnX(stage, usernames[0] ?? '');
    expect(shown.filter(({ rawText }) => rawText === text)).toHaveLength(1);
    expect(await editor.call('GET', `/v1/media/${mediaId}`)).toMatchObject({ body: { altText: 'A bag of beans' } });
    const [wrote, scheduled] = await Promise.all([whereIs(editor), whereIs(manager)]);
    expect(await editor.call('GET', `/v1/posts/${post.id}/receipt`)).toMatchObject({
      body: { receipt: { writtenBy: wrote.personId, scheduledBy: scheduled.personId } },
    });
  });

  test('can be changed by a manager, and by the editor only once it is cancelled', async () => {
    const post = await write(editor, first(), `One, ${randomUUID()}`);
    await schedule(manager, post, inMs(day));
    expect((await change(manager, post, { parts: [{ text: `Two, ${randomUUID()}` }] })).status).toBe(200);
    expect((await manager.call('POST', `/v1/posts/${post.id}/cancel`)).status).toBe(200);
    expect((await change(editor, post, { parts: [{ text: `Three, ${randomUUID()}` }] })).status).toBe(200);
    expect((await editor.call('DELETE', `/v1/posts/${post.id}`)).status).toBe(204);
  });

  test("through a launched campaign rejects an editor's changes until the campaign is cancelled", async () => {
    const mediaId = await uploadPicture(editor);
    const draft = { accountId: first(), parts: [{ text: `In weeks, ${randomUUID()}`, mediaIds: [mediaId] }] };
    const post = Id.parse((await whenHeardOf(() => editor.call('POST', '/v1/posts', draft))).body);
    const campaign = await plan(editor, [{ postId: post.id, publishAt: inMs(30 * day) }]);
    expect((await change(editor, post, { paidPartnership: true })).status).toBe(200);
    await launch(manager, campaign);
    const { workspaceId } = await whereIs(editor);
    const posts = await tableOf('posts');
    await eventually('posts have heard of the launch', async () => {
      const heard = [`CAMPAIGN_SLOT#${post.id}`, `CAMPAIGN_LAUNCH#${campaign.id}`];
      const found = await posts.getAll(heard.map((sk) => ({ pk: workspaceId, sk })));
      return found.length === heard.length || undefined;
    });
    const attacks = [
      change(editor, post, { paidPartnership: false }),
      editor.call('DELETE', `/v1/posts/${post.id}`),
      editor.call('PATCH', `/v1/media/${mediaId}`, { altText: 'Buy at my shop' }, asIs),
    ];
    for (const answer of await Promise.all(attacks)) expectProblem(answer, 403, 'post_is_scheduled');
    const other = { posts: [{ postId: post.id, publishAt: inMs(day) }] };
    const replanned = await editor.call('PUT', `/v1/campaigns/${campaign.id}/plan`, other, asIs);
    // An editor's new plan takes effect only once somebody who may launch applies it.
    expect(replanned).toMatchObject({ status: 200, body: { planVersion: 2, appliedPlanVersion: 1 } });
    const apply = { reportVersion: 'a'.repeat(32) };
    const applied = await editor.call('POST', `/v1/campaigns/${campaign.id}/apply`, apply);
    expectProblem(applied, 403, 'role_lacks_permission');
    await turn(manager, campaign, 'cancel');
    await eventually('posts have heard of the end', async () =>
      (await change(editor, post, { paidPartnership: false })).status === 200 ? true : undefined,
    );
  });
});

describe('four-eyes approval', () => {
  const Machine = z.object({ clientId: z.string(), clientSecret: z.string() });
  const Token = z.object({ access_token: z.string() });

  /** Creates a service account and returns how it calls the API. */
  const machineOf = async (maker: Marketer, role: string) => {
    const made = await maker.do(Machine, 'POST', '/v1/service-accounts', { name: 'Second hand', role });
    const headers = { 'content-type': 'application/json' };
    const credentials = { client_id: made.clientId, client_secret: made.clientSecret };
    const body = JSON.stringify({ grant_type: 'client_credentials', ...credentials });
    const { access_token: token } = Token.parse((await send('POST', '/v1/auth/token', { headers, body })).body);
    return (path: string, said: object) =>
      send('POST', path, {
        headers: { ...headers, ...asIs, authorization: `Bearer ${token}` },
        body: JSON.stringify(said),
      });
  };

  beforeAll(async () => {
    await decideApproval(owner, 'four_eyes');
  });

  test('cannot be satisfied by an admin together with their own service account', async () => {
    const writer = await machineOf(admin, 'editor');
    const said = { accountId: first(), parts: [{ text: `By a machine, ${randomUUID()}` }] };
    const byMachine = Id.parse((await writer('/v1/posts', said)).body);
    expectProblem(await approve(admin, byMachine), 403, 'four_eyes');

    const approver = await machineOf(admin, 'manager');
    expectProblem(await approver(`/v1/posts/${byMachine.id}/approve`, {}), 403, 'only_for_people');
    const own = await write(admin, first(), `By an admin, ${randomUUID()}`);
    expectProblem(await approver(`/v1/posts/${own.id}/approve`, {}), 403, 'only_for_people');

    expect((await approve(manager, byMachine)).status).toBe(200);
    expect((await approve(manager, own)).status).toBe(200);
  });

  test('cannot be given by the author, even after somebody else edits the post', async () => {
    const text = `By a manager, ${randomUUID()}`;
    const post = await write(manager, first(), text);
    expect((await change(editor, post, { parts: [{ text }] })).status).toBe(200);
    expectProblem(await approve(manager, post), 403, 'four_eyes');
    expect((await change(editor, post, { parts: [{ text: `${text} And more.` }] })).status).toBe(200);
    expectProblem(await approve(manager, post), 403, 'four_eyes');
    expect((await approve(admin, post)).status).toBe(200);
  });
});
