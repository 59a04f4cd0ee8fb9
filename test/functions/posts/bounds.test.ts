import { beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import * as approval from '#functions/posts/approval/contract.ts';
import { maxComments, maxCommentsInAll } from '#functions/posts/domain/comment.ts';
import { maxTemplates } from '#functions/posts/domain/template.ts';
import { exportsPerDay, importsPerDay } from '#functions/posts/domain/transfer.ts';
import { currentVersion, maxVersions } from '#functions/posts/domain/version.ts';
import { postStore } from '#functions/posts/store/posts.ts';
import { versionStore } from '#functions/posts/store/versions.ts';
import * as templates from '#functions/posts/templates/contract.ts';
import * as transfer from '#functions/posts/transfer/contract.ts';
import * as versions from '#functions/posts/versions/contract.ts';
import { PostView } from '#functions/posts/views.ts';
import * as writing from '#functions/posts/writing/contract.ts';
import type { Operation } from '#shared/http/operation.ts';
import { Problem } from '#shared/http/problem.ts';
import type { Sent } from '#test/support/context-harness.ts';
import { owner } from '#test/support/http-event.ts';
import { memoryTable } from '#test/support/memory/table.ts';
import { draft, type Harness, harness } from './harness.ts';
import { aPost, author, noon, workspaceId } from './samples.ts';

let context: Harness;
beforeEach(async () => {
  context = await harness();
});

const refusalOf = async (operation: Operation, sent?: Sent) => {
  const answer = await context.call(operation, sent);
  return [answer.status, Problem.parse(answer.body).code];
};
/** Sets the counter as if this many existed. */
const counted = (what: string, count: number) =>
  context.table.put({ pk: workspaceId, sk: `COUNT#${what}`, type: 'count', counted: count });
const askedToday = (what: string, count: number) =>
  context.table.put({ pk: workspaceId, sk: `DAILY#${what}#2026-11-22`, type: 'daily_count', count });

describe('templates', () => {
  const body = { name: 'Offer', parts: [{ text: 'Tea' }], variables: [] };
  const create = async () => context.call(templates.createTemplate, { body });

  test('are limited per workspace, under concurrent requests too, and deleting one makes room', async () => {
    await counted('TEMPLATES', maxTemplates.most - 2);
    const answers = await Promise.all([create(), create(), create(), create()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 409, 409]);
    expect(await refusalOf(templates.createTemplate, { body })).toEqual([409, 'too_many_templates']);
    const [one] = (await context.ask(templates.listTemplates, templates.listTemplates.response, {})).body.items;
    expect((await context.call(templates.deleteTemplate, { path: { templateId: one?.id ?? '' } })).status).toBe(204);
    expect((await create()).status).toBe(201);
    expect((await create()).status).toBe(409);
  });

  test('are limited to half the total per person, and deletion by anyone makes room for their creator', async () => {
    const as = { ...owner, personId: `${owner.personId.slice(0, -1)}W` };
    const mine = { pk: workspaceId, sk: 'COUNT#TEMPLATES', type: 'count', counted: 300 };
    await context.table.put({ ...mine, [`by#${owner.personId}`]: maxTemplates.most / 2 - 1 });
    const answers = await Promise.all([create(), create()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(await refusalOf(templates.createTemplate, { body })).toEqual([409, 'too_many_own_templates']);
    const made = await context.call(templates.createTemplate, { body, as });
    expect(made.status).toBe(201);
    expect(made.raw).not.toContain('createdBy');
    const own = answers.find(({ status }) => status === 201);
    const { id: templateId } = z.object({ id: z.string() }).parse(own?.body);
    expect((await context.call(templates.deleteTemplate, { path: { templateId }, as })).status).toBe(204);
    expect((await create()).status).toBe(201);
    expect((await create()).status).toBe(409);
  });

  test('are refused with template_too_large before they exceed the item size of DynamoDB', async () => {
    const options = Array.from({ length: 50 }, (_, each) => `${each} ${'語'.repeat(195)}`);
    const variables = Array.from({ length: 15 }, (_, each) => ({ name: `v${each}`, type: 'choice', options }));
    const large = { ...body, variables };
    expect(Buffer.byteLength(JSON.stringify(large))).toBeGreaterThan(400 * 1024);
    const answer = await context.ask(templates.createTemplate, Problem, { body: large });
    expect([answer.status, answer.body.code]).toEqual([422, 'template_too_large']);
    expect(answer.body.detail).toContain('350000 bytes');
    const { id: templateId } = (await context.ask(templates.createTemplate, templates.TemplateView, { body })).body;
    const change = { path: { templateId }, headers: { 'if-match': '*' }, body: { variables } };
    expect(await refusalOf(templates.changeTemplate, change)).toEqual([422, 'template_too_large']);
  });
});

describe('comments', () => {
  const say = (postId: string) => context.call(approval.commentPost, { path: { postId }, body: { text: 'Hm' } });

  test('are limited per post, but a submission may still carry one', async () => {
    const { id: postId } = await draft(context);
    await counted(`COMMENTS#${postId}`, maxComments.most - 1);
    expect((await say(postId)).status).toBe(201);
    const asked = { path: { postId }, body: { text: 'Hm' } };
    expect(await refusalOf(approval.commentPost, asked)).toEqual([409, 'too_many_comments']);
    expect((await say((await draft(context)).id)).status).toBe(201);
    const submitted = { path: { postId }, body: { comment: 'Please' } };
    expect((await context.call(approval.submitPost, submitted)).status).toBe(200);
  });

  test('beyond the overall limit refuse the submission or approval that carries them, unchanged', async () => {
    const { id: postId } = await draft(context);
    await counted(`COMMENTS#${postId}`, maxCommentsInAll.most);
    const asked = { path: { postId }, headers: { 'if-match': '*' }, body: { comment: 'Please' } };
    expect(await refusalOf(approval.submitPost, asked)).toEqual([409, 'too_many_comments']);
    expect(await refusalOf(approval.approvePost, asked)).toEqual([409, 'too_many_comments']);
    expect((await context.deps.posts.get(workspaceId, postId)).approval.status).toBe('none');
    expect((await context.call(approval.submitPost, { path: { postId }, body: {} })).status).toBe(200);
  });
});

describe('imports and exports', () => {
  test('are limited per workspace and day, dry runs included', async () => {
    await askedToday('IMPORTS', importsPerDay.most - 1);
    await askedToday('EXPORTS', exportsPerDay.most - 1);
    const body = { format: 'json', mode: 'each', content: '[]', dryRun: true };
    expect((await context.call(transfer.importPosts, { body })).status).toBeLessThan(429);
    expect(await refusalOf(transfer.importPosts, { body })).toEqual([429, 'too_many_imports']);
    const query = { format: 'csv' };
    expect((await context.call(transfer.exportPosts, { query })).status).toBe(200);
    const refused = await context.call(transfer.exportPosts, { query });
    expect([refused.status, refused.headers['Retry-After']]).toEqual([429, '43200']);
    context.clock.set(new Date('2026-11-23T00:00:00.000Z'));
    expect((await context.call(transfer.exportPosts, { query })).status).toBe(200);
    expect((await context.call(transfer.importPosts, { body })).status).toBeLessThan(429);
  });
});

describe('exports by one member', () => {
  test('are limited to a third of the workspace’s daily limit, so that others can still export', async () => {
    const analyst = { ...owner, personId: 'usr_01KATJ9V5H8Q3M4N5P6R7S8T9A', role: 'analyst' as const };
    const ask = async (as = owner) =>
      (await context.call(transfer.exportPosts, { query: { format: 'csv' }, as })).status;
    for (let each = 0; each < Math.ceil(exportsPerDay.most / 3); each += 1) expect(await ask(analyst)).toBe(200);
    expect(await ask(analyst)).toBe(429);
    expect(await ask()).toBe(200);
  });
});

describe('versions', () => {
  test('are kept up to a maximum per post, beyond which each write removes the oldest', async () => {
    const { table, items } = memoryTable(() => noon);
    const { version: _, ...written } = aPost();
    let post = await postStore(table).create(written, author);
    for (let each = 0; each < maxVersions + 5; each += 1) {
      post = await postStore(table).save(
        { ...post, contentVersion: post.contentVersion + 1 },
        author,
        currentVersion(post),
      );
    }
    const kept = [...items.values()].filter(({ type }) => type === 'post_version');
    expect(kept.map(({ contentVersion }) => contentVersion)).toEqual(
      Array.from({ length: maxVersions }, (_, each) => each + 6),
    );
    expect(await versionStore(table).find(workspaceId, post.id, 5)).toBeUndefined();
  });

  test('are listed page by page to the oldest kept, and older ones return version_not_found', async () => {
    const { id: postId } = await draft(context);
    for (let each = 0; each < maxVersions + 2; each += 1) {
      const sent = { path: { postId }, headers: { 'if-match': '*' }, body: { parts: [{ text: `Text ${each}` }] } };
      await context.ask(writing.changePost, PostView, sent);
    }
    const numbers: number[] = [];
    let cursor: string | null = null;
    do {
      const query: Record<string, string> = { limit: '100', ...(cursor !== null && { cursor }) };
      const page: (typeof versions.listVersions.response)['_output'] = (
        await context.ask(versions.listVersions, versions.listVersions.response, { path: { postId }, query })
      ).body;
      numbers.push(...page.items.map(({ contentVersion }) => contentVersion));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect([numbers[0], numbers.at(-1), numbers.length]).toEqual([maxVersions + 3, 3, maxVersions + 1]);
    const gone = { path: { postId, version: '2' } };
    expect(await refusalOf(versions.getVersion, gone)).toEqual([404, 'version_not_found']);
  });
});
