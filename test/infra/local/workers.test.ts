import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, test } from 'vitest';
import type { Emulator } from '#infra/local/emulator.ts';
import { PYTHON } from '#infra/local/emulator.ts';
import { waitUntil } from '#infra/local/processes.ts';
import { clientOptions, createFunction, onEmulator } from './emulator-lab.ts';

// What emulator.py fixes in how functions and queries run, with and without each fix.

/** What a function returns, or the message of its error. */
async function invoke(emulator: Emulator, name: string, payload: unknown = {}): Promise<string> {
  const lambda = new LambdaClient(clientOptions(emulator));
  const { Payload } = await lambda.send(new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(payload) }));
  return Payload?.transformToString() ?? '';
}

/** Part of a function: waits until a file exists. */
const UNTIL = `
  const fs = require('fs');
  const until = async (file) => { while (!fs.existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 20)); };`;

const fileThere = (file: string) => waitUntil(`The file ${file}`, () => (existsSync(file) ? true : undefined));

describe('the emulator fix `one-worker`', () => {
  /** What a busy worker returns when another one of its function fails to start, and the folders that are left. */
  async function besideFailingStart(emulator: Emulator, folder: string) {
    // Only the first worker starts, all others fail.
    const source = `${UNTIL}
      fs.mkdirSync(process.env.FOLDER + '/started');
      exports.handler = async () => {
        fs.writeFileSync(process.env.FOLDER + '/at-work', '');
        await until(process.env.FOLDER + '/go');
        return 'done';
      };`;
    await createFunction(emulator, 'first', source, { environment: { FOLDER: folder } });
    const first = invoke(emulator, 'first');
    await fileThere(join(folder, 'at-work'));
    expect(await invoke(emulator, 'first')).toContain('EEXIST');
    const unpacked = readdirSync(join(folder, 'tmp')).filter((name) => name.startsWith('ministack-lambda-first-'));
    writeFileSync(join(folder, 'go'), '');
    return { answer: await first, unpacked: unpacked.length };
  }

  test('ends only the worker that fails to start, with its folder', async () => {
    expect(await onEmulator({}, besideFailingStart)).toEqual({ answer: '"done"', unpacked: 1 });
  });

  test('without it, a failing start ends all workers of the function', async () => {
    const { answer } = await onEmulator({ without: ['one-worker'] }, besideFailingStart);
    expect(answer).toContain('Worker process died');
  });
});

