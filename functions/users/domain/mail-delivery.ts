import type { Mail, MailKind } from './mail.ts';

/** Kinds that people can opt out of. All others are about their own sign-in or the end of their workspace. */
export const optionalKinds = [
  'invitation',
  'export_ready',
  'reconnect_account',
  'performance_alert',
  'report_ready',
  'webhook_failing',
  'automation',
] as const satisfies readonly MailKind[];
export type OptionalKind = (typeof optionalKinds)[number];

export const isOptional = (kind: MailKind): kind is OptionalKind => optionalKinds.some((optional) => optional === kind);

/**
 * The inbox delivers an event five times before it moves it to the dead-letter queue; give up earlier, so that the
 * failure is recorded.
 */
const maxAttempts = 4;

/** How long an attempt blocks others, in milliseconds: longer than the function runs, shorter than the inbox waits. */
const tryMs = 60_000;

/** Whether another delivery of the same event is sending the email now. */
export const isBeingSent = ({ sending }: Mail, now: Date): boolean =>
  sending !== undefined && now.getTime() - Date.parse(sending.since) < tryMs;

/** Marks an attempt as ended, so that the next one need not wait. */
export const givenUp = <M extends Pick<Mail, 'sending'>>(mail: M): M => ({
  ...mail,
  ...(mail.sending && { sending: { ...mail.sending, since: new Date(0).toISOString() } }),
});

/** Starts an attempt. `secret` is for the unsubscribe link, which is the same in all attempts. */
export const taken = (mail: Mail, now: Date, secret: string) => ({
  ...mail,
  sending: {
    tries: (mail.sending?.tries ?? 0) + 1,
    since: now.toISOString(),
    unsubscribeSecret: mail.sending?.unsubscribeSecret ?? secret,
  },
});

export const hasTriesLeft = ({ sending }: Mail): boolean => (sending?.tries ?? 0) < maxAttempts;

/** Masks an address for others in the workspace: recognizable only to those who know it. */
export const masked = (address: string): string => address.replace(/^(.)[^@]*/, '$1***');
