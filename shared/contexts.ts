/** The bounded contexts, each a folder of `functions/`. */
export const contextNames = ['users', 'accounts', 'campaigns', 'posts', 'analytics', 'platform'] as const;
export type ContextName = (typeof contextNames)[number];
