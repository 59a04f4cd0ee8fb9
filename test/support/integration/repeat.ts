import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Answer, eventually, Marketer } from '#infra/local/marketer.ts';
import { allOperations } from '#infra/openapi.ts';
import { expectProblem, whenHeardOf } from './answers.ts';
import { furnish, type Office, type Request } from './repeatable.ts';
import { cases } from './repeatable-cases.ts';
import { stage } from './stage.ts';

/** Two workspaces that are set up before the tests of a file. */
export const twoOffices = () => {
  const [maya, other] = [new Marketer(stage), new Marketer(stage, 'other')];
  const offices = new Map<Marketer, Office>();
  beforeAll(async () => {
    await Promise.all([maya.join(), other.join()]);
    // A case makes three requests in Maya's workspace and one in the other; an ownership transfer takes two colleagues.
    const [hers, theirs] = await Promise.all([furnish(maya, other, 3), furnish(other, maya, 2)]);
    offices.set(maya, hers).set(other, theirs);
  });
  const officeOf = (owner: Marketer): Office => {
    const office = offices.get(owner);
    if (!office) throw new Error('The offices are furnished before the first test');
    return office;
  };
  return { maya, other, officeOf };
};

/** Whether an operation belongs to campaigns or automations, whose cases take the longest. */
export const isOfCampaigns = (operationId: string): boolean =>
  allOperations.some(({ context, operation }) => context === 'campaigns' && operation.id === operationId);

export const post = (by: Marketer, { path, body, sender = by }: Request, key: string): Promise<Answer> =>
  sender.call('POST', path, body, { 'idempotency-key': key, 'if-match': '*' });

/** The effect after a request was carried out once, given the effect before. */
const onceMore = (before: number | undefined): number | undefined => (before === undefined ? undefined : before + 1);

/** Tests the selected operations: each repeats its answer, and is carried out once. */
export const tryEach = (
  { maya, other, officeOf }: ReturnType<typeof twoOffices>,
  isMeant: (operationId: string) => boolean,
): void => {
  describe.each(Object.entries(cases).filter(([id]) => isMeant(id)))('%s', (_, { request, effect }) => {
    test('repeats its answer to the same request and key, and is carried out once', async () => {
      const key = randomUUID();
      const asked = await request(maya, officeOf(maya));
      const before = await effect(maya, asked);
      const first = await whenHeardOf(() => post(maya, asked, key));
      expect(first.status).toBeLessThan(300);
      const after = await effect(maya, asked);
      expect(after).toBe(onceMore(before));
      const again = await post(maya, asked, key);
      expect(again).toMatchObject({ status: first.status, body: first.body });
      expect(again.headers.get('etag')).toBe(first.headers.get('etag'));
      expect(await effect(maya, asked)).toBe(after);

      // Another request under the same key is refused; another workspace may use the same key.
      expectProblem(await post(maya, await request(maya, officeOf(maya)), key), 422, 'idempotency_key_reused');
      const others = await request(other, officeOf(other));
      const untouched = await effect(other, others);
      const theirs = await whenHeardOf(() => post(other, others, key));
      expect(theirs.status).toBe(first.status);
      // For a reply without a body, only the effect tells.
      if (first.body !== undefined) expect(theirs.body).not.toEqual(first.body);
      expect(await effect(other, others)).toBe(onceMore(untouched));
    });

    test('is carried out once when the same request is sent twice concurrently', async () => {
      const key = randomUUID();
      const asked = await request(maya, officeOf(maya));
      const before = await effect(maya, asked);
      const answers = await eventually('two answers other than 404', async () => {
        const both = await Promise.all([post(maya, asked, key), post(maya, asked, key)]);
        return both.some(({ status }) => status === 404) ? undefined : both;
      });
      const [done, ...others] = answers.filter(({ status }) => status < 300);
      expect(done).toBeDefined();
      for (const each of others) expect(each.body).toEqual(done?.body);
      for (const each of answers.filter(({ status }) => status >= 300)) {
        expectProblem(each, 409, 'idempotency_key_in_flight');
      }
      const settled = await eventually('the reply to the key', async () => {
        const again = await post(maya, asked, key);
        return again.status === 409 ? undefined : again;
      });
      expect(settled.body).toEqual(done?.body);
      expect(await effect(maya, asked)).toBe(onceMore(before));
    });
  });
};