describe('the emulator fix `concurrency`', () => {
  /** Sends events to a function and waits until all are handled. Returns the workers that handled them. */
  async function workersOfTwelveEvents(emulator: Emulator, folder: string): Promise<Set<string>> {
    const sqs = new SQSClient(clientOptions(emulator));
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'taken' }));
    const source = `${UNTIL}
      const { SQSClient, SendMessageCommand } = require('@aws-sdk/client-sqs');
      const sqs = new SQSClient({});
      exports.handler = async () => {
        fs.mkdirSync(process.env.FOLDER + '/at-work-' + process.pid, { recursive: true });
        await until(process.env.FOLDER + '/at-work-enough');
        const { QUEUE_URL: QueueUrl } = process.env;
        await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: String(process.pid) }));
      };`;
    await createFunction(emulator, 'many', source, { environment: { QUEUE_URL: QueueUrl, FOLDER: folder } });
    const lambda = new LambdaClient(clientOptions(emulator));
    for (let event = 0; event < 12; event++) {
      await lambda.send(new InvokeCommand({ FunctionName: 'many', InvocationType: 'Event' }));
    }
    const atWork = () => readdirSync(folder).filter((name) => name.startsWith('at-work-'));
    await waitUntil('The work of five', () => (atWork().length >= 5 ? true : undefined));
    writeFileSync(join(folder, 'at-work-enough'), '');
    const pids: string[] = [];
    await waitUntil('The end of all events', async () => {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
      pids.push(...Messages.map(({ Body }) => Body ?? ''));
      return pids.length === 12 ? true : undefined;
    });
    return new Set(pids);
  }

  test('gives a function five workers, for which further events wait', async () => {
    expect(await onEmulator({}, workersOfTwelveEvents)).toHaveProperty('size', 5);
  });

  test('without it, a function has more than five workers', async () => {
    const pids = await onEmulator({ without: ['concurrency'] }, workersOfTwelveEvents);
    expect(pids.size).toBeGreaterThan(5);
  });

  test('lets functions call themselves without a deadlock', async () => {
    const source = `
      const { LambdaClient, InvokeCommand } = require('@aws-sdk/client-lambda');
      const lambda = new LambdaClient({ maxAttempts: 1 });
      const waiting = require('fs');
      exports.handler = async ({ inner, folder }) => {
        if (inner) return 'inner';
        waiting.writeFileSync(folder + '/outer-' + process.pid, '');
        while (waiting.readdirSync(folder).filter((name) => name.startsWith('outer-')).length < 5) {
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        const Payload = JSON.stringify({ inner: true });
        const answer = await lambda.send(new InvokeCommand({ FunctionName: 'self', Payload }));
        return JSON.parse(answer.Payload.transformToString());
      };`;
    await onEmulator({}, async (emulator, folder) => {
      await createFunction(emulator, 'self', source);
      const calls = Array.from({ length: 5 }, () => invoke(emulator, 'self', { folder }));
      expect(await Promise.all(calls)).toEqual(Array.from({ length: 5 }, () => '"inner"'));
    });
  });

  test('lets an event get its turn even when API requests keep all workers busy', async () => {
    await onEmulator({}, async (emulator, folder) => {
      const source = `
        const { writeFileSync } = require('fs');
        exports.handler = async ({ requestContext }) => {
          writeFileSync(process.env.FOLDER + (requestContext ? '/busy-' + process.pid : '/event'), '');
          await new Promise((resolve) => setTimeout(resolve, 100));
          return { statusCode: 200 };
        };`;
      const arn = await createFunction(emulator, 'asked', source, { environment: { FOLDER: folder } });
      const url = await apiOf(emulator, arn);
      const over = new AbortController();
      const callers = Array.from({ length: 15 }, async () => {
        while (!over.signal.aborted) await fetch(url);
      });
      await waitUntil('The work of five', () =>
        readdirSync(folder).filter((name) => name.startsWith('busy-')).length === 5 ? true : undefined,
      );
      await new LambdaClient(clientOptions(emulator)).send(
        new InvokeCommand({ FunctionName: 'asked', InvocationType: 'Event', Payload: '{}' }),
      );
      await fileThere(join(folder, 'event')).finally(() => {
        over.abort();
      });
      await Promise.all(callers);
    });
  });

  test('answers an API request with a 503 when no worker becomes free in time, as an HTTP API does', async () => {
    await onEmulator({ apiSeconds: 0.5 }, async (emulator, folder) => {
      const source = `${UNTIL}
        exports.handler = async () => {
          fs.writeFileSync(process.env.FOLDER + '/busy-' + process.pid, '');
          await until(process.env.FOLDER + '/go');
          return { statusCode: 200, body: 'here' };
        };`;
      const arn = await createFunction(emulator, 'slow', source, { environment: { FOLDER: folder } });
      const url = await apiOf(emulator, arn);
      const busy = Array.from({ length: 5 }, () => fetch(url).then(({ status }) => status));
      await waitUntil('The work of five', () =>
        readdirSync(folder).filter((name) => name.startsWith('busy-')).length === 5 ? true : undefined,
      );
      const sixth = await fetch(url);
      expect([sixth.status, await sixth.json()]).toEqual([503, { message: 'Service Unavailable' }]);
      writeFileSync(join(folder, 'go'), '');
      expect(await Promise.all(busy)).toEqual([200, 200, 200, 200, 200]);
      expect((await fetch(url)).status).toBe(200);
    });
  });
});

/** The URL of an HTTP API that passes every request to a function. */
async function apiOf(emulator: Emulator, Target: string): Promise<string> {
  const cloudFormation = new CloudFormationClient(clientOptions(emulator));
  const resource = (Type: string, Properties: Record<string, unknown>) => ({ Type, Properties });
  const ApiId = { Ref: 'Api' };
  const Integration = {
    ApiId,
    IntegrationType: 'AWS_PROXY',
    IntegrationUri: Target,
    PayloadFormatVersion: '2.0',
  };
  const Route = {
    ApiId,
    RouteKey: '$default',
    Target: { 'Fn::Join': ['/', ['integrations', { Ref: 'Integration' }]] },
  };
  const TemplateBody = JSON.stringify({
    Resources: {
      Api: resource('AWS::ApiGatewayV2::Api', { Name: 'api', ProtocolType: 'HTTP' }),
      Integration: resource('AWS::ApiGatewayV2::Integration', Integration),
      Route: resource('AWS::ApiGatewayV2::Route', Route),
      Stage: resource('AWS::ApiGatewayV2::Stage', { ApiId, StageName: '$default', AutoDeploy: true }),
    },
    Outputs: { Id: { Value: ApiId } },
  });
  await cloudFormation.send(new CreateStackCommand({ StackName: 'api', TemplateBody }));
  const id = await waitUntil('The deployment of the API', async () => {
    const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: 'api' }));
    return Stacks?.[0]?.StackStatus === 'CREATE_COMPLETE' ? Stacks[0].Outputs?.[0]?.OutputValue : undefined;
  });
  return `${emulator.endpoint}/_aws/execute-api/${id}/$default/`;
}

