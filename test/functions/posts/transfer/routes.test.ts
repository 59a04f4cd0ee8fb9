import * as fc from 'fast-check';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { defaultSettings } from '#events/users.ts';
import * as scheduling from '#functions/posts/scheduling/contract.ts';
import * as contract from '#functions/posts/transfer/contract.ts';
import { PostView } from '#functions/posts/views.ts';
import * as writing from '#functions/posts/writing/contract.ts';
import { Problem } from '#shared/http/problem.ts';
import { owner } from '#test/support/http-event.ts';
import { draft, type Harness, harness, later, put, scheduled } from '../harness.ts';
import { accountId, aMedia, author, mediaId, noon, otherAccountId } from '../samples.ts';

let context: Harness;
beforeEach(async () => {
  context = await harness();
});

const send = async (content: string, body: object = {}, sent = {}) =>
  context.ask(contract.importPosts, contract.importPosts.response, {
    body: { format: 'csv', mode: 'each', content, ...body },
    ...sent,
  });
const imported = async (content: string, body: object = {}) => (await send(content, body)).body;
const refused = async (content: string, body: object = {}) =>
  context.ask(contract.importPosts, Problem, { body: { format: 'csv', mode: 'each', content, ...body } });
const all = async () => (await context.deps.posts.list(owner.workspaceId, {}, { limit: 2_000, scope: {} })).items;
const texts = async () => (await all()).map(({ parts }) => parts.map(({ text }) => text).join('|')).sort();
const exported = async (query: Record<string, string>) =>
  (await context.ask(contract.exportPosts, contract.exportPosts.response, { query })).body;

const text = 'Said on New Year';
const columns = 'accountId,text,part2,publishAt,localTime,timeZone,replySettings,madeWithAi,paidPartnership';

