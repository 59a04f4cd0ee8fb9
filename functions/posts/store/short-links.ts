import { entityOf } from '#shared/entities.ts';
import { isNew, type Item, type Key, type Table } from '#shared/table.ts';
import { daySeconds, timeToLive } from '#shared/time.ts';
import { type HourlyClicks, Redirect } from '../domain/short-link.ts';

/**
 * Targets of short links, and clicks on them. Each link has a separate partition, so that a crowd that follows it takes
 * no capacity from its workspace's publishing; the workspace's partition only lists the codes.
 */
export interface ShortLinkStore {
  /** Stores the target of a link, once; false if the code belongs to another post. */
  keep(redirect: Redirect): Promise<boolean>;
  find(code: string): Promise<Redirect | undefined>;
  /** Counts a click at this instant. */
  count(code: string, at: Date): Promise<void>;
  /** The hours in which the link was followed, oldest first. */
  clicksOf(code: string): Promise<HourlyClicks[]>;
  /** Sets when the links of a post expire, in Unix seconds. */
  expire(workspaceId: string, postId: string, ttl: number): Promise<void>;
  /** Erases some of a workspace's links with their clicks, and returns how many. */
  eraseSome(workspaceId: string): Promise<number>;
}

/** How long clicks are kept after their day. */
const clicksKeptSeconds = 400 * daySeconds;

/** Number of links erased per call: each has few items, one per day with clicks. */
const linksAtATime = 25;

const partitionOf = (code: string): string => `LINK#${code}`;
const linkKey = (code: string): Key => ({ pk: partitionOf(code), sk: 'LINK' });
const clicksPrefix = 'CLICKS#';
const ownPrefix = 'SHORT_LINK#';
const ownKey = (workspaceId: string, postId: string, code: string): Key => ({
  pk: workspaceId,
  sk: `${ownPrefix}${postId}#${code}`,
});

/** The hours of a day's item: attributes named `00` to `23`. */
const hoursOf = ({ sk, ...rest }: Item): HourlyClicks[] =>
  Object.entries(rest)
    .filter(([name]) => /^\d\d$/.test(name))
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([hour, clicks]) => ({
      hour: `${String(sk).slice(clicksPrefix.length)}T${hour}:00:00.000Z`,
      clicks: Number(clicks),
    }));

export const shortLinkStore = (table: Table): ShortLinkStore => {
  const find = async (code: string): Promise<Redirect | undefined> => {
    const item = await table.get(linkKey(code));
    return item && entityOf(Redirect, item);
  };
  const expireAt = (key: Key, ttl: number) =>
    table.update(key, {
      UpdateExpression: 'SET #ttl = :ttl',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: { ':ttl': ttl },
    });
  const ownOf = (workspaceId: string, prefix: string) => ({
    KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :prefix)',
    ProjectionExpression: 'sk, code',
    ExpressionAttributeValues: { ':workspace': workspaceId, ':prefix': prefix },
    ConsistentRead: true,
  });
  return {
    find,
    async keep(redirect) {
      const { workspaceId, postId, code } = redirect;
      const own = { ...ownKey(workspaceId, postId, code), type: 'short_link_of_post', workspaceId, postId, code };
      const link = { ...redirect, ...linkKey(code), type: 'short_link' };
      if (await table.transact([{ put: own }, { put: link, condition: isNew }])) return true;
      const there = await find(code);
      return there?.workspaceId === workspaceId && there.postId === postId;
    },
    async count(code, at) {
      const [day = '', time = ''] = at.toISOString().split('T');
      await table.update(
        { pk: partitionOf(code), sk: clicksPrefix + day },
        {
          UpdateExpression: 'SET #type = :type, #ttl = :ttl ADD #hour :one',
          ExpressionAttributeNames: { '#type': 'type', '#ttl': 'ttl', '#hour': time.slice(0, 2) },
          ExpressionAttributeValues: {
            ':type': 'link_clicks',
            ':ttl': timeToLive(new Date(day), clicksKeptSeconds),
            ':one': 1,
          },
        },
      );
    },
    async clicksOf(code) {
      const days = await table.queryAll({
        KeyConditionExpression: 'pk = :link AND begins_with(sk, :clicks)',
        ExpressionAttributeValues: { ':link': partitionOf(code), ':clicks': clicksPrefix },
      });
      return days.flatMap(hoursOf);
    },
    async expire(workspaceId, postId, ttl) {
      for (const { sk, code } of await table.queryAll(ownOf(workspaceId, `${ownPrefix}${postId}#`))) {
        await expireAt(linkKey(String(code)), ttl);
        await expireAt({ pk: workspaceId, sk: String(sk) }, ttl);
      }
    },
    async eraseSome(workspaceId) {
      const own = await table.queryFirst(ownOf(workspaceId, ownPrefix), linksAtATime);
      for (const { sk, code } of own) {
        const items = await table.queryAll({
          KeyConditionExpression: 'pk = :link',
          ProjectionExpression: 'pk, sk',
          ExpressionAttributeValues: { ':link': partitionOf(String(code)) },
          ConsistentRead: true,
        });
        await Promise.all(items.map(({ pk, sk: place }) => table.delete({ pk: String(pk), sk: String(place) })));
        await table.delete({ pk: workspaceId, sk: String(sk) });
      }
      return own.length;
    },
  };
};
