import { rmSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { contexts } from '#infra/build/functions.ts';
import { synthesize } from '../support/synthesized.ts';
import { verdictOn } from './judge.ts';
import { type RecordedCall, recordedCalls } from './recorded-calls.ts';
import { type PolicyDocument, StagePolicies } from './stage-policies.ts';

/** Grants that no recorded call can use, by action, with who uses them. */
const usedByOthers: Readonly<Record<string, string>> = {
  'logs:CreateLogStream': "Lambda writes a function's output into its log group, as the function's role.",
  'logs:PutLogEvents': "Lambda writes a function's output into its log group, as the function's role.",
  'dynamodb:DescribeStream': "Lambda's poller reads the stream as the function's role.",
  'dynamodb:GetRecords': "Lambda's poller reads the stream as the function's role.",
  'dynamodb:GetShardIterator': "Lambda's poller reads the stream as the function's role.",
  'dynamodb:ListStreams': "Lambda's poller reads the stream as the function's role.",
  'sqs:ReceiveMessage': "Lambda's poller empties the inbox as the function's role.",
  'sqs:DeleteMessage': "Lambda's poller empties the inbox as the function's role.",
  'sqs:ChangeMessageVisibility': "Lambda's poller empties the inbox as the function's role.",
  'sqs:GetQueueAttributes': 'CDK grants it with the right to poll a queue, and to send to one.',
  'sqs:GetQueueUrl': 'CDK grants it with the right to poll a queue, and to send to one.',
  'sqs:SendMessage': "Lambda puts what it gave up on into the stream's dead-letter queue, as the function's role.",
};

/** The Cognito actions that may be called unsigned (Amazon Cognito API reference). */
const unsignedActions = [
  'SignUp',
  'ConfirmSignUp',
  'ResendConfirmationCode',
  'GetTokensFromRefreshToken',
  'RevokeToken',
  'ForgotPassword',
  'ConfirmForgotPassword',
  'AssociateSoftwareToken',
  'VerifySoftwareToken',
];

const FunctionProperties = z.object({ FunctionName: z.string(), Role: z.string() });

interface Caller {
  name: string;
  role: string;
  policies: PolicyDocument[];
  calls: RecordedCall[];
}

let callers: Caller[];
let unsigned: RecordedCall[];

beforeAll(async () => {
  const calls = recordedCalls();
  const stage = await synthesize('local');
  const policies = new StagePolicies(stage);
  const roleOf = ({ principal }: RecordedCall): string => {
    const session = /:assumed-role\/([^/]+)\//.exec(principal ?? '')?.[1] ?? '';
    return policies.normalize(`arn:aws:iam::000000000000:role/${session}`);
  };
  callers = policies.resourcesOf('AWS::Lambda::Function').map(({ properties }) => {
    const { FunctionName: name, Role: role } = FunctionProperties.parse(properties);
    const ofFunction = distinct(
      // The session of a function's role has the function's name.
      calls.filter(({ principal }) => principal?.includes(':assumed-role/') && principal.endsWith(`/${name}`)),
    ).map((call) => ({ ...call, principal: roleOf(call), resource: policies.normalize(call.resource) }));
    return { name, role, policies: policies.policiesOf(role), calls: distinct(ofFunction) };
  });
  unsigned = calls.filter(({ appId, principal }) => appId?.startsWith('xmp-local-') && principal === null);

  return () => {
    rmSync(stage.folder, { recursive: true, force: true });
  };
});

test('every function called AWS during the integration tier', () => {
  const silent = callers.filter(({ calls }) => calls.length === 0).map(({ name }) => name);
  expect({ functions: callers.length, silent }).toEqual({ functions: contexts.length, silent: [] });
});

test('every function calls AWS with its own role', () => {
  const strange = callers.flatMap(({ role, calls }) => calls.filter(({ principal }) => principal !== role));
  expect(strange).toEqual([]);
});

test('every call that the emulator allowed is allowed by a second implementation of IAM', async () => {
  const refused: string[] = [];
  for (const { name, role, policies, calls } of callers) {
    for (const { action, resource } of calls.filter(({ allowed }) => allowed)) {
      const verdict = await verdictOn({ principal: role, action, resource, rolePolicies: policies });
      if (verdict !== 'Allowed') refused.push(`${name}: ${action} on ${resource}: ${verdict}`);
    }
  }
  expect(refused).toEqual([]);
});

test('no call of a function was refused', () => {
  // A call without an app id is a misused link that the function signed.
  const own = callers.flatMap(({ name, calls }) => calls.filter(({ appId }) => appId?.startsWith(name)));
  expect(own.length).toBeGreaterThan(0);
  const refused = own.filter(({ allowed }) => !allowed);
  expect(refused.map(({ appId, action, resource }) => `${appId}: ${action} on ${resource}`)).toEqual([]);
});

test('functions call without a signature only what Cognito lets anybody call', () => {
  const actions = new Set(unsigned.map(({ action }) => action));
  expect([...actions].filter((action) => !unsignedActions.some((open) => action === `cognito-idp:${open}`))).toEqual(
    [],
  );
});

test('the judge denies an action that no statement grants, and a resource other than the granted one', async () => {
  const posts = callers.find(({ name }) => name.endsWith('-posts'));
  const accounts = callers.find(({ name }) => name.endsWith('-accounts'));
  const ask = async (caller: Caller | undefined, call: RecordedCall | undefined, action?: string) =>
    verdictOn({
      principal: caller?.role ?? '',
      action: action ?? call?.action ?? '',
      resource: call?.resource ?? '',
      rolePolicies: caller?.policies ?? [],
    });
  const read = posts?.calls.find(({ action }) => action === 'dynamodb:GetItem');
  expect(await ask(posts, read)).toBe('Allowed');
  expect(await ask(posts, read, 'dynamodb:Scan')).toBe('ImplicitlyDenied');
  expect(await ask(accounts, read)).toBe('ImplicitlyDenied');
});

test('every granted action is used by a recorded call or explained', () => {
  const unused = callers.flatMap(({ name, policies, calls }) => {
    const granted = policies.flatMap(({ Statement }) => Statement.flatMap(({ Action }) => Action));
    const used = new Set(calls.map(({ action }) => action));
    return [...new Set(granted)].filter((action) => !used.has(action)).map((action) => ({ name, action }));
  });
  const unexplained = unused.filter(({ action }) => usedByOthers[action] === undefined);
  expect(
    unexplained.map(({ name, action }) => `${name}: ${action}`),
    'Grants that no call of the integration tier used (if it ran whole): take them away, or test what needs them',
  ).toEqual([]);
  const excused = new Set(unused.map(({ action }) => action));
  expect(Object.keys(usedByOthers).filter((action) => !excused.has(action))).toEqual([]);
});

/** The calls without duplicates. */
function distinct(calls: readonly RecordedCall[]): RecordedCall[] {
  const byQuestion = new Map(
    calls.map((call) => [JSON.stringify([call.appId, call.principal, call.action, call.resource, call.allowed]), call]),
  );
  return [...byQuestion.values()];
}
