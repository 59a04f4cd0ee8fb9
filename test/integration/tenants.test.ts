import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { allOperations } from '../../infra/openapi.ts';
import { Marketer, newXUser, postsOnX } from '../../infra/local/marketer.ts';
import { takesBody, type Operation } from '../../shared/http/operation.ts';
import { expectProblem, whereIs } from '../support/integration/answers.ts';
import { spyOn } from '../support/integration/bus.ts';
import {
  Announced,
  becomes,
  campaignBecomes,
  inMs,
  plan,
  publish,
  schedule,
  turn,
  uploadPicture,
  write,
} from '../support/integration/desk.ts';
import { stage } from '../support/integration/stage.ts';

const alice = new Marketer(stage, 'alice');
const mallory = new Marketer(stage, 'mallory');

type Kind = 'postId' | 'mediaId' | 'campaignId' | 'accountId';
interface Thing {
  kind: Kind;
  id: string;
  /** What it is, for the name of the cell. */
  what: string;
}

/** Bodies that would be taken from the owner; operations without one take an empty body. */
const bodies: Readonly<Record<string, unknown>> = {
  changePost: { parts: [{ text: 'Mine now.' }] },
  schedulePost: { publishAt: '2026-12-24T10:00:00Z' },
  changeCampaign: { name: 'Mine now' },
};

const readPathOf: Readonly<Record<Kind, string>> = {
  postId: '/v1/posts',
  mediaId: '/v1/media',
  campaignId: '/v1/campaigns',
  accountId: '/v1/accounts',
};

const kindOf = ({ path }: Operation): Kind | undefined =>
  z.enum(['postId', 'mediaId', 'campaignId', 'accountId']).safeParse(/\{(\w+)\}/.exec(path)?.[1]).data;

const onOne = allOperations.flatMap(({ operation }) => {
  const kind = kindOf(operation);
  return kind ? [{ operation, kind }] : [];
});

const Read = z.looseObject({ version: z.number() });
const readByOwner = ({ kind, id }: Thing) => alice.do(Read, 'GET', `${readPathOf[kind]}/${id}`);

let xUsername = '';
let aliceAccount = '';
let malloryAccount = '';
let malloryPost = '';
const things: Thing[] = [];
const thing = (kind: Kind, what: string, id: string): string => {
  things.push({ kind, what, id });
  return id;
};

beforeAll(async () => {
  await Promise.all([alice.join(), mallory.join()]);
  xUsername = await newXUser(stage);
  aliceAccount = thing('accountId', 'a connected account', await alice.connect(xUsername));
  const gone = thing('accountId', 'a disconnected account', await alice.connect(await newXUser(stage)));
  await alice.call('DELETE', `/v1/accounts/${gone}`);
  malloryAccount = await mallory.connect(await newXUser(stage));
  malloryPost = (await write(mallory, malloryAccount, 'Of Mallory.')).id;

  const post = async (what: string) => thing('postId', what, (await write(alice, aliceAccount, `Here is ${what}.`)).id);
  await post('a draft');
  await schedule(alice, { id: await post('a scheduled post') }, inMs(86_400_000));
  const out = await post('a published post');
  await publish(alice, { id: out });
  await becomes(alice, { id: out }, 'published');

  thing('mediaId', 'a finished picture', await uploadPicture(alice));
  const announced = await alice.do(Announced, 'POST', '/v1/media', { contentType: 'image/png', bytes: 10 });
  thing('mediaId', 'an announced picture', announced.media.id);

  const campaign = async (what: string) => {
    const { id: postId } = await write(alice, aliceAccount, `A post of ${what}.`);
    return { id: thing('campaignId', what, (await plan(alice, [{ postId, publishAt: inMs(86_400_000) }])).id) };
  };
  await campaign('a draft campaign');
  const launched = async (what: string) => {
    const draft = await campaign(what);
    await turn(alice, draft, 'launch');
    return campaignBecomes(alice, draft, 'planned', ({ slots }) => slots[0]?.status === 'planned');
  };
  await launched('a running campaign');
  await turn(alice, await launched('a paused campaign'), 'pause');
});

