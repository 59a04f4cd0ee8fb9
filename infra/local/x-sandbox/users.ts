import * as z from 'zod';
import { Refusal } from './http.ts';
import type { Caller, Operation } from './operation.ts';
import { requestedFields, type Dialect } from './fields.ts';
import { unsupportedAuthentication } from './problems.ts';
import type { World } from './world.ts';
import { weigh } from './metrics.ts';

export const Username = z
  .string()
  .regex(/^[A-Za-z0-9_]{1,15}$/, 'a username has 1 to 15 letters, digits or underscores');
export const Subscription = z.enum(['None', 'Basic', 'Premium', 'PremiumPlus']);

export const User = z.object({
  id: z.string(),
  username: Username,
  name: z.string(),
  description: z.string(),
  /** Milliseconds since 1970. */
  createdAt: z.number(),
  subscription: Subscription,
  protected: z.boolean(),
  suspended: z.boolean(),
  locked: z.boolean(),
  /** False for strangers: they do not sign in on the consent page. */
  ours: z.boolean(),
});
export type User = z.infer<typeof User>;

const JOINED = Date.UTC(2022, 2, 14, 9, 26, 53);

/** The people everybody finds in a new sandbox. */
export function seededUsers(): User[] {
  const user = (number: number, username: string, name: string, change: Partial<User> = {}): User => ({
    id: `15000000000000000${String(number).padStart(2, '0')}`,
    username,
    name,
    description: `${name} in the X sandbox`,
    createdAt: JOINED,
    subscription: 'None',
    protected: false,
    suspended: false,
    locked: false,
    ours: true,
    ...change,
  });
  return [
    user(1, 'acme_coffee', 'Acme Coffee'),
    user(2, 'acme_premium', 'Acme Premium', { subscription: 'Premium' }),
    user(3, 'acme_suspended', 'Acme Suspended', { suspended: true }),
    user(4, 'acme_locked', 'Acme Locked', { locked: true }),
    user(5, 'acme_protected', 'Acme Protected', { protected: true }),
    user(6, 'some_reader', 'Some Reader', { ours: false }),
  ];
}

export function userByName(world: World, username: string): User | undefined {
  const wanted = username.toLowerCase();
  return Object.values(world.state.users).find((user) => user.username.toLowerCase() === wanted);
}

/** Long posts and long videos come with X Premium; Basic does not have them. */
export function isPremium(user: User): boolean {
  return user.subscription === 'Premium' || user.subscription === 'PremiumPlus';
}

/** Whether the caller may see what this user posts. The sandbox knows no followers. */
export function maySee(caller: Caller, author: User): boolean {
  if (author.suspended) return false;
  return !author.protected || (caller.kind === 'user' && caller.user.id === author.id);
}

/** A user in X's form: id, name and username always, the rest when asked for. Unknown fields are dropped silently. */
export function renderUser(world: World, user: User, fields: ReadonlySet<string>, caller: Caller, dialect: Dialect) {
  const own = caller.kind === 'user' && caller.user.id === user.id;
  const posts = Object.values(world.state.posts).filter((post) => post.authorId === user.id && !post.supersededBy);
  const followers = 100 + Math.floor(weigh(user.id, 'followers') * 20_000);
  const values: Record<string, unknown> = {
    created_at: new Date(user.createdAt).toISOString(),
    description: user.description,
    location: 'Sandbox',
    url: '',
    protected: user.protected,
    verified: isPremium(user),
    verified_type: isPremium(user) ? 'blue' : 'none',
    profile_image_url: 'https://abs.twimg.com/sticky/default_profile_images/default_profile_normal.png',
    most_recent_tweet_id: posts.at(-1)?.id,
    public_metrics: {
      followers_count: followers,
      following_count: Math.floor(weigh(user.id, 'following') * 900),
      [dialect === 'post' ? 'post_count' : 'tweet_count']: posts.length,
      listed_count: Math.floor(followers / 80),
      like_count: 0,
      media_count: posts.filter((post) => post.mediaIds.length > 0).length,
    },
    // X tells it of the signed-in user only.
    subscription_type: own ? user.subscription : undefined,
  };
  const wanted = Object.entries(values).filter(([name]) => fields.has(name));
  return { id: user.id, name: user.name, username: user.username, ...Object.fromEntries(wanted) };
}

export const getUsersMe: Operation = {
  id: 'getUsersMe',
  method: 'GET',
  path: '/2/users/me',
  auth: 'user',
  scopes: ['tweet.read', 'users.read'],
  query: ['user.fields', 'expansions', 'tweet.fields', 'post.fields'],
  async handle(world, { caller, query }) {
    if (caller.kind !== 'user') throw new Refusal(unsupportedAuthentication());
    const { dialect, user } = requestedFields(query);
    const data = renderUser(world, caller.user, user, caller, dialect);
    return { status: 200, body: { data }, charges: [{ kind: 'userRead', resource: `user:${caller.user.id}` }] };
  },
};
