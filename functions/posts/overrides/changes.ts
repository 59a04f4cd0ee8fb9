import * as events from '#events/posts.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Post } from '../domain/post.ts';

/** The events of policy warnings that were overridden. */
export const overrideEvents = (before: Post | undefined, post: Post): DomainEvent[] =>
  newOverrides(before, post).map(({ rule, contentHash, overriddenBy }) =>
    tell(events.PostPolicyOverridden, post, post.id, { accountId: post.accountId, rule, contentHash, overriddenBy }),
  );

const newOverrides = (before: Post | undefined, { overrides = [] }: Post) =>
  overrides.filter(
    ({ rule, contentHash }) =>
      !before?.overrides?.some((each) => each.rule === rule && each.contentHash === contentHash),
  );