test('every operation with an id finds nothing of another workspace, and changes nothing there', async () => {
  await using spy = await spyOn((await whereIs(alice)).workspaceId);
  const { personId } = await whereIs(mallory);
  const before = await Promise.all(things.map(readByOwner));
  const onXBefore = await postsOnX(stage, xUsername);
  let cells = 0;
  for (const { operation, kind } of onOne) {
    // An operation that takes more than nothing is tried with a body that its owner may send.
    expect(!takesBody(operation) || operation.id in bodies, `a body for ${operation.id}`).toBe(true);
    for (const [place, { id, what }] of things.entries()) {
      if (things[place]?.kind !== kind) continue;
      const path = operation.path.replace(`{${kind}}`, id);
      const answer = await mallory.call(operation.method, path, bodies[operation.id], {
        'if-match': `"v${before[place]?.version ?? 0}"`,
      });
      expect(answer.status, `${operation.id} on ${what}`).toBe(404);
      const problem = expectProblem(answer, 404, z.object({ code: z.string() }).parse(answer.body).code);
      expect(problem.code).toMatch(/_not_found$/);
      // An id that nobody has is answered in the same words.
      const unknown = path.replace(id, `${id.slice(0, 4)}01KATJ9V5H8Q3M4N5P6R7S8T9V`);
      const other = await mallory.call(operation.method, unknown, bodies[operation.id], { 'if-match': '"v1"' });
      expect(other.body).toEqual({ ...problem, correlationId: other.headers.get('x-correlation-id') });
      cells += 1;
    }
  }
  console.info(`${onOne.length} operations, ${cells} cells of operation and foreign entity`);
  expect(cells).toBeGreaterThanOrEqual(onOne.length * 2);
  expect(await Promise.all(things.map(readByOwner))).toEqual(before);
  expect(await postsOnX(stage, xUsername)).toEqual(onXBefore);
  // Events of a workspace come in order: when the last one is here, so are those before it.
  const last = await write(alice, aliceAccount, 'After all that.');
  await spy.hears('the last post', ({ entityId }) => entityId === last.id);
  expect((await spy.heard()).filter(({ actor }) => actor.id === personId)).toEqual([]);
});

describe('a foreign id within a body or a query', () => {
  const of = (kind: Kind, what: string) => things.find((each) => each.kind === kind && each.what.includes(what))?.id;

  test('no post goes to a foreign account, and none is moved to it', async () => {
    const accountId = of('accountId', 'a connected');
    const parts = [{ text: 'In your name.' }];
    expectProblem(await mallory.call('POST', '/v1/posts', { accountId, parts }), 404, 'account_not_found');
    const moved = await mallory.call('PATCH', `/v1/posts/${malloryPost}`, { accountId }, { 'if-match': '*' });
    expectProblem(moved, 404, 'account_not_found');
  });

  test('no post carries a foreign picture', async () => {
    const parts = [{ text: 'Your picture.', mediaIds: [of('mediaId', 'finished')] }];
    const answer = await mallory.call('POST', '/v1/posts', { accountId: malloryAccount, parts });
    expect(expectProblem(answer, 422, 'unpublishable').fields?.[0]).toMatchObject({ code: 'media_not_found' });
  });

  test('no campaign takes a foreign post', async () => {
    const posts = [{ postId: of('postId', 'a draft'), publishAt: inMs(3_600_000) }];
    const body = { name: 'Mine', timeZone: 'Europe/Berlin', posts };
    expectProblem(await mallory.call('POST', '/v1/campaigns', body), 404, 'post_not_found');
  });

  test('the audit trail and the lists show nothing of another workspace', async () => {
    const Page = z.object({ items: z.array(z.looseObject({ id: z.string() })) });
    const foreign = new Set(things.map(({ id }) => id));
    for (const { id } of things) {
      expect((await mallory.do(Page, 'GET', `/v1/audit-events?entityId=${id}`)).items).toEqual([]);
    }
    for (const path of ['/v1/posts', '/v1/campaigns', '/v1/accounts', `/v1/posts?accountId=${things[0]?.id ?? ''}`]) {
      const { items } = await mallory.do(Page, 'GET', path);
      expect(items.filter(({ id }) => foreign.has(id))).toEqual([]);
    }
  });
});
