import * as z from 'zod';
import { defineEvent } from '../shared/events/event.ts';

/** What an account may do on X, as X told it when it was connected or probed. */
const Capabilities = z.object({
  /** Largest weighted length of a post: 280, or 25,000 for Premium. */
  maxWeightedLength: z.int().min(1),
});

/**
 * `healthy`; `degraded`: X fails now and then; `limited`: X lets it do nothing for a while; the rest need a person.
 */
export const AccountHealth = z.enum([
  'healthy',
  'degraded',
  'limited',
  'reconnect_needed',
  'suspended',
  'locked',
  'disconnected',
]);
export type AccountHealth = z.infer<typeof AccountHealth>;

export const AccountConnected = defineEvent(
  'accounts',
  'account.connected',
  1,
  'An X account was connected, or connected again.',
  z.object({ xUserId: z.string(), username: z.string(), capabilities: Capabilities }),
);

export const AccountDisconnected = defineEvent(
  'accounts',
  'account.disconnected',
  1,
  'An X account was disconnected by a person; nothing is published on it any more.',
  z.object({}),
);

export const AccountHealthChanged = defineEvent(
  'accounts',
  'account.health_changed',
  1,
  'X gave a reason to think differently of an account.',
  z.object({
    health: AccountHealth,
    /** In words that a marketer understands. */
    reason: z.string(),
  }),
);

export const AccountCapabilitiesChanged = defineEvent(
  'accounts',
  'account.capabilities_changed',
  1,
  'X told that an account may do other things than before.',
  z.object({ capabilities: Capabilities }),
);
