import { beforeEach, describe, expect, test } from 'vitest';
import * as templates from '#functions/posts/templates/contract.ts';
import { PostView } from '#functions/posts/views.ts';
import { Problem } from '#shared/http/problem.ts';
import type { Role } from '#shared/permissions.ts';
import { owner } from '#test/support/http-event.ts';
import { type Harness, harness } from '../harness.ts';
import { accountId } from '../samples.ts';

let context: Harness;
beforeEach(async () => {
  context = await harness();
});

const { TemplateView } = templates;
const body = {
  name: 'Offer',
  parts: [{ text: '{{what}} for {{price}} €' }, { text: 'See {{link}}' }],
  variables: [
    { name: 'what', type: 'text', maxLength: 40 },
    { name: 'price', type: 'number', min: 1, max: 100 },
    { name: 'link', type: 'url', default: 'https://example.com' },
  ],
};
const made = async (said: object = {}) =>
  context.ask(templates.createTemplate, TemplateView, { body: { ...body, ...said } });
const values = { what: 'Tea', price: 4.5 };

describe('a template', () => {
  test('can be created, read, changed and deleted, but not at a stale version', async () => {
    const { status, etag, body: template } = await made();
    expect([status, etag]).toEqual([201, '"v1"']);
    expect(template).toMatchObject({ name: 'Offer', variables: [{ isRequired: true, default: null }, {}, {}] });
    const path = { templateId: template.id };
    expect((await context.ask(templates.getTemplate, TemplateView, { path })).body).toEqual(template);
    const change = (ifMatch: Record<string, string>) => ({ path, body: { name: 'Sale' }, headers: ifMatch });
    const changed = await context.ask(templates.changeTemplate, TemplateView, change({ 'if-match': '"v1"' }));
    expect(changed.body).toMatchObject({ name: 'Sale', version: 2, parts: template.parts });
    expect((await context.ask(templates.changeTemplate, Problem, change({ 'if-match': '"v1"' }))).status).toBe(412);
    expect((await context.ask(templates.changeTemplate, Problem, change({}))).status).toBe(428);
    const stale = { path, headers: { 'if-match': '"v1"' } };
    expect((await context.call(templates.deleteTemplate, stale)).status).toBe(412);
    expect((await context.call(templates.deleteTemplate, { path })).status).toBe(204);
    expect((await context.ask(templates.getTemplate, Problem, { path })).body.code).toBe('template_not_found');
  });

  test('publishes template.changed with its variables and required ones whenever it is written', async () => {
    const path = { templateId: (await made()).body.id };
    const variables = [{ ...body.variables[0], isRequired: false }, ...body.variables.slice(1)];
    const sent = { path, body: { variables }, headers: { 'if-match': '*' } };
    await context.ask(templates.changeTemplate, TemplateView, sent);
    const all = body.variables.map(({ name }) => name);
    expect(context.told()).toEqual([
      ['template.changed', { requiredVariables: ['what', 'price'], variables: all }],
      ['template.changed', { requiredVariables: ['price'], variables: all }],
    ]);
  });

  test('that could not be filled is refused on creation and on change', async () => {
    const refused = await context.ask(templates.createTemplate, Problem, { body: { ...body, variables: [] } });
    expect([refused.status, refused.body.code]).toEqual([422, 'invalid_template']);
    const { body: template } = await made();
    const change = { path: { templateId: template.id }, body: { variables: [] }, headers: { 'if-match': '*' } };
    const { body: problem } = await context.ask(templates.changeTemplate, Problem, change);
    expect(problem.fields?.map(({ path, code }) => [path, code])).toEqual([
      ['body.parts.0.text', 'unknown_variable'],
      ['body.parts.0.text', 'unknown_variable'],
      ['body.parts.1.text', 'unknown_variable'],
    ]);
  });

  test('is listed page by page, newest first', async () => {
    for (const name of ['A', 'B', 'C']) {
      context.clock.set(new Date(context.clock.now().getTime() + 1_000));
      await made({ name });
    }
    const page = async (query: Record<string, string>) =>
      (await context.ask(templates.listTemplates, templates.listTemplates.response, { query })).body;
    const first = await page({ limit: '2' });
    expect(first.items.map(({ name }) => name)).toEqual(['C', 'B']);
    expect(first.items[0]).not.toHaveProperty('parts');
    const rest = await page({ limit: '2', cursor: first.nextCursor ?? '' });
    expect([rest.items.map(({ name }) => name), rest.nextCursor]).toEqual([['A'], null]);
  });

  test.each([
    { name: ' ' },
    { parts: [] },
    { variables: [{ name: '1st', type: 'text' }] },
    { variables: [{ name: 'a', type: 'colour' }] },
    { variables: [{ name: 'a', type: 'choice', options: [] }] },
    { variables: Array.from({ length: 31 }, (_, place) => ({ name: `v${place}`, type: 'text' })) },
    { other: 1 },
  ])('is refused when it is malformed: %j', async (said) => {
    expect((await context.ask(templates.createTemplate, Problem, { body: { ...body, ...said } })).status).toBe(400);
  });

  test('cannot be read, changed, deleted, previewed or used by another workspace', async () => {
    const path = { templateId: (await made()).body.id };
    const as = { ...owner, workspaceId: 'wsp_01KATJ9V5H8Q3M4N5P6R7S8T9W' };
    const headers = { 'if-match': '*' };
    const refused = [
      await context.ask(templates.getTemplate, Problem, { path, as }),
      await context.ask(templates.changeTemplate, Problem, { path, as, headers, body: { name: 'Mine' } }),
      await context.ask(templates.deleteTemplate, Problem, { path, as }),
      await context.ask(templates.previewTemplate, Problem, { path, as, body: { values } }),
      await context.ask(templates.useTemplate, Problem, { path, as, body: { accountId, values } }),
    ];
    expect(refused.map((answer) => answer.body.code)).toEqual(Array(5).fill('template_not_found'));
  });

  test('can be previewed by an analyst, but not created or used', async () => {
    const path = { templateId: (await made()).body.id };
    const as = { ...owner, role: 'analyst' as Role };
    expect((await context.call(templates.createTemplate, { body, as })).status).toBe(403);
    expect((await context.call(templates.useTemplate, { path, as, body: { accountId, values } })).status).toBe(403);
    expect((await context.call(templates.previewTemplate, { path, as, body: { values } })).status).toBe(200);
  });
});

