import { expect, test } from 'vitest';
import * as z from 'zod';
import * as contract from '#functions/platform/feeds/contract.ts';
import { tasks } from '#functions/platform/task-names.ts';
import { answered, harness, notAnswered } from '../harness.ts';

const url = 'https://blog.example.com/feed';
const item = (id: number | string, title = `Item ${id}`) =>
  `<item><guid>${id}</guid><title>${title}</title><link>https://blog.example.com/${id}</link></item>`;
const rss = (...items: string[]) => `<rss version="2.0"><channel><title>x</title>${items.join('')}</channel></rss>`;
const ok = (text: string, headers = {}) => answered(200, { body: Buffer.from(text), headers });

const reader = async (body: object = {}) => {
  const platform = harness();
  const { id } = (
    await platform.ask(contract.createFeed, z.looseObject({ id: z.string() }), { body: { name: 'Blog', url, ...body } })
  ).body;
  const read = async (answer: Parameters<typeof platform.deps.answers.push>[0], passMs = 15 * 60_000) => {
    platform.deps.answers.splice(0, 9, answer);
    const more = await platform.run(tasks.pollFeeds, {});
    platform.clock.pass(passMs);
    return more;
  };
  const found = () =>
    platform
      .told()
      .flatMap(([type, data]) => (type === 'feed.item_found' ? [(data as { itemId: string }).itemId] : []));
  const view = async () => (await platform.call(contract.getFeed, { path: { feedId: id } })).body;
  return { ...platform, id, read, found, view };
};

test('a feed reports a new item once, none of the items of its first read, and nothing on 304', async () => {
  const { read, found, deps, view } = await reader();
  expect(
    await read(ok(rss(item(2), item(1)), { etag: '"a"', 'last-modified': 'Sun, 22 Nov 2026 12:00:00 GMT' })),
  ).toEqual({
    isMore: false,
  });
  expect(found()).toEqual([]);
  await read(answered(304));
  expect(deps.sent[1]?.headers).toMatchObject({ 'if-none-match': '"a"' });
  await read(ok(rss(item(3), item(2), item(1))));
  await read(ok(rss(item(3), item(1))));
  await read(ok(rss(item(3), item(2), item(1))));
  expect(found()).toEqual(['3']);
  expect(await view()).toMatchObject({ failing: null, readAt: expect.any(String) as string });
});

test('a feed reports at most twenty items per read, oldest first', async () => {
  const { read, found } = await reader({ tellsFirst: true });
  const all = ok(rss(...Array.from({ length: 50 }, (_, index) => item(50 - index))), { etag: '"a"' });
  for (let time = 1; time <= 4; time += 1) {
    await read(all);
    expect(found()).toHaveLength(Math.min(50, time * 20));
  }
  expect(found()).toEqual(Array.from({ length: 50 }, (_, index) => String(index + 1)));
});

test.each([
  [answered(301, { headers: { location: 'https://blog.example.com/new' } }), 'moved_permanently'],
  [answered(302, { headers: { location: 'https://blog.example.com/new' } }), 'redirected'],
  [answered(500), 'refused_by_server'],
  [ok('<!doctype html><html><body>hi</body></html>'), 'not_a_feed'],
  [ok(rss().replace('<rss', '<!DOCTYPE r [<!ENTITY a "aaaa">]><rss')), 'not_a_feed'],
  [ok(rss(`<item>${'<a>'.repeat(10_000)}${'</a>'.repeat(10_000)}</item>`)), 'not_a_feed'],
  [ok('<'.repeat(200_000)), 'not_a_feed'],
  [notAnswered('too_large'), 'too_large'],
  [notAnswered('timed_out'), 'timed_out'],
])('a feed that cannot be read shows the failure and is read less often each time', async (answer, failure) => {
  const { read, view, deps, found } = await reader();
  await read(answer, 0);
  const isMoved = failure === 'moved_permanently' || failure === 'redirected';
  expect(await view()).toMatchObject({
    failing: { failure, redirectsTo: isMoved ? 'https://blog.example.com/new' : null },
    nextReadAt: '2026-11-22T12:15:00.000Z',
  });
  await read(answer, 15 * 60_000);
  expect(deps.sent).toHaveLength(1);
  await read(answer, 0);
  expect(await view()).toMatchObject({ nextReadAt: '2026-11-22T12:45:00.000Z' });
  expect(found()).toEqual([]);
});

