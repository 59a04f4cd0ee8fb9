import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { type Account, connect, reconnect, withHealth, type XUser } from '#functions/accounts/domain/account.ts';
import { findingOf } from '#functions/accounts/domain/health.ts';
import { intend, type Publication, unsent, withPost } from '#functions/accounts/domain/publication.ts';
import * as stores from '#functions/accounts/store/accounts.ts';
import { connectionStore } from '#functions/accounts/store/connections.ts';
import { limitStore } from '#functions/accounts/store/limits.ts';
import { publicationStore } from '#functions/accounts/store/publications.ts';
import { tokenStore } from '#functions/accounts/store/tokens.ts';
import { Upload, uploadStore } from '#functions/accounts/store/uploads.ts';
import { systemAuthor } from '#shared/actor.ts';
import { newId } from '#shared/ids.ts';
import { shards } from '#shared/shards.ts';
import { openTable, type Table } from '#shared/table.ts';
import { clientOptions, onEmulator } from '#test/infra/local/emulator-lab.ts';

const noon = new Date('2026-11-22T12:00:00.000Z');
const author = systemAuthor('accounts', { correlationId: 'correlation-1' });
const [workspaceId, elsewhere] = [newId('wsp', noon), newId('wsp', noon)];

const indexes = ['byKey', 'byProbe'];