describe('a template with values', () => {
  test('is previewed with the weights that X counts, and nothing is written', async () => {
    const path = { templateId: (await made()).body.id };
    const preview = templates.previewTemplate;
    const { body: shown } = await context.ask(preview, preview.response, { path, body: { values } });
    expect(shown.parts.map(({ text, weightedLength }) => [text, weightedLength])).toEqual([
      ['Tea for 4.5 €', 14],
      ['See https://example.com', 27],
    ]);
    expect(context.changes.map(({ after }) => after?.type)).toEqual(['template']);
  });

  test('becomes a draft', async () => {
    const path = { templateId: (await made()).body.id };
    const { status, body: post } = await context.ask(templates.useTemplate, PostView, {
      path,
      body: { accountId, values },
    });
    expect(status).toBe(201);
    expect(post).toMatchObject({
      status: 'draft',
      accountId,
      writtenBy: owner.personId,
      parts: [{ text: 'Tea for 4.5 €' }, { text: 'See https://example.com' }],
    });
    expect(context.told().slice(1)).toEqual([['post.created', { accountId }]]);
  });

  test('is refused with every missing, unknown or invalid variable', async () => {
    const path = { templateId: (await made()).body.id };
    const wrong = { price: 101, prise: 1 };
    for (const [operation, sent] of [
      [templates.previewTemplate, { values: wrong }],
      [templates.useTemplate, { accountId, values: wrong }],
    ] as const) {
      const { status, body: problem } = await context.ask(operation, Problem, { path, body: sent });
      expect([status, problem.code]).toEqual([422, 'invalid_values']);
      expect(problem.fields?.map(({ path: at, code }) => [at, code])).toEqual([
        ['body.values.prise', 'unknown_variable'],
        ['body.values.what', 'missing_variable'],
        ['body.values.price', 'invalid_value'],
      ]);
    }
  });

  test('that X would refuse does not become a draft', async () => {
    const path = {
      templateId: (await made({ variables: [{ ...body.variables[0], maxLength: 400 }, ...body.variables.slice(1)] }))
        .body.id,
    };
    const sent = { path, body: { accountId, values: { ...values, what: 'x'.repeat(400) } } };
    expect((await context.ask(templates.useTemplate, Problem, sent)).body.code).toBe('unpublishable');
  });

  test.each([
    { values: { '2x': 'a' } },
    { values: { what: null } },
    { values: { what: ['a'] } },
    { values: '__proto__' },
  ])('is refused with 400 when malformed: %j', async (sent) => {
    const path = { templateId: (await made()).body.id };
    expect((await context.ask(templates.previewTemplate, Problem, { path, body: sent })).status).toBe(400);
  });
});
