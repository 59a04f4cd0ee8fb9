import * as z from 'zod';
import { defineEvent } from '../shared/events/event.ts';

/** What an account may do on X, as X told it when it was connected or probed. */
const Capabilities = z.object({
  /** Largest weighted length of a post: 280, or 25,000 for Premium. */
  maxWeightedLength: z.int().min(1),
});

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
    health: z.enum(['healthy', 'reconnect_needed', 'suspended', 'locked']),
    /** In words that a marketer understands. */
    reason: z.string(),
  }),
);