test('a feed that fails for 14 days emits feed.failed and is not read again until it is resumed', async () => {
  const { read, told, view, call, id, deps } = await reader();
  for (let day = 0; day < 16; day += 1) await read(answered(404), 86_400_000);
  expect(told().at(-1)).toEqual(['feed.failed', { host: 'blog.example.com', failure: 'refused_by_server' }]);
  expect(await view()).toMatchObject({ nextReadAt: null, failing: { failure: 'refused_by_server' } });
  const sent = deps.sent.length;
  await read(ok(rss(item(1))));
  expect(deps.sent).toHaveLength(sent);
  const path = { feedId: id };
  await call(contract.changeFeed, { path, body: { isPaused: false }, headers: { 'if-match': '*' } });
  await read(ok(rss(item(1))));
  expect(await view()).toMatchObject({ failing: null });
  await call(contract.deleteFeed, { path });
  await read(ok(rss(item(2), item(1))));
  expect(deps.sent).toHaveLength(sent + 1);
});

test.each([
  ['paused', { isPaused: true }],
  ['changed', { url: `${url}/new` }],
  ['deleted', undefined],
])('a feed that is %s while it is being read reports nothing', async (_, body) => {
  const { read, found, deps, call, id } = await reader();
  await read(ok(rss(item(1))));
  const { send } = deps;
  deps.send = async (request) => {
    const answer = await send(request);
    const path = { feedId: id };
    const { status } = body
      ? await call(contract.changeFeed, { path, body, headers: { 'if-match': '*' } })
      : await call(contract.deleteFeed, { path });
    expect(status).toBeLessThan(300);
    return answer;
  };
  await read(ok(rss(item(2), item(1))));
  expect(found()).toEqual([]);
});

test('a feed that is resumed while the reader still sees it as paused keeps its next read', async () => {
  const { read, view, deps, call, id, clock } = await reader({ isPaused: true });
  const resume = () =>
    call(contract.changeFeed, { path: { feedId: id }, body: { isPaused: false }, headers: { 'if-match': '*' } });
  const find = deps.feeds.find.bind(deps.feeds);
  deps.feeds.find = async (...of) => {
    const feed = await find(...of);
    deps.feeds.find = find;
    clock.pass(1);
    await resume();
    return feed;
  };
  await read(ok(rss(item(1))), 1);
  expect(await view()).toMatchObject({ isPaused: false, nextReadAt: expect.any(String) as string });
});

test('a running feed goes on reporting new items when it is resumed again', async () => {
  const { read, found, call, id } = await reader();
  await read(ok(rss(item(1))));
  const path = { feedId: id };
  await call(contract.changeFeed, { path, body: { isPaused: false }, headers: { 'if-match': '*' } });
  await read(ok(rss(item(2), item(1))));
  expect(found()).toEqual(['2']);
});

test.each(['javascript:alert(1)', 'https://x.com@shop.example/'])(
  'an item is reported as plain text and without an unsafe link: %s',
  async (link) => {
    const { read, told } = await reader({ tellsFirst: true });
    const hostile = `<item><guid>1</guid><title>&lt;b&gt;Hi&lt;/b&gt;\u202e there</title><link>${link}</link>
    <pubDate>never</pubDate><description><![CDATA[<p>a</p><script>${'x'.repeat(900)}</script>]]></description></item>`;
    await read(ok(rss(hostile)));
    const [, data] = told().at(-1) ?? [];
    expect(data).toMatchObject({ itemId: '1', title: 'Hi there', url: null, publishedAt: null });
    expect((data as { summary: string }).summary).toHaveLength(500);
  },
);

test.each([
  ['RSS', rss('<link>https://shop.example/</link>', '<item><guid>1</guid><link> news/1 </link></item>')],
  [
    'Atom',
    `<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://shop.example/"><entry><id>1</id>
      <link rel="self" href="self/1"/><link href="other/1"/><link rel="alternate" href="news/1"/></entry></feed>`,
  ],
  [
    'Atom with a base of the item',
    `<feed xmlns="http://www.w3.org/2005/Atom"><entry xml:base="https://shop.example/news/"><id>1</id>
      <link href="1"/></entry></feed>`,
  ],
])('a relative link of an item is resolved: %s', async (_, document) => {
  const { read, told } = await reader({ tellsFirst: true });
  await read(ok(document));
  expect(told().at(-1)).toMatchObject(['feed.item_found', { itemId: '1', url: 'https://shop.example/news/1' }]);
});