describe('an import of CSV', () => {
  test('writes drafts, threads and scheduled posts, and reports every row', async () => {
    const report = await imported(
      [
        columns,
        `${accountId},Draft,,,,,,,`,
        `${accountId},One,Two,2026-11-22T13:00:00Z,,,mentionedUsers,TRUE,false`,
        `${accountId},Local,,,2026-11-22T15:00,Europe/Berlin,,,`,
        `${accountId},Default zone,,,2026-11-22T15:00,,,,`,
      ].join('\n'),
      { timeZone: 'America/New_York' },
    );
    expect(report).toMatchObject({
      written: 4,
      refused: 0,
      rows: [
        { row: 1, line: 2, outcome: 'created', fields: [] },
        { row: 2, line: 3, outcome: 'scheduled' },
        { row: 3, line: 4, outcome: 'scheduled' },
        { row: 4, line: 5, outcome: 'scheduled' },
      ],
    });
    const posts = await Promise.all(
      report.rows.map(({ postId }) => context.deps.posts.get(owner.workspaceId, postId ?? '')),
    );
    expect(posts).toMatchObject([
      { status: 'draft', version: 1, writtenBy: owner.personId, scheduledAt: null },
      {
        status: 'scheduled',
        version: 1,
        parts: [{ text: 'One' }, { text: 'Two' }],
        scheduledAt: later,
        scheduledBy: owner.personId,
        replySettings: 'mentionedUsers',
        madeWithAi: true,
        paidPartnership: false,
      },
      { scheduledAt: '2026-11-22T14:00:00.000Z', timeZone: 'Europe/Berlin' },
      { scheduledAt: '2026-11-22T20:00:00.000Z', timeZone: 'America/New_York' },
    ]);
    expect(posts.every(({ contentHash }) => contentHash.length === 64)).toBe(true);
    const told = context.told().map(([type]) => type);
    expect(told.filter((type) => type === 'post.created')).toHaveLength(4);
    expect(told.filter((type) => type === 'post.scheduled')).toHaveLength(3);
  });

  test('reports column and code of each row that it refuses, and writes the others', async () => {
    const report = await imported(
      [
        columns,
        `${accountId},Good,,,,,,,`,
        `${otherAccountId},Unknown account,,,,,,,`,
        `acc_1,No id,,,,,,,`,
        `${accountId},${'x'.repeat(281)},,,,,,,`,
        `${accountId},One,${'x'.repeat(281)},,,,,,`,
        `${accountId},Past,,2026-11-22T11:59:59Z,,,,,`,
        `${accountId},"Never closed,,,,,,,`,
        `${accountId},No zone,,,2026-11-22T15:00,,,,`,
        `${accountId},Both,,2026-11-22T15:00:00Z,2026-11-22T15:00,UTC,,,`,
        `${accountId},No such zone,,2026-11-22T15:00:00Z,,Europe/Atlantis,,,`,
        `${accountId},Who replies,,,,,nobody,,`,
        `${accountId},Neither,,,,,,perhaps,`,
        `${accountId},,,,,,,true,`,
        `${accountId},Also good,,,,,,,`,
      ].join('\r\n'),
    );
    expect(report.rows.map(({ line, outcome, fields }) => [line, outcome, fields[0]?.path, fields[0]?.code])).toEqual([
      [2, 'created', undefined, undefined],
      [3, 'refused', 'accountId', 'account_not_found'],
      [4, 'refused', 'accountId', 'invalid_format'],
      [5, 'refused', 'text', 'text_too_long'],
      [6, 'refused', 'part2', 'text_too_long'],
      [7, 'refused', 'publishAt', 'invalid_publish_at'],
      [8, 'refused', '', 'malformed_row'],
      [9, 'refused', 'timeZone', 'custom'],
      [10, 'refused', 'publishAt', 'custom'],
      [11, 'refused', 'timeZone', 'invalid_time_zone'],
      [12, 'refused', 'replySettings', 'invalid_value'],
      [13, 'refused', 'madeWithAi', 'invalid_type'],
      [14, 'refused', 'text', 'too_small'],
      [15, 'created', undefined, undefined],
    ]);
    expect(report).toMatchObject({ written: 2, refused: 12 });
    expect(await texts()).toEqual(['Also good', 'Good']);
  });

  test('in mode all writes nothing when one row is refused', async () => {
    const content = ['accountId,text', `${accountId},Good`, `${accountId},`, `${accountId},Also good`].join('\n');
    const report = await imported(content, { mode: 'all' });
    expect(report.rows.map(({ outcome, postId }) => [outcome, postId])).toEqual([
      ['valid', null],
      ['refused', null],
      ['valid', null],
    ]);
    expect(report.written).toBe(0);
    expect(await all()).toEqual([]);
  });

  test('as a dry run reports the same and writes nothing', async () => {
    const content = ['accountId,text', `${accountId},Good`, `${accountId},`].join('\n');
    const tried = await imported(content, { dryRun: true });
    expect(tried.rows.map(({ outcome }) => outcome)).toEqual(['valid', 'refused']);
    expect(context.changes).toEqual([]);
    const done = await imported(content);
    expect(done.rows.map(({ fields }) => fields)).toEqual(tried.rows.map(({ fields }) => fields));
  });

  test('in mode all deletes what it has written when a write fails', async () => {
    const create = context.deps.posts.create.bind(context.deps.posts);
    vi.spyOn(context.deps.posts, 'create').mockImplementation(async (post, by) => {
      const isLast = post.parts[0]?.text === 'Post 30';
      const written = isLast ? undefined : await create(post, by);
      if (!written || post.parts[0]?.text === 'Post 7') throw new Error('the table is away');
      return written;
    });
    const rows = Array.from({ length: 60 }, (_, place) => `${accountId},Post ${place},${later}`);
    const answer = await refused(['accountId,text,publishAt', ...rows].join('\n'), { mode: 'all' });
    expect(answer).toMatchObject({ status: 500, body: { code: 'internal_error' } });
    expect(await all()).toEqual([]);
    expect(context.changes.length).toBeGreaterThan(20);
    expect(context.told().filter(([type]) => type === 'post.deleted').length).toBeGreaterThan(10);
  });

  test('in mode all leaves a post that somebody has scheduled meanwhile when a write fails', async () => {
    const create = context.deps.posts.create.bind(context.deps.posts);
    vi.spyOn(context.deps.posts, 'create').mockImplementation(async (post, by) => {
      if (post.parts[0]?.text === 'Post 2') throw new Error('the table is away');
      const { id: postId } = await create(post, by);
      const body = { publishAt: later };
      if (post.parts[0]?.text === 'Post 1') {
        expect((await context.call(scheduling.schedulePost, { path: { postId }, body })).status).toBe(200);
      }
      return context.deps.posts.get(post.workspaceId, postId);
    });
    const rows = Array.from({ length: 3 }, (_, place) => `${accountId},Post ${place}`);
    const content = ['accountId,text', ...rows].join('\n');
    const as = { ...owner, role: 'editor' as const };
    const answer = await context.call(contract.importPosts, { as, body: { format: 'csv', content, mode: 'all' } });
    expect(answer.status).toBe(500);
    expect(await texts()).toEqual(['Post 1']);
  });

  test('in mode all writes the earliest due posts last', async () => {
    const times = ['2026-11-22T13:00:00Z', '2026-11-24T13:00:00Z', '', '2026-11-23T13:00:00Z'];
    await imported(['accountId,text,publishAt', ...times.map((at) => `${accountId},Hello at ${at},${at}`)].join('\n'), {
      mode: 'all',
    });
    const written = context.changes.map(({ after }) => after?.scheduledAt);
    expect(written).toEqual([null, '2026-11-24T13:00:00.000Z', '2026-11-23T13:00:00.000Z', '2026-11-22T13:00:00.000Z']);
  });

  test('in mode each refuses a row whose write failed, and reports one whose answer was lost as made', async () => {
    const create = context.deps.posts.create.bind(context.deps.posts);
    vi.spyOn(context.deps.posts, 'create').mockImplementation(async (post, by) => {
      const [part] = post.parts;
      if (part?.text === 'Fails') throw new Error('the table is away');
      const written = await create(post, by);
      if (part?.text === 'Lost') throw new Error('the answer was lost');
      return written;
    });
    const content = ['accountId,text', ...['Good', 'Fails', 'Lost'].map((text) => `${accountId},${text}`)].join('\n');
    const report = await imported(content);
    expect(report.rows.map(({ outcome, fields }) => [outcome, fields[0]?.code])).toEqual([
      ['created', undefined],
      ['refused', 'not_written'],
      ['created', undefined],
    ]);
    const none = await refused(['accountId,text', `${accountId},Fails`].join('\n'));
    expect(none).toMatchObject({ status: 500 });
  });

  test.each([
    ['an unknown column', 'accountId,text,price', 'unknown_column'],
    ['a column twice, in two ways', 'accountId,text,Account ID', 'column_twice'],
    ['a column twice', 'accountId,text,text', 'column_twice'],
    ['no account', 'text', 'column_missing'],
    ['no text', 'accountId', 'column_missing'],
    ['a header that is broken', '"accountId,text', 'malformed_header'],
    ['nothing', '\n\n', 'malformed_header'],
  ])('with %s is refused as a whole', async (_, header, code) => {
    const answer = await refused(`${header}\n`);
    expect(answer).toMatchObject({ status: 400, body: { code, fields: [{ path: 'body.content', code }] } });
  });

  test('accepts a thousand rows, broken ones included, and refuses more', async () => {
    const rows = (count: number) =>
      ['accountId,text', ...Array.from({ length: count }, (_, at) => (at % 2 ? '"' : `${accountId},Post ${at}`))].join(
        '\n',
      );
    expect(await imported(rows(1_000))).toMatchObject({ written: 500, refused: 500 });
    expect(await refused(rows(1_001))).toMatchObject({ status: 400, body: { code: 'too_many_rows' } });
  });

  test('refuses more than two thousand parts, as each is compared with all others', async () => {
    const row = { accountId, parts: Array.from({ length: 25 }, () => ({ text: '' })) };
    const ask = (count: number) => {
      const body = { format: 'json', mode: 'each', dryRun: true, content: JSON.stringify(Array(count).fill(row)) };
      return context.ask(contract.importPosts, Problem, { body });
    };
    expect((await ask(81)).body.code).toBe('too_many_parts');
  });

  test('reports a thousand refused rows in less than an idempotency record can hold', async () => {
    const bad = `x,${'y'.repeat(20)},${'z'.repeat(300)},never,2026,${'w'.repeat(80)},nobody,perhaps,maybe`;
    const report = await imported([columns, ...Array.from({ length: 1_000 }, () => bad)].join('\n'));
    expect(report.refused).toBe(1_000);
    expect(JSON.stringify(report).length).toBeLessThan(390_000);
  });

  test('for an editor writes drafts and refuses to schedule, and is refused for an analyst', async () => {
    const content = ['accountId,text,publishAt', `${accountId},Draft,`, `${accountId},Timed,${later}`].join('\n');
    const { body } = await send(content, {}, { as: { ...owner, role: 'editor' } });
    expect(body.rows).toMatchObject([
      { outcome: 'created' },
      { outcome: 'refused', fields: [{ path: 'publishAt', code: 'role_lacks_permission' }] },
    ]);
    const reader = { ...owner, role: 'analyst' as const };
    const asked = { format: 'csv', mode: 'each', content };
    const answer = await context.ask(contract.importPosts, Problem, { body: asked, as: reader });
    expect(answer).toMatchObject({ status: 403 });
  });

  test('refuses to schedule with approval_required when the workspace requires approval', async () => {
    await context.deps.settings.learn(owner.workspaceId, 1, { ...defaultSettings, approval: 'required' });
    const report = await imported(['accountId,text,publishAt', `${accountId},Timed,${later}`].join('\n'));
    expect(report.rows).toMatchObject([{ outcome: 'refused', fields: [{ code: 'approval_required' }] }]);
  });

  test('judges repeated text by the times of its posts', async () => {
    const { body: said } = await context.ask(writing.createPost, PostView, { body: { accountId, parts: [{ text }] } });
    const sent = { path: { postId: said.id }, body: { publishAt: '2026-12-31T12:00:00Z' } };
    await context.ask(scheduling.schedulePost, PostView, sent);
    const times = ['2026-12-30T12:00:00Z', '2026-11-23T12:00:00Z'];
    const report = await imported(
      ['accountId,text,publishAt', ...times.map((at) => `${accountId},${text},${at}`)].join('\n'),
    );
    expect(report.rows.map(({ outcome, fields }) => [outcome, fields[0]?.path, fields[0]?.code])).toEqual([
      ['refused', 'text', 'repeated_on_account'],
      ['scheduled', undefined, undefined],
    ]);
  });

  test('finds text repeated within the import, and names the row', async () => {
    await context.deps.accounts.learn(owner.workspaceId, 1, {
      accountId: otherAccountId,
      isConnected: true,
      maxWeightedLength: 280,
    });
    const long = 'Our autumn roast is here, and it tastes of plums, of cocoa and of rain';
    const rows = [
      `${accountId},${text},2026-11-23T12:00:00Z`,
      `${accountId},"${long}",2026-11-23T13:00:00Z`,
      `${accountId},${text},2026-11-24T12:00:00Z`,
      `${otherAccountId},"${long} again",2026-11-24T13:00:00Z`,
      `${accountId},${text},2026-12-24T12:00:00Z`,
      `${accountId},${text},`,
    ];
    const report = await imported(['accountId,text,publishAt', ...rows].join('\n'), { dryRun: true });
    expect(report.rows.map(({ outcome, fields }) => [outcome, fields[0]?.path, fields[0]?.code])).toEqual([
      ['valid', undefined, undefined],
      ['valid', undefined, undefined],
      ['refused', 'text', 'repeated_on_account'],
      ['refused', 'text', 'duplicated_across_accounts'],
      ['valid', undefined, undefined],
      ['valid', undefined, undefined],
    ]);
    expect(report.rows[2]?.fields[0]?.message).toMatch(/^Row 1 has exactly this text/);
  });

  test('looks up an unknown account only a few times, however many rows name it', async () => {
    const find = vi.spyOn(context.deps.accounts, 'find');
    const rows = Array.from({ length: 100 }, () => `${otherAccountId},Hello`);
    expect((await imported(['accountId,text', ...rows].join('\n'))).refused).toBe(100);
    expect(find.mock.calls.length).toBeLessThan(5);
  });

  test('accepts a thread as JSON with files, and reports what is wrong in one', async () => {
    await context.deps.media.create(aMedia(), author);
    const cell = (value: unknown) =>
      `"${(typeof value === 'string' ? value : JSON.stringify(value)).replaceAll('"', '""')}"`;
    const report = await imported(
      [
        'accountId,text,thread',
        `${accountId},,${cell([{ text: 'With a picture', mediaIds: [mediaId] }, { text: 'And more' }])}`,
        `${accountId},,${cell([{ text: 'x'.repeat(281) }])}`,
        `${accountId},,${cell('[{')}`,
        `${accountId},Text,${cell([{ text: 'Thread' }])}`,
      ].join('\n'),
    );
    expect(report.rows.map(({ outcome, fields }) => [outcome, fields[0]?.path, fields[0]?.code])).toEqual([
      ['created', undefined, undefined],
      ['refused', 'thread.0.text', 'text_too_long'],
      ['refused', 'thread', 'malformed_json'],
      ['refused', 'thread', 'text_and_thread'],
    ]);
  });
});

