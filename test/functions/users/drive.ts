import * as z from 'zod';
import { eventsFor } from '#functions/users/changes.ts';
import { standingByRow } from '#functions/users/current-caller.ts';
import { routes } from '#functions/users/routes.ts';
import * as contract from '#functions/users/sign-in/contract.ts';
import { triggers } from '#functions/users/sign-in/token-triggers.ts';
import * as signUps from '#functions/users/sign-up/contract.ts';
import { subscriptions } from '#functions/users/subscriptions.ts';
import { tasks } from '#functions/users/tasks.ts';
import type { DomainEvent } from '#shared/events/event.ts';
import { busEntry } from '#shared/events/publish.ts';
import type { Operation } from '#shared/http/operation.ts';
import { createHandler } from '#shared/lambda/handler.ts';
import { Role } from '#shared/permissions.ts';
import { httpEvent, lambdaContext, type SignedIn } from '#test/support/http-event.ts';
import { memoryUsers } from '#test/support/memory/users.ts';

export const ada = {
  email: 'ada@example.com',
  password: 'Correct-Horse-9-Battery',
  name: 'Ada Lovelace',
  workspaceName: 'Engines',
};

/** A clock that a test moves. */
export const clockAt = (start: string) => {
  let now = new Date(start);
  return {
    now: () => now,
    pass: (milliseconds: number) => {
      now = new Date(now.getTime() + milliseconds);
    },
  };
};

const Mailed = z.object({
  type: z.literal('mail'),
  to: z.string(),
  kind: z.string(),
  status: z.string(),
  workspaceId: z.string(),
  data: z.record(z.string(), z.string()),
});
const SignUpReply = z.object({ signUpToken: z.string() });
const Answer = z.object({ statusCode: z.int(), body: z.string().optional() });

let deliveries = 0;
const record = (event: DomainEvent, place: number) => {
  const entry = busEntry(event, `delivery-${(deliveries += 1)}`, place);
  const body = { source: entry.source, 'detail-type': entry.type, detail: JSON.parse(entry.detail) as unknown };
  return { messageId: `message-${deliveries}`, eventSource: 'aws:sqs', body: JSON.stringify(body) };
};

/** The function of users, over memory, as API Gateway and the others wake it. */
export const drive = (clock = clockAt('2026-11-22T09:00:00.000Z'), pause?: () => Promise<void>) => {
  const memory = memoryUsers(clock.now, pause);
  const handler = createHandler({
    context: 'users',
    routes: routes(memory, { get: async () => undefined }),
    standing: standingByRow(memory),
    subscriptions: async () => subscriptions(memory),
    tasks: tasks(memory),
    triggers: triggers({ ...memory, enrolmentClientId: 'enrolment' }),
  });
  const wake = (event: object): Promise<unknown> => handler(event, lambdaContext);

  const call = async (operation: Operation, sent: Parameters<typeof httpEvent>[1] = {}) => {
    const answer = Answer.parse(await wake(httpEvent(operation, sent)));
    const body: unknown = answer.body === undefined ? undefined : JSON.parse(answer.body);
    return { status: answer.statusCode, body };
  };
  let heard = 0;
  /** Delivers what the table's stream tells since the last time, as the inbox does: only events of these types. */
  const hear = async (...types: readonly string[]): Promise<unknown> => {
    const news = memory.changes.slice(heard).flatMap(eventsFor);
    heard = memory.changes.length;
    const told = news.filter(({ definition }) => types.includes(definition.type));
    if (told.length === 0) return { batchItemFailures: [] };
    return wake({ Records: told.map((event, place) => record(event, place)) });
  };
  const signUpTokens = new Map<string, string>();
  const tokenOf = (email: string): string => signUpTokens.get(email) ?? 'x'.repeat(43);
  const signUp = async (person: { email: string; [field: string]: unknown } = ada) => {
    const answer = await call(signUps.signUp, { body: person });
    const reply = SignUpReply.safeParse(answer.body);
    if (reply.success) signUpTokens.set(person.email.toLowerCase(), reply.data.signUpToken);
    return answer;
  };
  /** The mails that wait for an address or were sent to it, the oldest first. */
  const mailsTo = (email: string) =>
    memory.changes.flatMap(({ before, after }) => {
      const mail = before === undefined ? Mailed.safeParse(after).data : undefined;
      return mail?.to === email && mail.status === 'waiting' ? [mail] : [];
    });
  const codesTo = (email: string): string[] => mailsTo(email).flatMap(({ data }) => data.code ?? []);
  const latestCode = (email: string): string => codesTo(email).at(-1) ?? 'NONE-NONE';

  return {
    memory,
    clock,
    wake,
    call,
    hear,
    mailsTo,
    codesTo,
    latestCode,
    signUp,
    tokenOf,
    /** With the token of the latest sign-up unless another is given. */
    confirm: (code = latestCode(ada.email), email = ada.email, signUpToken = tokenOf(email)) =>
      call(signUps.confirmSignUp, { body: { email, code, signUpToken } }),
    signIn: ({ email, password } = ada) => call(contract.signIn, { body: { email, password } }),
    /** Signs Ada up, confirms, and says who she is to API Gateway. */
    async ada(): Promise<SignedIn> {
      await signUp();
      await this.confirm();
      return this.whoIs(ada.email);
    },
    async whoIs(email: string): Promise<SignedIn> {
      const identity = await memory.provider.find(email);
      const answer = await wake({
        triggerSource: 'TokenGeneration_Authentication',
        callerContext: { clientId: 'client' },
        request: { userAttributes: { sub: identity?.subject, email } },
      });
      const { person_id: personId, workspace_id: workspaceId, role, made_by: madeBy } = TokenAnswer.parse(answer);
      return { personId, workspaceId, role, ...(madeBy !== undefined && { madeBy }) };
    },
  };
};

/** The claims a trigger's answer puts into the access token. */
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
