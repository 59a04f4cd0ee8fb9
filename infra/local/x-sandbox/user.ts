import * as z from 'zod';

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
  /** False for strangers, who cannot sign in on the consent page. */
  ours: z.boolean(),
});

export type User = z.infer<typeof User>;

const JOINED = Date.UTC(2022, 2, 14, 9, 26, 53);

/** The users in a new sandbox. */
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

/** Whether the user can post long texts and long videos, which X Premium includes but Basic does not. */
export function isPremium(user: User): boolean {
  return user.subscription === 'Premium' || user.subscription === 'PremiumPlus';
}
