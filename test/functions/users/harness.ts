import * as z from 'zod';
import { triggers } from '#functions/users/access-tokens/token-triggers.ts';
import { eventsFor } from '#functions/users/changes.ts';
import { routes } from '#functions/users/routes.ts';
import * as contract from '#functions/users/sign-in/contract.ts';
import * as signUps from '#functions/users/sign-up/contract.ts';
import { standingByRow } from '#functions/users/standing.ts';
import { subscriptions } from '#functions/users/subscriptions.ts';
import { tasks } from '#functions/users/tasks.ts';
import type { Operation } from '#shared/http/operation.ts';
import { Role } from '#shared/permissions.ts';
import { answering, clockAt, contextHarness, type Sent } from '#test/support/context-harness.ts';
import type { SignedIn } from '#test/support/http-event.ts';
import { memoryUsers } from '#test/support/memory/users.ts';

export const ada = {
  email: 'ada@example.com',
  password: 'Correct-Horse-9-Battery',
  name: 'Ada Lovelace',
  workspaceName: 'Engines',
};

const Mailed = z.object({
  type: z.literal('mail'),
  to: z.string(),
  kind: z.string(),
  status: z.string(),
  workspaceId: z.string(),
  data: z.record(z.string(), z.string()),
});
/** A machine-readable time, or an address that only an API client can open: a mail contains neither. */
const raw = /\d{4}-\d\d-\d\dT\d\d:|(?<!API request )\b(?:GET|POST|PUT|PATCH|DELETE) https?:/;

/** A queued mail. @throws Error when it is not written for people */
const readable = (mail: z.infer<typeof Mailed>): z.infer<typeof Mailed> => {
  // The text of an automation's mail is that of its author.
  const bad = mail.kind === 'automation' ? undefined : Object.entries(mail.data).find(([, value]) => raw.test(value));
  if (bad) throw new Error(`A mail of the kind ${mail.kind} shows ${bad.join(': ')}`);
  return mail;
};

const SignUpReply = z.object({ signUpToken: z.string() });

/** The users context as Lambda invokes it, with a table in memory. */
export const harness = (clock = clockAt('2026-11-22T09:00:00.000Z'), pause?: () => Promise<void>) => {
  const deps = memoryUsers(clock.now, pause);
  const context = contextHarness(deps, clock, eventsFor, {
    context: 'users',
    routes: routes(deps, answering),
    standing: standingByRow(deps),
    subscriptions: async () => subscriptions(deps),
    tasks: tasks(deps),
    triggers: triggers({ ...deps, enrolmentClientId: 'enrolment' }),
  });
  /** Calls an operation anonymously unless a caller is given: most are for people who have not signed in. */
  const call = async (operation: Operation, sent: Sent = {}) => {
    const { status, body } = await context.call(operation, { as: undefined, ...sent });
    return { status, body: body === '' ? undefined : body };
  };
  let heard = 0;
  /** Delivers the new events of the table's stream, but only those of these types. */
  const hear = async (...types: readonly string[]): Promise<void> => {
    const news = deps.changes.slice(heard).flatMap(eventsFor);
    heard = deps.changes.length;
    for (const event of news) if (types.includes(event.definition.type)) await context.deliver(event);
  };
  const signUpTokens = new Map<string, string>();
  const tokenOf = (email: string): string => signUpTokens.get(email) ?? 'x'.repeat(43);
  const signUp = async (person: { email: string; [field: string]: unknown } = ada) => {
    const answer = await call(signUps.signUp, { body: person });
    const reply = SignUpReply.safeParse(answer.body);
    if (reply.success) signUpTokens.set(person.email.toLowerCase(), reply.data.signUpToken);
    return answer;
  };
  /** The mails queued for an address, oldest first. */
  const mailsTo = (email: string) =>
    deps.changes
      .flatMap(({ before, after }) => (before === undefined ? (Mailed.safeParse(after).data ?? []) : []))
      .map(readable)
      .filter(({ to, status }) => to === email && status === 'waiting');
  const codesTo = (email: string): string[] => mailsTo(email).flatMap(({ data }) => data.code ?? []);
  const latestCode = (email: string): string => codesTo(email).at(-1) ?? 'NONE-NONE';

  return {
    ...context,
    call,
    hear,
    mailsTo,
    codesTo,
    latestCode,
    signUp,
    tokenOf,
    /** Uses the token of the latest sign-up unless another is given. */
    confirm: (code = latestCode(ada.email), email = ada.email, signUpToken = tokenOf(email)) =>
      call(signUps.confirmSignUp, { body: { email, code, signUpToken } }),
    signIn: ({ email, password } = ada) => call(contract.signIn, { body: { email, password } }),
    /** Signs Ada up, confirms, and returns the claims that API Gateway would pass on. */
    async ada(): Promise<SignedIn> {
      await signUp();
      await this.confirm();
      return this.whoIs(ada.email);
    },
    /** Deletes a membership past its store, so that no event is emitted. */
    removeMember: ({ workspaceId, personId }: Pick<SignedIn, 'workspaceId' | 'personId'>) =>
      deps.table.delete({ pk: workspaceId, sk: `MEMBER#${personId}` }),
    async whoIs(email: string): Promise<SignedIn> {
      const identity = await deps.provider.find(email);
      const answer = await context.wake({
        triggerSource: 'TokenGeneration_Authentication',
        callerContext: { clientId: 'client' },
        request: { userAttributes: { sub: identity?.subject, email } },
      });
      const { person_id: personId, workspace_id: workspaceId, role, made_by: madeBy } = TokenAnswer.parse(answer);
      return { personId, workspaceId, role, ...(madeBy !== undefined && { madeBy }) };
    },
  };
};

/** The claims that a trigger adds to the access token. */
const TokenAnswer = z
  .object({
    response: z.object({
      claimsAndScopeOverrideDetails: z.object({
        accessTokenGeneration: z.object({
          claimsToAddOrOverride: z.object({
            person_id: z.string(),
            workspace_id: z.string(),
            role: Role,
            made_by: z.string().optional(),
          }),
        }),
      }),
    }),
  })
  .transform(({ response }) => response.claimsAndScopeOverrideDetails.accessTokenGeneration.claimsToAddOrOverride);
