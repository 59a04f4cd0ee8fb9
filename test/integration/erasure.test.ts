// @module-tag long
import { AdminGetUserCommand, CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { rawPrefix, rawPrefixOf } from '#functions/analytics/domain/raw-readings.ts';
import { listAuditEvents, verifyAuditEvents } from '#functions/users/audit/contract.ts';
import { listMembers } from '#functions/users/team/member-contract.ts';
import { launch } from '#infra/local/campaigns.ts';
import { eventually, Marketer, newXUser, postsOnX } from '#infra/local/marketer.ts';
import { soon } from '#infra/local/slowness.ts';
import { expectProblem, whereIs } from '../support/integration/answers.ts';
import { spyOn } from '../support/integration/bus.ts';
import { plan, schedule, uploadPicture, write } from '../support/integration/desk.ts';
import { start } from '../support/integration/executions.ts';
import { objectsOf } from '../support/integration/files.ts';
import { joinByInvitation } from '../support/integration/invitations.ts';
import { asRoot, resourceOf, stage, tableOf } from '../support/integration/stage.ts';
import { otherServer } from '../support/outside-world.ts';

const contexts = ['accounts', 'posts', 'campaigns', 'analytics', 'platform'] as const;

/** The sort keys of a workspace's items in a context's table. */
const heldBy = async (context: (typeof contexts)[number], workspaceId: string): Promise<string[]> => {
  const table = await tableOf(context);
  const items = await table.queryAll({
    KeyConditionExpression: 'pk = :workspace',
    ExpressionAttributeValues: { ':workspace': workspaceId },
    ConsistentRead: true,
  });
  return items.map(({ sk }) => String(sk)).filter((sk) => sk !== 'ENDED');
};

/** Stores a file of raw readings for each workspace, and lists those that are left. */
const rawFilesOf = async (workspaceIds: readonly string[]) => {
  const Bucket = await resourceOf('analytics', 'S3::Bucket', 'RawReadings');
  const s3 = new S3Client({ ...asRoot, forcePathStyle: true });
  for (const id of workspaceIds) {
    const Key = `${rawPrefixOf(id)}day=2026-11-22/acc.parquet`;
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'readings' }));
  }
  return {
    left: async () => {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: rawPrefix }));
      const keys = Contents.map(({ Key }) => String(Key));
      return keys.filter((key) => workspaceIds.some((id) => key.startsWith(rawPrefixOf(id))));
    },
  };
};

/** Long enough that the workspace is erased before its posts are due. */
const untilDueMs = 100_000;

describe('a person', () => {
  test('who erases themselves can no longer sign in and leaves no email address, and the audit trail stays intact', async () => {
    const [owner, robin] = [await new Marketer(stage, 'owner').join(), new Marketer(stage, 'robin')];
    await joinByInvitation(owner, robin, 'editor');
    const { workspaceId, personId } = await whereIs(robin);
    await using spy = await spyOn(workspaceId);
    const { email, password } = robin;

    expectProblem(await owner.call('DELETE', '/v1/me', { password: owner.password }), 409, 'sole_owner');
    expectProblem(await robin.call('DELETE', '/v1/me', { password: 'Wrong-password-1' }), 401, 'invalid_credentials');
    expect((await robin.call('DELETE', '/v1/me', { password })).status).toBe(202);
    const refused = await robin.call('POST', '/v1/auth/sign-in', { email, password });
    expect([401, 403]).toContain(refused.status);

    await spy.hears('the end', ({ type, entityId }) => type === 'person.erased' && entityId === personId);
    expectProblem(await robin.call('POST', '/v1/auth/sign-in', { email, password }), 401, 'invalid_credentials');
    const refreshed = await robin.call('POST', '/v1/auth/refresh', { refreshToken: robin.refreshToken });
    expectProblem(refreshed, 401, 'invalid_refresh_token');
    const UserPoolId = await resourceOf('identity', 'Cognito::UserPool');
    const user = new CognitoIdentityProviderClient(asRoot).send(
      new AdminGetUserCommand({ UserPoolId, Username: email }),
    );
    await expect(user).rejects.toMatchObject({ name: 'UserNotFoundException' });

    expect((await owner.do(listMembers.response, 'GET', '/v1/members')).items).toHaveLength(1);
    const told = JSON.stringify(await spy.heard());
    expect(told).not.toContain(email);
    const users = await tableOf('users');
    const left = await users.queryAll({
      KeyConditionExpression: 'pk = :workspace',
      ExpressionAttributeValues: { ':workspace': workspaceId },
      ConsistentRead: true,
    });
    expect(JSON.stringify(left)).not.toContain(email);

    const erased = await eventually('the audit event', async () => {
      const { items } = await owner.do(listAuditEvents.response, 'GET', '/v1/audit-events?eventType=person.erased');
      return items[0];
    });
    expect(erased).toMatchObject({ entityId: personId, data: {} });
    const { verdict } = await owner.do(verifyAuditEvents.response, 'GET', '/v1/audit-events/verify');
    expect(verdict).toBe('intact');
    expect(await whereIs(owner)).toMatchObject({ workspaceId, role: 'owner' });
  });
});