/** The context's table on an emulator of its own, with a clock that can be advanced. */
const onTable = (use: (table: Table, clock: { aheadMs: number }) => Promise<void>): Promise<void> =>
  onEmulator({}, async (emulator) => {
    const { forcePathStyle: _, ...options } = clientOptions(emulator);
    await new DynamoDBClient(options).send(
      new CreateTableCommand({
        TableName: 'accounts',
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        AttributeDefinitions: ['pk', 'sk', ...indexes.flatMap((name) => [`${name}Pk`, `${name}Sk`])].map(
          (AttributeName) => ({ AttributeName, AttributeType: 'S' }),
        ),
        GlobalSecondaryIndexes: indexes.map((name) => ({
          IndexName: name,
          KeySchema: [
            { AttributeName: `${name}Pk`, KeyType: 'HASH' },
            { AttributeName: `${name}Sk`, KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        })),
      }),
    );
    const clock = { aheadMs: 0 };
    await use(
      openTable('accounts', () => new Date(noon.getTime() + clock.aheadMs), options),
      clock,
    );
  });

const user: XUser = {
  id: '1500000000000000001',
  username: 'acme_coffee',
  name: 'Acme Coffee',
  profileImageUrl: null,
  isProtected: false,
  subscription: 'None',
  verifiedType: 'none',
  audience: null,
};
const tokensOf = ({ workspaceId: workspace, id }: Pick<Account, 'workspaceId' | 'id'>) => ({
  workspaceId: workspace,
  accountId: id,
  sealed: '1.00000000.AAAA',
  expiresAt: noon.toISOString(),
  refreshingUntil: null,
});
const newAccount = (workspace = workspaceId) => connect(newId('acc', noon), workspace, user, noon);
const page = { limit: 10, scope: { operation: 'listAccounts' } };

test('an X user belongs to one account in one workspace until that account is disconnected', async () => {
  await onTable(async (table) => {
    const [accounts, tokens] = [stores.accountStore(table), tokenStore(table)];
    const fresh = newAccount();
    const account = await accounts.connect(fresh, tokensOf(fresh), author);
    if (!account) throw new Error('not connected');
    expect(await accounts.get(workspaceId, account.id)).toEqual(account);
    expect(await accounts.ofXUser(workspaceId, user.id)).toEqual(account);

    const rival = newAccount();
    expect(await accounts.connect(rival, tokensOf(rival), author)).toBeUndefined();
    const stranger = newAccount(elsewhere);
    expect(await accounts.connect(stranger, tokensOf(stranger), author)).toBeUndefined();
    expect(await accounts.holderOf(user.id)).toEqual({ workspaceId, accountId: account.id });
    expect(await accounts.find(elsewhere, stranger.id)).toBeUndefined();
    expect(await tokens.find(elsewhere, stranger.id)).toBeUndefined();

    const again = await accounts.connect(reconnect(account, user, noon), tokensOf(account), author);
    expect(again).toMatchObject({ id: account.id, connectionCount: 2, version: 2 });
    expect(await tokens.find(workspaceId, account.id)).toMatchObject({ version: 2 });
    expect(await accounts.connect(reconnect(account, user, noon), tokensOf(account), author)).toBeUndefined();
    expect(await accounts.disconnect(account, author)).toBeUndefined();

    if (!again) throw new Error('not connected again');
    expect(await accounts.disconnect(again, author)).toMatchObject({ status: 'disconnected', version: 3 });
    expect(await tokens.find(workspaceId, account.id)).toBeUndefined();
    expect(await accounts.connect(stranger, tokensOf(stranger), author)).toMatchObject({ version: 1 });
    expect((await accounts.list(workspaceId, page)).items.map(({ id }) => id)).toEqual([account.id]);
    expect((await accounts.list(elsewhere, page)).items.map(({ id }) => id)).toEqual([stranger.id]);
    await expect(accounts.get(elsewhere, account.id)).rejects.toMatchObject({ code: 'account_not_found' });
  });
});

test('an X user moves to one of five concurrent workspaces atomically, and only if the account is unchanged', async () => {
  await onTable(async (table) => {
    const [accounts, tokens] = [stores.accountStore(table), tokenStore(table)];
    const fresh = newAccount();
    const account = await accounts.connect(fresh, tokensOf(fresh), author);
    if (!account) throw new Error('not connected');
    const rivals = Array.from({ length: 5 }, () => newAccount(newId('wsp', noon)));

    // Written meanwhile: what X said about it may no longer hold.
    const read = { ...account, version: 7 };
    const [first] = rivals;
    if (!first) throw new Error('no rival');
    expect(await accounts.connect(first, tokensOf(first), author, read)).toBeUndefined();
    expect(await accounts.find(first.workspaceId, first.id)).toBeUndefined();
    expect(await accounts.get(workspaceId, account.id)).toMatchObject({ status: 'connected', version: 1 });

    const taken = await Promise.all(rivals.map((rival) => accounts.connect(rival, tokensOf(rival), author, account)));
    const [winner, ...others] = taken.flatMap((each) => each ?? []);
    expect(others).toEqual([]);
    if (!winner) throw new Error('nobody won');
    expect(await accounts.holderOf(user.id)).toEqual({ workspaceId: winner.workspaceId, accountId: winner.id });
    expect(await accounts.get(workspaceId, account.id)).toMatchObject({
      status: 'disconnected',
      disconnectReason: 'connected_elsewhere',
      version: 2,
      changedBy: { type: 'system', id: 'accounts' },
    });
    expect(await tokens.find(workspaceId, account.id)).toBeUndefined();
    expect(await tokens.find(winner.workspaceId, winner.id)).toMatchObject({ version: 1 });
    // The former account cannot free the X user: it is disconnected already.
    expect(await accounts.disconnect(account, author)).toBeUndefined();
    expect(await accounts.holderOf(user.id)).toMatchObject({ accountId: winner.id });
  });
});

test('one of ten concurrent saves of the same tokens succeeds, and deleted tokens cannot be saved', async () => {
  await onTable(async (table) => {
    const [accounts, tokens] = [stores.accountStore(table), tokenStore(table)];
    const fresh = newAccount();
    const account = await accounts.connect(fresh, tokensOf(fresh), author);
    const stored = await tokens.find(workspaceId, fresh.id);
    if (!account || !stored) throw new Error('not connected');
    const locked = await Promise.all(Array.from({ length: 10 }, () => tokens.save(stored)));
    expect(locked.filter((each) => each !== undefined)).toHaveLength(1);
    await accounts.save(withHealth(account, findingOf('locked'), noon), author);
    await accounts.disconnect({ ...account, version: 2 }, author);
    expect(await tokens.save({ ...stored, version: 2 })).toBeUndefined();
  });
});

test('a connection is used once, by its own person in its own workspace, before it expires', async () => {
  await onTable(async (table, clock) => {
    const connections = connectionStore(table);
    const [person, other] = [newId('usr', noon), newId('usr', noon)];
    const begin = (stateHash: string) =>
      connections.begin({
        workspaceId,
        personId: person,
        stateHash,
        sealedVerifier: 'sealed',
        expiresAt: new Date(noon.getTime() + 600_000).toISOString(),
      });
    await begin('one');
    expect(await connections.use(workspaceId, other, 'one')).toBeUndefined();
    expect(await connections.use(elsewhere, person, 'one')).toBeUndefined();
    expect(await connections.use(workspaceId, person, 'two')).toBeUndefined();
    const used = await Promise.all(Array.from({ length: 5 }, () => connections.use(workspaceId, person, 'one')));
    expect(used.filter((each) => each !== undefined)).toMatchObject([{ stateHash: 'one', sealedVerifier: 'sealed' }]);
    await begin('late');
    clock.aheadMs = 600_000;
    expect(await connections.use(workspaceId, person, 'late')).toBeUndefined();
  });
});

test('one of ten concurrent intents is written, and an X post is adopted by one part only', async () => {
  await onTable(async (table) => {
    const publications = publicationStore(table);
    const part = (postId: string): Publication =>
      unsent({ workspaceId, postId, part: 0, accountId: newId('acc', noon), campaignId: null });
    const send = { at: noon.toISOString(), fingerprint: 'f', replyTo: null, mediaCount: 0 };
    const charge = { kind: 'post_create', quantity: 1, micros: 15_000, month: '2026-11' };
    const fresh = intend(part(newId('pst', noon)), send, charge);
    const written = await Promise.all(Array.from({ length: 10 }, () => publications.save(fresh)));
    const won = written.filter((each) => each !== undefined);
    expect(won).toHaveLength(1);
    const [intent] = won;
    if (!intent) throw new Error('no intent');
    expect(await publications.find(workspaceId, fresh.postId, 0)).toEqual(intent);

    expect(await publications.isTaken(workspaceId, '7')).toBe(false);
    const out = await publications.save(withPost(intent, '7', noon.toISOString()));
    expect(out).toMatchObject({ version: 2, published: { xPostId: '7' } });
    expect(await publications.isTaken(workspaceId, '7')).toBe(true);
    const [rival, other] = [part(newId('pst', noon)), part(newId('pst', noon))];
    const adopted = [rival, other].map((each) => publications.adopt(withPost(each, '8', noon.toISOString()), '8'));
    expect((await Promise.all(adopted)).filter((each) => each !== undefined)).toHaveLength(1);
    expect(await publications.isTaken(workspaceId, '8')).toBe(true);
  });
});

test('uploads and limits are not found once they expire, and a stale upload is not saved', async () => {
  await onTable(async (table, clock) => {
    const [uploads, limits] = [uploadStore(table), limitStore(table)];
    const accountId = newId('acc', noon);
    const until = new Date(noon.getTime() + 60_000).toISOString();
    const mediaId = newId('med', noon);
    const said = { workspaceId, accountId, mediaId, xMediaId: '9', state: 'uploading', expiresAt: until };
    const first = await uploads.save(Upload.parse(said));
    const upload = first && (await uploads.save({ ...first, nextSegment: 7 }));
    expect(upload).toMatchObject({ version: 2, nextSegment: 7 });
    // A write based on a stale read fails.
    expect(first && (await uploads.save({ ...first, nextSegment: 3 }))).toBeUndefined();
    expect(await uploads.save(Upload.parse(said))).toBeUndefined();
    await limits.save(workspaceId, accountId, 'create_post', { remaining: 0, resetAt: until });
    expect(await uploads.find(workspaceId, accountId, mediaId)).toEqual(upload);
    expect(await limits.find(workspaceId, accountId, 'create_post')).toEqual({ remaining: 0, resetAt: until });
    expect(await limits.find(workspaceId, accountId, 'timeline')).toBeUndefined();
    clock.aheadMs = 60_000;
    expect(await uploads.find(workspaceId, accountId, mediaId)).toBeUndefined();
    expect(await limits.find(workspaceId, accountId, 'create_post')).toBeUndefined();
  });
});

test('tokens are listed in pages by the key that sealed them, until another key seals them', async () => {
  await onTable(async (table) => {
    const tokens = tokenStore(table);
    const sealedWith = (version: string) => `1.${version}.AAAA`;
    for (let each = 0; each < 5; each += 1) {
      const owned = tokensOf({ workspaceId, id: newId('acc', noon) });
      await tokens.save({ ...owned, sealed: sealedWith(each < 4 ? '0000000a' : '0000000b'), version: 0 });
    }
    const first = await tokens.underKey('0000000a', null, 3);
    expect(first.tokens).toHaveLength(3);
    const second = await tokens.underKey('0000000a', first.next, 3);
    expect(second.tokens).toHaveLength(1);
    expect((await tokens.underKey('0000000a', second.next, 3)).next).toBeNull();
    expect(new Set([...first.tokens, ...second.tokens].map(({ accountId }) => accountId)).size).toBe(4);
    for (const stored of first.tokens) await tokens.save({ ...stored, sealed: sealedWith('0000000b') });
    expect((await tokens.underKey('0000000a', null, 9)).tokens).toEqual(second.tokens);
    expect((await tokens.underKey('0000000b', null, 9)).tokens).toHaveLength(4);
  });
});

test('a connected account is due for a probe once its last probe is old enough; a probe keeps its version', async () => {
  await onTable(async (table, clock) => {
    const accounts = stores.accountStore(table);
    const fresh = newAccount();
    const account = await accounts.connect(fresh, tokensOf(fresh), author);
    if (!account) throw new Error('not connected');
    const due = async (before: string) =>
      (await Promise.all(shards.map((shard) => accounts.dueProbes(shard, before, 9)))).flat();
    const soon = new Date(noon.getTime() + 1).toISOString();
    expect(await due(noon.toISOString())).toEqual([]);
    expect(await due(soon)).toEqual([{ workspaceId, accountId: account.id }]);
    clock.aheadMs = 60_000;
    const begun = await accounts.beginProbe(workspaceId, account.id);
    expect(begun).toEqual({ ...account, probedAt: new Date(noon.getTime() + 60_000).toISOString() });
    expect(await due(soon)).toEqual([]);
    expect(await accounts.disconnect(account, author)).toBeDefined();
    expect(await accounts.beginProbe(workspaceId, account.id)).toBeUndefined();
    expect(await due(new Date(noon.getTime() + 90_000).toISOString())).toEqual([]);
    expect(await accounts.beginProbe(workspaceId, newId('acc', noon))).toBeUndefined();
  });
});

test('ten concurrent failures are all counted and leave the version of the account unchanged', async () => {
  await onTable(async (table) => {
    const accounts = stores.accountStore(table);
    const fresh = newAccount();
    const account = await accounts.connect(fresh, tokensOf(fresh), author);
    if (!account) throw new Error('not connected');
    await Promise.all(Array.from({ length: 10 }, () => accounts.countFailure(workspaceId, account.id)));
    expect(await accounts.get(workspaceId, account.id)).toEqual({ ...account, failuresInARow: 10 });
    expect(await accounts.countFailure(workspaceId, newId('acc', noon))).toBe(0);
    expect(await accounts.countFailure(elsewhere, account.id)).toBe(0);
  });
});