test('an old item that moves up in a long feed because newer ones were deleted is not reported', async () => {
  const { read, found } = await reader();
  const ids = Array.from({ length: 900 }, (_, index) => 900 - index);
  await read(ok(rss(...ids.map((id) => item(id)))));
  await read(ok(rss(...ids.slice(300).map((id) => item(id)))));
  expect(found()).toEqual([]);
  await read(ok(rss(...[901, ...ids].map((id) => item(id)))));
  expect(found()).toEqual(['901']);
});

test('a new item at the end of a long feed in ascending order is reported', async () => {
  const { read, found } = await reader();
  const dated = (id: number) =>
    item(id).replace('</item>', `<pubDate>${new Date(id * 86_400_000).toUTCString()}</pubDate></item>`);
  const ids = Array.from({ length: 1_100 }, (_, index) => index + 1);
  await read(ok(rss(...ids.map(dated))));
  await read(ok(rss(...[...ids, 1_101].map(dated))));
  expect(found()).toEqual(['1101']);
});

test.each([
  ['an id that is its address', '<guid>https://blog.example.com/1</guid>', 'https://blog.example.com/1'],
  ['an id that is none', '<guid isPermaLink="false">https://blog.example.com/1</guid>', null],
  ['a recording alone', '<enclosure url="https://blog.example.com/1.mp3" type="audio/mpeg" length="1"/>', null],
  ['a title alone', '', null],
])('an item without a link and with %s is reported once', async (_, said, url) => {
  const { read, told } = await reader();
  const old = '<item><title>Zero</title></item>';
  await read(ok(rss(old)));
  for (let time = 0; time < 2; time += 1) await read(ok(rss(`<item><title>One</title>${said}</item>`, old)));
  expect(told().filter(([type]) => type === 'feed.item_found')).toEqual([
    ['feed.item_found', expect.objectContaining({ title: 'One', url })],
  ]);
});

test.each([
  ['<em>Dune</em>: a <b>re</b>view', 'Dune: a review'],
  ['We <3 tea -> you', 'We <3 tea -> you'],
  ['<p>One</p><p>Two<br/>three</p>', 'One Two three'],
])('markup is removed from the title %s and its text is kept', async (title, said) => {
  const { read, told } = await reader({ tellsFirst: true });
  await read(ok(rss(item(1, `<![CDATA[${title}]]>`))));
  expect(told().at(-1)?.[1]).toMatchObject({ title: said });
});

test.each([
  ['UTF-16', Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from(rss(item(1, 'Grüße 東京')), 'utf16le')]), {}],
  [
    'UTF-16, the other way',
    Buffer.concat([Buffer.of(0xfe, 0xff), Buffer.from(rss(item(1, 'Grüße 東京')), 'utf16le').swap16()]),
    {},
  ],
  [
    'UTF-8, of which something else is said',
    Buffer.from(`\ufeff${rss(item(1, 'Grüße 東京'))}`),
    { 'content-type': 'text/xml; charset=iso-8859-1' },
  ],
])('a feed is decoded according to its byte order mark: %s', async (_, body, headers) => {
  const { read, told } = await reader({ tellsFirst: true });
  await read(answered(200, { body, headers }));
  expect(told().at(-1)?.[1]).toMatchObject({ title: 'Grüße 東京' });
});

test('a feed that is resumed or given another URL does not report what its next read finds, even with tellsFirst', async () => {
  const { read, found, call, id } = await reader({ tellsFirst: true });
  const change = (body: object) =>
    call(contract.changeFeed, { path: { feedId: id }, body, headers: { 'if-match': '*' } });
  await read(ok(rss(item(2), item(1))));
  await change({ isPaused: true });
  await read(ok(rss(item(2), item(1))), 30 * 86_400_000);
  await change({ isPaused: false });
  await read(ok(rss(item(3), item(2), item(1))), 30 * 86_400_000);
  await change({ url: 'https://blog.example.com/other' });
  await read(ok(rss(item(4), item(3), item(2), item(1))));
  await read(ok(rss(item(5), item(4), item(3), item(2), item(1))));
  expect(found()).toEqual(['1', '2', '5']);
});

test('a change to a feed that is not paused makes it skip no item', async () => {
  const { read, found, call, id } = await reader();
  await read(ok(rss(item(1))));
  const body = { name: 'News', url, isPaused: false };
  await call(contract.changeFeed, { path: { feedId: id }, body, headers: { 'if-match': '*' } });
  await read(ok(rss(item(2), item(1))));
  expect(found()).toEqual(['2']);
});