describe('a workspace', () => {
  test('that is deleted is erased from every context and publishes nothing, while another keeps its data and posts', async () => {
    const [leaver, neighbour] = [await new Marketer(stage, 'gone').join(), await new Marketer(stage, 'stays').join()];
    const usernames = [await newXUser(stage), await newXUser(stage)] as const;
    const seen = await Promise.all(
      [leaver, neighbour].map(async (marketer, place) => {
        const accountId = await marketer.connect(usernames[place] ?? '');
        const [posted, planned] = [await write(marketer, accountId, 'Soon'), await write(marketer, accountId, 'Later')];
        await uploadPicture(marketer);
        await marketer.do(z.unknown(), 'POST', '/v1/webhooks', { url: otherServer(stage).url });
        await marketer.do(z.unknown(), 'POST', '/v1/hooks', { name: 'Shop', scheme: 'github' });
        await schedule(marketer, posted, soon(untilDueMs));
        const campaign = await plan(marketer, [{ postId: planned.id, publishAt: soon(untilDueMs) }]);
        await launch(marketer, campaign);
        const { workspaceId } = await whereIs(marketer);
        await eventually('all contexts know it', async () => {
          const held = await Promise.all(contexts.map((context) => heldBy(context, workspaceId)));
          return held.every((keys) => keys.length > 0) || undefined;
        });
        return workspaceId;
      }),
    );
    const [workspaceId = '', other = ''] = seen;
    const raw = await rawFilesOf(seen);

    await leaver.do(z.looseObject({}), 'DELETE', '/v1/workspace', { name: 'Acme Coffee' });
    const due = new Date(Date.now() - 1000).toISOString();
    const users = await tableOf('users');
    await users.update(
      { pk: workspaceId, sk: 'WORKSPACE' },
      {
        UpdateExpression: 'SET deletionDueAt = :due, byDueSk = :key',
        ExpressionAttributeValues: { ':due': due, ':key': `${due}#${workspaceId}` },
      },
    );
    // The schedule starts this every day.
    await start('delete-due-workspaces', '{}');
    const closed = async () => {
      const item = await users.get({ pk: workspaceId, sk: 'WORKSPACE' });
      return item?.deletionDueAt === null ? item : undefined;
    };
    expect(await eventually('the workspace is closed', closed, { withinMs: 170_000, everyMs: 1000 })).toMatchObject({
      name: 'Deleted workspace',
    });

    for (const context of contexts) {
      expect(await heldBy(context, workspaceId), context).toEqual([]);
      expect((await heldBy(context, other)).length, context).toBeGreaterThan(0);
    }
    const filesOf = async (id: string) => (await objectsOf(id)).map(({ key }) => key.split('/')[0]);
    // The upload as received, and the stored file.
    expect([await filesOf(workspaceId), (await filesOf(other)).sort()]).toEqual([[], ['pending', other]]);
    expect(await raw.left()).toEqual([`${rawPrefixOf(other)}day=2026-11-22/acc.parquet`]);
    // The X user can be connected in another workspace.
    await neighbour.connect(usernames[0]);
    await eventually('the neighbour’s post is out', async () => (await postsOnX(stage, usernames[1]))[0], {
      withinMs: 120_000,
    });
    expect(await postsOnX(stage, usernames[0])).toEqual([]);
  });
});