/** What a script prints that uses the emulator's module, with or without that fix. */
function inEmulator(name: string, fix: boolean, script: string): unknown {
  const begin = `
import json, sys
sys.path.insert(0, ${JSON.stringify(join(import.meta.dirname, '../../../infra/local'))})
import emulator
if ${fix ? 'True' : 'False'}:
    emulator.FIXES[${JSON.stringify(name)}]()
`;
  const { stdout, stderr } = spawnSync(PYTHON, ['-c', begin + script], { encoding: 'utf8' });
  return stdout === '' ? stderr : JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

describe('the emulator fix `one-parse`', () => {
  /** How often a Query over a partition of a hundred items splits its condition into words, and what it finds. */
  const script = `
from ministack.services import dynamodb
dynamodb._create_table({"TableName": "things", "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")]})
for i in range(100):
    dynamodb._put_item({"TableName": "things",
        "Item": {"pk": {"S": "p"}, "sk": {"S": "%03d" % i}, "even": {"BOOL": i % 2 == 0}}})
tokenize, calls = dynamodb._tokenize, []
dynamodb._tokenize = lambda expression: calls.append(expression) or tokenize(expression)
def ask(key, values):
    body = json.loads(dynamodb._query({"TableName": "things", "KeyConditionExpression": key,
        "FilterExpression": "even = :even",
        "ExpressionAttributeValues": {":pk": {"S": "p"}, ":even": {"BOOL": True}, **values}})[2])
    return body["Count"] if "Count" in body else body["__type"].split("#")[-1]
found = ask("pk = :pk AND begins_with(sk, :start)", {":start": {"S": "01"}})
few = len(calls) < 50
print(json.dumps([few, found, ask("pk = :pk AND sk BETWEEN :a AND :b", {":a": {"S": "9"}, ":b": {"S": "1"}})]))`;

  test('makes a Query parse its conditions only once, with the same results and refusals', () => {
    expect(inEmulator('one-parse', true, script)).toEqual([true, 5, 'ValidationException']);
  });

  test('without it, a Query parses its conditions for each item', () => {
    expect(inEmulator('one-parse', false, script)).toEqual([false, 5, 'ValidationException']);
  });
});

describe('the emulator fix `one-compile`', () => {
  const script = `
import re
from ministack.services import apigateway
written, escape = [], re.escape
re.escape = lambda text: written.append(text) or escape(text)
find = apigateway._extract_path_params
paths = ["/v1/posts/{postId}", "/v1/posts", "/{proxy+}", "/v1/posts/{postId}/parts/{part}"]
asked = ["/v1/posts/a.b", "/v1/posts", "/v1/postsX", "/v1/posts/a/parts/0", "/v1.posts"]
found = [[find(path, each) for path in paths] for each in asked]
print(json.dumps([found, len(written) < 12]))`;
  const proxy = (path: string) => ({ proxy: path });
  const found = [
    [{ postId: 'a.b' }, null, proxy('v1/posts/a.b'), null],
    [null, {}, proxy('v1/posts'), null],
    [null, null, proxy('v1/postsX'), null],
    [null, null, proxy('v1/posts/a/parts/0'), { postId: 'a', part: '0' }],
    [null, null, proxy('v1.posts'), null],
  ];

  test('compiles the pattern of a route only once, with the same matches', () => {
    expect(inEmulator('one-compile', true, script)).toEqual([found, true]);
  });

  test('without it, the pattern is compiled for each request', () => {
    expect(inEmulator('one-compile', false, script)).toEqual([found, false]);
  });
});

describe('the emulator fix `one-write`', () => {
  const script = `
import asyncio, h11
from hypercorn.protocol.h11 import H11Protocol
server, written = H11Protocol.__new__(H11Protocol), []
server.connection = h11.Connection(h11.SERVER)
server.connection.receive_data(b"GET / HTTP/1.1\\r\\nhost: a\\r\\n\\r\\n")
server.connection.next_event(), server.connection.next_event()
async def send(event):
    written.append(event.data.decode())
server.send = send
async def answer():
    await server._send_h11_event(h11.Response(status_code=200, headers=[("content-length", "2")]))
    await server._send_h11_event(h11.Data(data=b"ok"))
    await server._send_h11_event(h11.EndOfMessage())
asyncio.run(answer())
print(json.dumps([each for each in written if each]))`;
  const head = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n';

  test('writes a response at once', () => {
    expect(inEmulator('one-write', true, script)).toEqual([`${head}ok`]);
  });

  test('without it, the head is written before the body', () => {
    expect(inEmulator('one-write', false, script)).toEqual([head, 'ok']);
  });
});

describe('the emulator fix `one-reading`', () => {
  const script = `
from ministack.core import iam_evaluator
read, loads = [], json.loads
iam_evaluator.json.loads = lambda text, *rest: read.append(text) or loads(text, *rest)
policy = '{"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}'
found = [iam_evaluator.parse_policy_document(policy)[0].actions for _ in range(3)]
print(json.dumps([found, iam_evaluator.parse_policy_document({"Statement": []}), len(read)]))`;
  const found = Array.from({ length: 3 }, () => ['s3:GetObject']);

  test('parses a policy only once', () => {
    expect(inEmulator('one-reading', true, script)).toEqual([found, [], 1]);
  });

  test('without it, a policy is parsed for each call', () => {
    expect(inEmulator('one-reading', false, script)).toEqual([found, [], 3]);
  });
});
