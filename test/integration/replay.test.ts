import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import { eventually, Marketer, newXUser } from '#infra/local/marketer.ts';
import { replay } from '#infra/replay.ts';
import { stages } from '#infra/stages.ts';
import { whereIs } from '../support/integration/answers.ts';
import { eventBridge, spyOn } from '../support/integration/bus.ts';
import { write } from '../support/integration/desk.ts';
import { stage, tableOf } from '../support/integration/stage.ts';

test('replaying the archive restores the copies that contexts lost, and triggers no new events', async () => {
  const from = new Date();
  const maya = new Marketer(stage);
  await maya.join();
  const { workspaceId } = await whereIs(maya);
  const accountId = await maya.connect(await newXUser(stage));
  const { id: postId } = await write(maya, accountId, 'Once.');
  const account = { table: await tableOf('posts'), key: { pk: workspaceId, sk: `ACCOUNT#${accountId}` } };
  const post = { table: await tableOf('campaigns'), key: { pk: workspaceId, sk: `POST#${postId}` } };
  const kept = () => Promise.all([account, post].map(({ table, key }) => table.get(key)));
  const before = await eventually('both contexts know of it', async () => {
    const items = await kept();
    return items.includes(undefined) ? undefined : items;
  });
  await using spy = await spyOn(workspaceId);
  for (const { table, key } of [account, post]) await table.delete(key);

  const span = { stage: stages().local, from, to: new Date(), isActing: false };
  for (const context of ['posts', 'campaigns']) await replay(eventBridge, { ...span, context }, { everyMs: 100 });
  await eventually('both contexts know it again', async () =>
    isDeepStrictEqual(await kept(), before) ? true : undefined,
  );
  // Every event heard is a replayed one: no new event follows from it.
  const told = await spy.heard();
  expect(told.length).toBeGreaterThan(0);
  expect(told.filter(({ occurredAt }) => new Date(occurredAt) >= span.to)).toEqual([]);
});
