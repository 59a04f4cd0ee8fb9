import type { Mail, MailKind } from './mail.ts';

/** What people may switch off. The rest is about their own sign-in or the end of their workspace, and always comes. */
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

/** The inbox delivers an event five times before it puts it aside: a mail is given up before that, where it is seen. */
const maxAttempts = 4;

/** A try ends after this, in milliseconds: longer than the function runs, shorter than the inbox waits. */
const tryMs = 60_000;

/** Whether another delivery of the same event is sending it right now. */
export const isBeingSent = ({ sending }: Mail, now: Date): boolean =>
  sending !== undefined && now.getTime() - Date.parse(sending.since) < tryMs;

/** The mail after a try that has ended, so that another need not wait for it. */
export const givenUp = <M extends Pick<Mail, 'sending'>>(mail: M): M => ({
  ...mail,
  ...(mail.sending && { sending: { ...mail.sending, since: new Date(0).toISOString() } }),
});

/** The mail as it is taken for a try. `secret` is what its unsubscribe link holds, the same in every try. */
export const taken = (mail: Mail, now: Date, secret: string) => ({
  ...mail,
  sending: {
    tries: (mail.sending?.tries ?? 0) + 1,
    since: now.toISOString(),
    unsubscribeSecret: mail.sending?.unsubscribeSecret ?? secret,
  },
});

export const hasTriesLeft = ({ sending }: Mail): boolean => (sending?.tries ?? 0) < maxAttempts;

/** An address as others of the workspace may see it: who knows it knows it again. */
export const masked = (address: string): string => address.replace(/^(.)[^@]*/, '$1***');