describe('an import of JSON', () => {
  test('writes valid rows and refuses the others', async () => {
    const rows = [
      { accountId, parts: [{ text: 'Draft' }] },
      { accountId, parts: [{ text: 'Timed' }], publishAt: later },
      { accountId, parts: [{ text: '\ud800' }] },
      { accountId, parts: [] },
      'no object',
      null,
      { accountId, parts: [{ text: 'Hello' }], price: 1 },
    ];
    const report = await imported(JSON.stringify(rows), { format: 'json' });
    expect(report.rows.map(({ line, outcome, fields }) => [line, outcome, fields[0]?.path])).toEqual([
      [null, 'created', undefined],
      [null, 'scheduled', undefined],
      [null, 'refused', 'parts.0.text'],
      [null, 'refused', 'parts'],
      [null, 'refused', ''],
      [null, 'refused', ''],
      [null, 'refused', ''],
    ]);
  });

  test.each(['{', '{}', '"x"', 'null'])('is refused with malformed_json: %s', async (content) => {
    const answer = await refused(content, { format: 'json' });
    expect(answer).toMatchObject({ status: 400, body: { code: 'malformed_json', fields: [{ path: 'body.content' }] } });
  });
});

test.each([
  ['a zone that does not exist', { timeZone: 'Europe/Atlantis' }, 'body.timeZone'],
  ['a mode that is none', { mode: 'some' }, 'body.mode'],
  ['a format that is none', { format: 'xml' }, 'body.format'],
  ['no content', { content: '' }, 'body.content'],
  ['too much content', { content: 'x'.repeat(4_000_001) }, 'body.content'],
])('an import with %s is refused with 400, naming the field', async (_, body, path) => {
  const answer = await refused(`accountId,text\n`, body);
  expect(answer.status).toBe(400);
  expect(answer.body.fields?.map((field) => field.path)).toEqual([path]);
});

