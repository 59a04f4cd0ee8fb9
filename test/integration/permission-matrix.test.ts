// @module-tag long
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { Marketer, newXUser } from '#infra/local/marketer.ts';
import { allOperations } from '#infra/openapi.ts';
import { asksForSignIn } from '#shared/http/operation.ts';
import { isForMachines, mayDo, Role } from '#shared/permissions.ts';
import { send, whenHeardOf } from '../support/integration/answers.ts';
import { inMs, plan, schedule, uploadPicture, write } from '../support/integration/desk.ts';
import { stage } from '../support/integration/stage.ts';
import { poolKey, resigned } from '../support/integration/tokens.ts';

const Code = z.object({ code: z.string() });
const Versioned = z.object({ version: z.int() });
const anId = '01KATJ9V5H8Q3M4N5P6R7S8T9V';
const prefixOf: Readonly<Record<string, string>> = {
  personId: 'usr',
  invitationId: 'inv',
  serviceAccountId: 'sva',
  sessionId: 'ses',
  exportId: 'exp',
  complianceReportId: 'cpr',
};

/** All reads, and the writes that a role may not do: none of them changes anything. */
const cells = allOperations.flatMap(({ operation }) =>
  Role.options.flatMap((role) => {
    const { access, method } = operation;
    if (!asksForSignIn(access) || access === 'signed-in') return [];
    const isAllowed = mayDo(role, access);
    return isAllowed && method !== 'GET' ? [] : [{ operation, role, isAllowed }];
  }),
);

/** An entity of each kind that a path names, the post scheduled. */
const prepared = async (owner: Marketer) => {
  const accountId = await owner.connect(await newXUser(stage));
  const mediaId = await uploadPicture(owner);
  const said = { accountId, parts: [{ text: `Untouched, ${randomUUID()}`, mediaIds: [mediaId] }] };
  const post = Id.parse((await whenHeardOf(() => owner.call('POST', '/v1/posts', said))).body);
  const other = await write(owner, accountId, `In a campaign, ${randomUUID()}`);
  await schedule(owner, post, inMs(86_400_000));
  const { id: campaignId } = await plan(owner, [{ postId: other.id, publishAt: inMs(30 * 86_400_000) }]);
  return { accountId, mediaId, postId: post.id, campaignId };
};
const Id = z.object({ id: z.string() });

test(`each role is rejected with role_lacks_permission exactly where the table says so (${cells.length} cells)`, async () => {
  const owner = await new Marketer(stage, 'owner').join();
  const named: Readonly<Record<string, string>> = await prepared(owner);
  const paths = ['accounts', 'media', 'posts', 'campaigns'].map(
    (kind, place) => `/v1/${kind}/${Object.values(named)[place] ?? ''}`,
  );
  // Every change makes a new version; what the platform finds out about an account does not.
  const versions = () => Promise.all(paths.map(async (path) => (await owner.do(Versioned, 'GET', path)).version));
  const before = await versions();
  const key = poolKey();
  const tokens = new Map(Role.options.map((role) => [role, resigned(owner.accessToken, key, { role })]));
  const wrong: string[] = [];
  for (const { operation, role, isAllowed } of cells) {
    const { id, method } = operation;
    const path = operation.path.replace(
      /\{(\w+)\}/g,
      (_, name: string) => named[name] ?? `${prefixOf[name] ?? name}_${anId}`,
    );
    const answer = await send(method, path, { headers: { authorization: `Bearer ${tokens.get(role) ?? ''}` } });
    const isTurnedAway = answer.status === 403 && Code.parse(answer.body).code === 'role_lacks_permission';
    if (isTurnedAway === isAllowed || answer.status >= 500) wrong.push(`${id} as ${role}: ${answer.status}`);
  }
  expect(wrong).toEqual([]);
  expect(cells.length).toBeGreaterThan(100);
  // Nothing changed; test/shared/http/effect-matrix.test.ts covers what each role is permitted to do.
  expect(await versions()).toEqual(before);
});

test('on the stage a service account with role admin is rejected with only_for_people where only people may act', async () => {
  const owner = await new Marketer(stage, 'owner').join();
  const token = resigned(owner.accessToken, poolKey(), { role: 'admin', person_id: `sva_${anId}` });
  const wrong: string[] = [];
  let tried = 0;
  for (const { operation } of allOperations) {
    const { id, method, access } = operation;
    if (!asksForSignIn(access) || access === 'signed-in' || !mayDo('admin', access) || isForMachines(access)) continue;
    tried += 1;
    const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => `${prefixOf[name] ?? name}_${anId}`);
    const answer = await send(method, path, { headers: { authorization: `Bearer ${token}` } });
    const isTurnedAway = answer.status === 403 && Code.parse(answer.body).code === 'only_for_people';
    if (!isTurnedAway) wrong.push(`${id}: ${answer.status}`);
  }
  expect(wrong).toEqual([]);
  expect(tried).toBeGreaterThan(20);
});
