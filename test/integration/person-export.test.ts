import { expect, test } from 'vitest';
import * as z from 'zod';
import { exportMe, getMyExport } from '#functions/users/privacy/export-contract.ts';
import { eventually, Marketer, newXUser } from '#infra/local/marketer.ts';
import { expectProblem, whereIs } from '../support/integration/answers.ts';
import { inMs, plan, write } from '../support/integration/desk.ts';
import { boxOf } from '../support/integration/mail-box.ts';
import { joinWorkspaceOf } from '../support/integration/members.ts';
import { stage } from '../support/integration/stage.ts';

const Archive = z.object({ items: z.array(z.looseObject({ kind: z.string() })) });

test("a person's export contains their data from all contexts and workspaces, and nobody else's", async () => {
  const ada = await new Marketer(stage, 'ada-export').join();
  const bob = await new Marketer(stage, 'bob-export').join();
  const account = await ada.connect(await newXUser(stage));
  const { personId, workspaceId: home } = await whereIs(bob);
  const { workspaceId } = await whereIs(ada);
  await joinWorkspaceOf(bob, ada, 'admin');
  const mine = await write(bob, account, 'Written by Bob');
  const theirs = await write(ada, account, 'Written by Ada');
  const Comment = z.object({ id: z.string() });
  await bob.do(Comment, 'POST', `/v1/posts/${theirs.id}/comments`, { text: 'Bob likes it' });
  await ada.do(Comment, 'POST', `/v1/posts/${mine.id}/comments`, { text: 'Ada does not' });

  await bob.connect(await newXUser(stage));
  await bob.do(z.unknown(), 'POST', '/v1/hooks', { name: 'Shop', scheme: 'github' });
  await plan(bob, [{ postId: mine.id, publishAt: inMs(86_400_000) }]);

  const { id } = await bob.do(exportMe.response, 'POST', '/v1/me/export');
  expectProblem(await bob.call('POST', '/v1/me/export'), 429, 'exported_today');
  expectProblem(await ada.call('GET', `/v1/me/exports/${id}`), 404, 'export_not_found');
  const ready = await eventually('the archive', async () => {
    const found = await bob.do(getMyExport.response, 'GET', `/v1/me/exports/${id}`);
    return found.status === 'requested' ? undefined : found;
  });
  expect(ready.status).toBe('ready');
  const mail = await eventually('the mail about it', async () =>
    (await boxOf(bob.email)).find(({ Subject }) => Subject === 'Your export is ready'),
  );
  expect(mail.BodyText).toContain(`/v1/me/exports/${id}`);
  const link = z.object({ url: z.url(), expiresAt: z.string() }).parse(ready.link);
  expect(Date.parse(link.expiresAt)).toBeLessThanOrEqual(Date.now() + 15 * 60_000);
  const file = await fetch(link.url);
  expect(file.status).toBe(200);
  const text = await file.text();
  const { items } = Archive.parse(JSON.parse(text));

  const ofKind = (kind: string) => items.filter((item) => item.kind === kind);
  expect(ofKind('person')).toMatchObject([{ id: personId, email: bob.email }]);
  expect(ofKind('membership').map((item) => item['workspaceId'])).toEqual(expect.arrayContaining([home, workspaceId]));
  expect(ofKind('post')).toMatchObject([{ postId: mine.id, written: { parts: [{ text: 'Written by Bob' }] } }]);
  expect(ofKind('comment')).toMatchObject([{ text: 'Bob likes it' }]);
  expect(ofKind('account')).toHaveLength(1);
  expect(ofKind('campaign')).toMatchObject([{ status: 'draft' }]);
  expect(ofKind('campaign_plan')).toMatchObject([{ version: 1 }]);
  expect(ofKind('session').length).toBeGreaterThan(0);
  for (const other of [ada.email, 'Written by Ada', 'Ada does not']) expect(text).not.toContain(other);
});