describe('an export', () => {
  test('returns posts by time, page by page, filtered', async () => {
    await draft(context);
    for (const hour of ['15', '13', '14']) await scheduled(context, `2026-11-22T${hour}:00:00.000Z`);
    const page = await exported({ format: 'json', status: 'scheduled', limit: '2' });
    expect(page).toMatchObject({ format: 'json', count: 2 });
    const rest = await exported({ format: 'json', status: 'scheduled', limit: '2', cursor: page.nextCursor ?? '' });
    expect(rest).toMatchObject({ count: 1, nextCursor: null });
    const times = [page, rest].flatMap(({ content }) =>
      (JSON.parse(content) as { publishAt: string }[]).map((row) => row.publishAt),
    );
    expect(times.map((time) => time.slice(11, 13))).toEqual(['13', '14', '15']);
    expect((await exported({ format: 'json', from: '2026-11-22T14:00:00Z' })).count).toBe(2);
  });

  test('ends a page before the response becomes too large', async () => {
    for (let each = 0; each < 40; each += 1) {
      const id = `pst_01KATJ9V5H8Q3M4N5P6R7S8T${String(each + 10)}`;
      await put(context, {
        id,
        parts: [
          { text: 'x'.repeat(25_000), mediaIds: [], poll: null },
          { text: 'x'.repeat(25_000), mediaIds: [], poll: null },
        ],
      });
    }
    const page = await exported({ format: 'csv' });
    expect(page.count).toBe(20);
    expect((await exported({ format: 'csv', cursor: page.nextCursor ?? '' })).count).toBe(20);
  });

  test.each([
    ['=HYPERLINK("https://evil.example")', `"'=HYPERLINK(""https://evil.example"")"`],
    ['＝1+1', `,"'＝1+1",`],
  ])('escapes a cell that a spreadsheet would run as a formula: %s', async (said, cell) => {
    await put(context, { parts: [{ text: said, mediaIds: [], poll: null }] });
    expect((await exported({ format: 'csv' })).content).toContain(cell);
  });

  test('begins CSV with a byte order mark, by which Excel knows its encoding', async () => {
    await put(context, { parts: [{ text: 'Grüße 😀', mediaIds: [], poll: null }] });
    expect((await exported({ format: 'csv' })).content.startsWith('\uFEFF"id","status","accountId","text",')).toBe(
      true,
    );
    expect((await exported({ format: 'json' })).content.startsWith('[')).toBe(true);
  });

  test.each(['csv', 'json'])('as %s is imported again unchanged', async (format) => {
    const text = fc
      .string({
        unit: fc.constantFrom(
          ...['a', 'ä', '"', ',', '\n', '\r', ' ', "'", '=', '@ ', '😀', ';', '＝', '＠ ', '\t', '\u2028', '日'],
        ),
        maxLength: 12,
      })
      .map((said) => `${said}!`);
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({ parts: fc.array(text, { minLength: 1, maxLength: 4 }), isTimed: fc.boolean(), ai: fc.boolean() }),
          {
            minLength: 1,
            maxLength: 5,
          },
        ),
        async (said) => {
          context = await harness();
          await context.deps.media.create(aMedia(), author);
          for (const [place, { parts, isTimed, ai }] of said.entries()) {
            const texts = parts.map((each, part) => `${each} ${place}x${part}`);
            const body = { accountId, parts: texts.map((each) => ({ text: each })), madeWithAi: ai };
            const { body: post } = await context.ask(writing.createPost, writing.createPost.response, { body });
            const stored = await context.deps.posts.get(owner.workspaceId, post.id);
            if (isTimed) {
              await context.deps.posts.save(
                { ...stored, status: 'scheduled', scheduledAt: later, timeZone: 'Europe/Berlin' },
                author,
              );
            }
          }
          const before = await all();
          const { content } = await exported({ format });
          // Deleted text may be repeated.
          for (const post of before) await context.ask(writing.deletePost, z.unknown(), { path: { postId: post.id } });
          const report = await imported(content, { format, mode: 'all' });
          expect(report).toMatchObject({ written: said.length, refused: 0 });
          const again = await all();
          const shown = (posts: typeof before) =>
            posts
              .map(({ parts, status, scheduledAt, timeZone, madeWithAi, contentHash }) =>
                JSON.stringify({ parts, status, scheduledAt, timeZone, madeWithAi, contentHash }),
              )
              .sort();
          expect(shown(again)).toEqual(shown(before));
        },
      ),
      { numRuns: 40 },
    );
  });

  test('with files and polls is imported again, a published post as a draft', async () => {
    await context.deps.media.create(aMedia(), author);
    const poll = { options: ['Yes', 'No'], durationMinutes: 60 };
    await put(context, {
      status: 'published',
      scheduledAt: noon.toISOString(),
      parts: [
        { text: 'See', mediaIds: [mediaId], poll: null },
        { text: 'Do you?', mediaIds: [], poll },
      ],
    });
    const { content } = await exported({ format: 'csv' });
    expect(await imported(content)).toMatchObject({ written: 1, rows: [{ outcome: 'created' }] });
    expect((await all()).map(({ parts }) => parts[1]?.poll)).toEqual([poll, poll]);
  });

  test('refuses a range that ends before it begins, a limit above 500 and an unknown format', async () => {
    const query = (said: Record<string, string>) =>
      context.ask(contract.exportPosts, Problem, { query: { format: 'csv', ...said } });
    expect(await query({ from: later, to: noon.toISOString() })).toMatchObject({
      status: 400,
      body: { fields: [{ path: 'query.from' }, { path: 'query.to' }] },
    });
    expect(await query({ limit: '501' })).toMatchObject({ status: 400 });
    expect(await query({ format: 'xml' })).toMatchObject({ status: 400 });
  });
});
