import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import {
  AdminConfirmSignUpCommand,
  AdminInitiateAuthCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  GetTokensFromRefreshTokenCommand,
  RevokeTokenCommand,
  SignUpCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { CreateTableCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DescribeArchiveCommand, EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { CreateEventSourceMappingCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  CreateBucketCommand,
  ListBucketsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { Emulator } from '#infra/local/emulator.ts';
import { startEmulator } from '#infra/local/emulator.ts';
import { waitUntil } from '#infra/local/processes.ts';
import { clientOptions, createFunction, inFolder, onEmulator } from './emulator-lab.ts';

// Every fix of emulator.py except those of saving.test.ts and workers.test.ts: what the emulator does with it, and without
// it. When a test without the fix fails, MiniStack has closed the gap itself, and the fix can go.

/** 'done', or the name of the error that AWS returns. */
async function outcome(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'done';
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}

/** All bodies in a queue, oldest first, once `enough` of them are there. */
async function messages(emulator: Emulator, queueUrl: string, enough: (bodies: string[]) => boolean) {
  const sqs = new SQSClient(clientOptions(emulator));
  const bodies: string[] = [];
  return waitUntil('The arrival of the expected messages', async () => {
    const got = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10 }));
    bodies.push(...(got.Messages ?? []).map((message) => message.Body ?? ''));
    return enough(bodies) ? bodies : undefined;
  });
}

async function makeQueue(emulator: Emulator, name: string): Promise<string> {
  const made = await new SQSClient(clientOptions(emulator)).send(new CreateQueueCommand({ QueueName: name }));
  return made.QueueUrl ?? '';
}

describe('the emulator fix `tls`', () => {
  /** A user whose policy allows everything writes to a bucket that requires TLS, as CDK's asset bucket does. */
  async function writeToTlsBucket(emulator: Emulator): Promise<string> {
    const options = clientOptions(emulator);
    const iam = new IAMClient(options);
    const anything = [{ Effect: 'Allow', Action: '*', Resource: '*' }];
    await iam.send(new CreateUserCommand({ UserName: 'deployer' }));
    await iam.send(
      new PutUserPolicyCommand({
        UserName: 'deployer',
        PolicyName: 'all',
        PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: anything }),
      }),
    );
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'deployer' }));
    const s3 = new S3Client(options);
    await s3.send(new CreateBucketCommand({ Bucket: 'assets' }));
    const tlsOnly = {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: 'arn:aws:s3:::assets/*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    };
    await s3.send(
      new PutBucketPolicyCommand({
        Bucket: 'assets',
        Policy: JSON.stringify({ Version: '2012-10-17', Statement: [tlsOnly] }),
      }),
    );
    const credentials = {
      accessKeyId: AccessKey?.AccessKeyId ?? '',
      secretAccessKey: AccessKey?.SecretAccessKey ?? '',
    };
    return outcome(
      new S3Client({ ...options, credentials }).send(new PutObjectCommand({ Bucket: 'assets', Key: 'a', Body: 'a' })),
    );
  }

  test('lets a bucket that requires TLS accept a file', async () => {
    expect(await onEmulator({ auth: true }, writeToTlsBucket)).toBe('done');
  });

  test('without it, the bucket denies access', async () => {
    expect(await onEmulator({ auth: true, without: ['tls'] }, writeToTlsBucket)).toBe('AccessDenied');
  });
});

/** Sends the id of each processed record to a queue; at "poison" it fails as FAILURE says. */
const STREAM_FUNCTION = `
  const { SQSClient, SendMessageCommand } = require('@aws-sdk/client-sqs');
  const sqs = new SQSClient({});
  exports.handler = async ({ Records }) => {
    for (const record of Records) {
      const id = record.dynamodb.Keys.id.S;
      if (id === 'poison' && process.env.FAILURE === 'throws') throw new Error('poison');
      if (id === 'poison') return { batchItemFailures: [{ itemIdentifier: record.dynamodb.SequenceNumber }] };
      await sqs.send(new SendMessageCommand({ QueueUrl: process.env.TAKEN_URL, MessageBody: id }));
    }
    return { batchItemFailures: [] };
  };`;

/** A table with a stream, and a queue with what STREAM_FUNCTION processed once it is subscribed. */
async function makeStream(emulator: Emulator, failure: 'throws' | 'reports') {
  const dynamo = new DynamoDBClient(clientOptions(emulator));
  const table = await dynamo.send(
    new CreateTableCommand({
      TableName: 'things',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
    }),
  );
  const taken = await makeQueue(emulator, 'taken');
  const lost = await makeQueue(emulator, 'lost');
  await createFunction(emulator, 'stream', STREAM_FUNCTION, { environment: { TAKEN_URL: taken, FAILURE: failure } });
  const subscribe = () =>
    new LambdaClient(clientOptions(emulator)).send(
      new CreateEventSourceMappingCommand({
        FunctionName: 'stream',
        EventSourceArn: table.TableDescription?.LatestStreamArn,
        StartingPosition: 'TRIM_HORIZON',
        BatchSize: 3,
        BisectBatchOnFunctionError: true,
        MaximumRetryAttempts: 1,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        DestinationConfig: { OnFailure: { Destination: 'arn:aws:sqs:us-east-1:000000000000:lost' } },
      }),
    );
  return { taken, lost, subscribe };
}

async function put(emulator: Emulator, ...ids: string[]): Promise<void> {
  const dynamo = new DynamoDBClient(clientOptions(emulator));
  for (const id of ids) await dynamo.send(new PutItemCommand({ TableName: 'things', Item: { id: { S: id } } }));
}

const FailureRecord = z.object({
  requestContext: z.object({ condition: z.string() }),
  DDBStreamBatchInfo: z.object({ batchSize: z.number() }),
});

describe('the emulator fix `streams`', () => {
  /** Writes a record that always fails between good ones; waits for the last one, or for five messages. */
  async function poisonedStream(emulator: Emulator, failure: 'throws' | 'reports') {
    const { taken, lost, subscribe } = await makeStream(emulator, failure);
    await put(emulator, 'a', 'poison', 'b', 'c');
    await subscribe();
    const ids = await messages(emulator, taken, (all) => all.includes('c') || all.length === 5);
    const failures = await new SQSClient(clientOptions(emulator)).send(new ReceiveMessageCommand({ QueueUrl: lost }));
    return { ids, failures: (failures.Messages ?? []).map(({ Body }) => FailureRecord.parse(JSON.parse(Body ?? ''))) };
  }
  const poisonAlone = {
    requestContext: { condition: 'RetryAttemptsExhausted' },
    DDBStreamBatchInfo: { batchSize: 1 },
  };

  test('sends a record reported as failed to the on-failure queue and loses no other', async () => {
    const seen = await onEmulator({}, (emulator) => poisonedStream(emulator, 'reports'));
    expect(seen).toEqual({ ids: ['a', 'b', 'c'], failures: [poisonAlone] });
  });

  test('halves a batch that throws until the bad record is alone', async () => {
    const seen = await onEmulator({}, (emulator) => poisonedStream(emulator, 'throws'));
    expect(seen).toEqual({ ids: ['a', 'a', 'b', 'c'], failures: [poisonAlone] });
  });

  test('without it, the record after a failed one is lost', async () => {
    const seen = await onEmulator({ without: ['streams'] }, (emulator) => poisonedStream(emulator, 'reports'));
    expect(seen).toEqual({ ids: ['a', 'c'], failures: [] });
  });

  test('without it, a batch that throws is retried without end', async () => {
    const seen = await onEmulator({ without: ['streams'] }, (emulator) => poisonedStream(emulator, 'throws'));
    expect(seen).toEqual({ ids: ['a', 'a', 'a', 'a', 'a'], failures: [] });
  });
});

describe('the emulator fix `https-to-this-machine`', () => {
  /** What a function gets that calls a local server through `https` with an http agent, as the X client does. */
  async function answerOfOwnServer(emulator: Emulator): Promise<string> {
    const server = createServer((_, response) => response.end('here'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const source = `const http = require('http'); const https = require('https');
      exports.handler = async () => new Promise((resolve) => {
        https.request({ host: '127.0.0.1', port: ${port}, path: '/', agent: new http.Agent() }, (response) => {
          response.on('data', (data) => resolve(String(data)));
        }).on('error', (error) => resolve(error.code)).end();
      });`;
    await createFunction(emulator, 'caller', source);
    const lambda = new LambdaClient(clientOptions(emulator));
    const answer = await lambda.send(new InvokeCommand({ FunctionName: 'caller' }));
    server.close();
    return Buffer.from(answer.Payload ?? new Uint8Array()).toString();
  }

  test('lets a function reach a local server', async () => {
    expect(await onEmulator({}, answerOfOwnServer)).toBe('"here"');
  });

  test('without it, the request fails', async () => {
    expect(await onEmulator({ without: ['https-to-this-machine'] }, answerOfOwnServer)).toMatch(/^"E[A-Z]+"$/);
  });
});

describe('the emulator fix `stream-state`', () => {
  /** What a subscribed function processes of two records that are written after a restart. */
  function takenAfterRestart(without: string[]): Promise<string[]> {
    return inFolder(async (stateFolder) => {
      const before = await startEmulator({ stateFolder, auth: false, without });
      const { taken, subscribe } = await makeStream(before, 'reports');
      await subscribe();
      await put(before, 'before');
      await messages(before, taken, (all) => all.includes('before'));
      await before.stop();
      // The same port: the address of the queue is in the environment of the function.
      const after = await startEmulator({ stateFolder, auth: false, without, port: before.port });
      try {
        await put(after, 'first', 'second');
        const ids = await messages(after, taken, (all) => all.includes('second'));
        return ids.filter((id) => id !== 'before'); // received above, but not deleted
      } finally {
        after.kill();
      }
    });
  }

  test('makes a stream resume after a restart where it stopped', async () => {
    expect(await takenAfterRestart([])).toEqual(['first', 'second']);
  });

  test('without it, as many records are lost as there were before', async () => {
    // A poll of the stream before the first record finds the right place by chance, but not every time.
    let taken: string[] = [];
    for (let times = 0; times < 4 && taken.length !== 1; times += 1) taken = await takenAfterRestart(['stream-state']);
    expect(taken).toEqual(['second']);
  });
});

describe('the emulator fix `end-of-log`', () => {
  /** The log of a call to a new function that writes a line just after its answer. */
  async function logOfCall(emulator: Emulator, name = 'late'): Promise<string> {
    const source = `exports.handler = async () => { setTimeout(() => console.log('late'), 5); };`;
    await createFunction(emulator, name, source);
    const lambda = new LambdaClient(clientOptions(emulator));
    const answer = await lambda.send(new InvokeCommand({ FunctionName: name, LogType: 'Tail' }));
    return Buffer.from(answer.LogResult ?? '', 'base64').toString();
  }

  test('ends a call with its answer, without waiting for later log lines', async () => {
    expect(await onEmulator({}, (emulator) => logOfCall(emulator))).not.toContain('late');
  });

  test('puts everything that a function logs before its answer into the log of the call', async () => {
    const source = `exports.handler = async () => {
      for (let i = 0; i < 2000; i++) console.log('line ' + i);
      process.stdout.write('no newline at the end');
    };`;
    const log = await onEmulator({}, async (emulator) => {
      await createFunction(emulator, 'wordy', source);
      const lambda = new LambdaClient(clientOptions(emulator));
      const answer = await lambda.send(new InvokeCommand({ FunctionName: 'wordy', LogType: 'Tail' }));
      return Buffer.from(answer.LogResult ?? '', 'base64').toString();
    });
    expect(log).toMatch(/line 1998\nline 1999\nno newline at the end/);
    expect(log).not.toContain('\0');
  });

  test('without it, a call waits for later log lines', async () => {
    // It waits 50 ms at most: on a busy machine a function may miss that once, but not every time.
    const logs = await onEmulator({ without: ['end-of-log'] }, async (emulator) => {
      const calls: string[] = [];
      for (const name of ['one', 'two', 'three', 'four']) calls.push(await logOfCall(emulator, name));
      return calls.join('');
    });
    expect(logs).toContain('late');
  });
});

describe('the emulator fix `emf`', () => {
  /** The sum of a metric that a function has logged in the embedded metric format. */
  async function sumOfLoggedMetric(emulator: Emulator): Promise<number | undefined> {
    const line = {
      _aws: {
        Timestamp: Date.now(),
        CloudWatchMetrics: [
          { Namespace: 'posts', Dimensions: [['service']], Metrics: [{ Name: 'published', Unit: 'Count' }] },
        ],
      },
      service: 'posts',
      published: [1, 2],
    };
    const broken = '{"_aws": {"CloudWatchMetrics": [{}]}}';
    const source = `exports.handler = async () => console.log(${JSON.stringify(`${broken}\n${JSON.stringify(line)}`)});`;
    await createFunction(emulator, 'metrics', source);
    await new LambdaClient(clientOptions(emulator)).send(new InvokeCommand({ FunctionName: 'metrics' }));
    const statistics = await new CloudWatchClient(clientOptions(emulator)).send(
      new GetMetricStatisticsCommand({
        Namespace: 'posts',
        MetricName: 'published',
        Dimensions: [{ Name: 'service', Value: 'posts' }],
        StartTime: new Date(Date.now() - 600_000),
        EndTime: new Date(Date.now() + 600_000),
        Period: 3600,
        Statistics: ['Sum'],
      }),
    );
    return statistics.Datapoints?.[0]?.Sum;
  }

  test('turns metrics in the log into CloudWatch metrics', async () => {
    expect(await onEmulator({}, sumOfLoggedMetric)).toBe(3);
  });

  test('without it, there are no such metrics', async () => {
    expect(await onEmulator({ without: ['emf'] }, sumOfLoggedMetric)).toBeUndefined();
  });
});

describe('the emulator fix `archive`', () => {
  const template = (retentionDays: number) =>
    JSON.stringify({
      Resources: {
        Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'bus' } },
        Archive: {
          Type: 'AWS::Events::Archive',
          Properties: {
            ArchiveName: 'all-events',
            SourceArn: { 'Fn::GetAtt': ['Bus', 'Arn'] },
            RetentionDays: retentionDays,
            EventPattern: { source: ['posts'] },
          },
        },
      },
    });

  async function settled(cloudFormation: CloudFormationClient): Promise<string> {
    return waitUntil('The end of the deployment', async () => {
      const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: 'messaging' }));
      const status = Stacks?.[0]?.StackStatus ?? '';
      return status.endsWith('IN_PROGRESS') ? undefined : status;
    });
  }

  test('lets CloudFormation create, change and delete an archive that keeps events', async () => {
    await onEmulator({}, async (emulator) => {
      const cloudFormation = new CloudFormationClient(clientOptions(emulator));
      const events = new EventBridgeClient(clientOptions(emulator));
      const archive = () => events.send(new DescribeArchiveCommand({ ArchiveName: 'all-events' }));

      await cloudFormation.send(new CreateStackCommand({ StackName: 'messaging', TemplateBody: template(3) }));
      expect(await settled(cloudFormation)).toBe('CREATE_COMPLETE');
      const entry = { EventBusName: 'bus', DetailType: 'post.published', Detail: '{}' };
      await events.send(
        new PutEventsCommand({
          Entries: [
            { ...entry, Source: 'posts' },
            { ...entry, Source: 'elsewhere' },
          ],
        }),
      );
      expect(await archive()).toMatchObject({ State: 'ENABLED', RetentionDays: 3, EventCount: 1 });

      await cloudFormation.send(new UpdateStackCommand({ StackName: 'messaging', TemplateBody: template(30) }));
      expect(await settled(cloudFormation)).toBe('UPDATE_COMPLETE');
      expect(await archive()).toMatchObject({ RetentionDays: 30, EventCount: 1 });

      await cloudFormation.send(new DeleteStackCommand({ StackName: 'messaging' }));
      await waitUntil('The deletion', async () =>
        (await outcome(archive())) === 'ResourceNotFoundException' ? true : undefined,
      );
    });
  });

  test('without it, CloudFormation rejects the resource type', async () => {
    await onEmulator({ without: ['archive'] }, async (emulator) => {
      const cloudFormation = new CloudFormationClient(clientOptions(emulator));
      const make = new CreateStackCommand({ StackName: 'messaging', TemplateBody: template(3) });
      const refused = await outcome(cloudFormation.send(make));
      expect(refused === 'done' ? await settled(cloudFormation) : refused).toMatch(/ROLLBACK_COMPLETE|ValidationError/);
    });
  });
});

/** A user pool with a user who has just signed up. */
async function signUp(emulator: Emulator) {
  const cognito = new CognitoIdentityProviderClient(clientOptions(emulator));
  const pool = await cognito.send(
    new CreateUserPoolCommand({
      PoolName: 'people',
      UsernameAttributes: ['email'],
      AutoVerifiedAttributes: ['email'],
    }),
  );
  const UserPoolId = pool.UserPool?.Id ?? '';
  const client = await cognito.send(new CreateUserPoolClientCommand({ UserPoolId, ClientName: 'web' }));
  const who = { ClientId: client.UserPoolClient?.ClientId, Username: 'ann@example.com' };
  await cognito.send(new SignUpCommand({ ...who, Password: 'Correct-horse-7' }));
  return { cognito, who, UserPoolId };
}

describe('the emulator fix `token-refusal`', () => {
  /** The outcome of a sign-in when the pre-token trigger throws. */
  async function signInAgainstTrigger(emulator: Emulator): Promise<string> {
    const source = `exports.handler = async () => { throw new Error('no workspace'); };`;
    const PreTokenGeneration = await createFunction(emulator, 'trigger', source);
    const { cognito, who, UserPoolId } = await signUp(emulator);
    await cognito.send(new AdminConfirmSignUpCommand({ UserPoolId, Username: who.Username }));
    await cognito.send(new UpdateUserPoolCommand({ UserPoolId, LambdaConfig: { PreTokenGeneration } }));
    const AuthParameters = { USERNAME: who.Username, PASSWORD: 'Correct-horse-7' };
    const signIn = {
      UserPoolId,
      ClientId: who.ClientId,
      AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
      AuthParameters,
    } as const;
    return outcome(cognito.send(new AdminInitiateAuthCommand(signIn)));
  }

  test('answers UserLambdaValidationException, as Cognito does, when a trigger throws', async () => {
    expect(await onEmulator({}, signInAgainstTrigger)).toBe('UserLambdaValidationException');
  });

  test('without it, the answer is another error', async () => {
    const answer = await onEmulator({ without: ['token-refusal'] }, signInAgainstTrigger);
    expect(answer).not.toBe('done');
    expect(answer).not.toBe('UserLambdaValidationException');
  });
});

describe('the emulator fix `client-secret`', () => {
  /** The outcome of using a confidential client's refresh token without a secret, with a wrong one, and with the right one. */
  async function useRefreshToken(emulator: Emulator): Promise<Record<string, string[]>> {
    const { cognito, who, UserPoolId } = await signUp(emulator);
    await cognito.send(new AdminConfirmSignUpCommand({ UserPoolId, Username: who.Username }));
    const { UserPoolClient } = await cognito.send(
      new CreateUserPoolClientCommand({ UserPoolId, ClientName: 'api', GenerateSecret: true }),
    );
    const { ClientId = '', ClientSecret = '' } = UserPoolClient ?? {};
    const SECRET_HASH = createHmac('sha256', ClientSecret).update(`${who.Username}${ClientId}`).digest('base64');
    const AuthParameters = { USERNAME: who.Username, PASSWORD: 'Correct-horse-7', SECRET_HASH };
    const signIn = { UserPoolId, ClientId, AuthFlow: 'ADMIN_USER_PASSWORD_AUTH', AuthParameters } as const;
    const { AuthenticationResult } = await cognito.send(new AdminInitiateAuthCommand(signIn));
    const RefreshToken = AuthenticationResult?.RefreshToken ?? '';
    const proofs = [{ ClientId }, { ClientId, ClientSecret: 'wrong' }, { ClientId, ClientSecret }];
    const refreshes: string[] = [];
    const revokes: string[] = [];
    for (const proof of proofs) {
      refreshes.push(await outcome(cognito.send(new GetTokensFromRefreshTokenCommand({ ...proof, RefreshToken }))));
      revokes.push(await outcome(cognito.send(new RevokeTokenCommand({ ...proof, Token: RefreshToken }))));
    }
    return { refreshes, revokes };
  }

  test('accepts a refresh token only with the secret of its client', async () => {
    expect(await onEmulator({ auth: true }, useRefreshToken)).toEqual({
      refreshes: ['NotAuthorizedException', 'NotAuthorizedException', 'done'],
      revokes: ['UnauthorizedException', 'UnauthorizedException', 'done'],
    });
  });

  test('without it, the id of the client is enough to refresh and revoke', async () => {
    const outcomes = await onEmulator({ auth: true, without: ['client-secret'] }, useRefreshToken);
    expect([outcomes['refreshes']?.[0], outcomes['revokes']?.[0]]).toEqual(['done', 'done']);
  });
});

describe('the emulator fix `mail-sender`', () => {
  /** What a function gets that sends as the domain of its grant, and as another one. */
  async function sendAs(emulator: Emulator): Promise<unknown> {
    const source = `
      const { SESv2Client, SendEmailCommand } = require('@aws-sdk/client-sesv2');
      const ses = new SESv2Client({});
      const mail = { Simple: { Subject: { Data: 'Hello' }, Body: { Text: { Data: 'Hello' } } } };
      const as = (FromEmailAddress) => ses
        .send(new SendEmailCommand({ FromEmailAddress, Destination: { ToAddresses: ['a@b.example'] }, Content: mail }))
        .then(() => 'sent', ({ name }) => name);
      exports.handler = async () =>
        [await as('Us <no-reply@ours.example>'), await as('no-reply@theirs.example')];`;
    const ses = new SESv2Client(clientOptions(emulator));
    for (const EmailIdentity of ['ours.example', 'theirs.example']) {
      await ses.send(new CreateEmailIdentityCommand({ EmailIdentity }));
    }
    const on = 'arn:aws:ses:us-east-1:000000000000:identity/ours.example';
    await createFunction(emulator, 'mails', source, { allow: ['ses:SendEmail'], on });
    const lambda = new LambdaClient(clientOptions(emulator));
    const answer = await lambda.send(new InvokeCommand({ FunctionName: 'mails' }));
    return JSON.parse(answer.Payload?.transformToString() ?? '');
  }

  test('lets a function send as the domain of its grant but not as another', async () => {
    expect(await onEmulator({ auth: true }, sendAs)).toEqual(['sent', 'AccessDeniedException']);
  });

  test('without it, a grant for one domain does not allow sending at all', async () => {
    const answers = await onEmulator({ auth: true, without: ['mail-sender'] }, sendAs);
    expect(answers).toEqual(['AccessDeniedException', 'AccessDeniedException']);
  });
});

describe('the calls file', () => {
  test('records every AWS call with its caller, action and resource, and whether it was allowed', async () => {
    await inFolder(async (folder) => {
      const callsFile = join(folder, 'calls.jsonl');
      await onEmulator({ auth: true, callsFile }, async (emulator) => {
        const source = `
          const { DynamoDBClient, GetItemCommand, PutItemCommand } = require('@aws-sdk/client-dynamodb');
          const dynamo = new DynamoDBClient({});
          exports.handler = async () => {
            await dynamo.send(new GetItemCommand({ TableName: 'things', Key: { id: { S: 'a' } } }));
            await dynamo.send(new PutItemCommand({ TableName: 'things', Item: { id: { S: 'a' } } })).catch(() => {});
            return Object.keys(process.env).filter((name) => name === 'MINISTACK_CALLS_FILE');
          };`;
        await makeStream(emulator, 'reports');
        const environment = { AWS_SDK_UA_APP_ID: 'posts' };
        await createFunction(emulator, 'posts', source, { allow: ['dynamodb:GetItem'], environment });
        const lambda = new LambdaClient(clientOptions(emulator));
        const answer = await lambda.send(new InvokeCommand({ FunctionName: 'posts' }));
        expect(answer.Payload?.transformToString()).toBe('[]');

        const lines = readFileSync(callsFile, 'utf8').trimEnd().split('\n');
        const calls = lines.map((line) => z.record(z.string(), z.unknown()).parse(JSON.parse(line)));
        const ofPosts = calls.filter((call) => call['appId'] === 'posts');
        const call = {
          at: expect.any(Number) as number,
          appId: 'posts',
          principal: expect.stringMatching(/^arn:aws:sts::000000000000:assumed-role\/posts\//) as string,
          resource: 'arn:aws:dynamodb:us-east-1:000000000000:table/things',
        };
        expect(ofPosts).toEqual([
          { ...call, action: 'dynamodb:GetItem', allowed: true },
          { ...call, action: 'dynamodb:PutItem', allowed: false },
        ]);
        expect(calls.find(({ action }) => action === 'lambda:InvokeFunction')).toMatchObject({
          appId: null,
          principal: 'arn:aws:iam::000000000000:root',
          allowed: true,
        });
      });
    });
  });
});

describe('startEmulator', () => {
  test('rejects with the reason when the emulator does not start', async () => {
    await inFolder(async (stateFolder) => {
      const start = startEmulator({ stateFolder, auth: false, without: ['no-such-fix'] });
      await expect(start).rejects.toThrow(/did not start \(exited with 2\)[^]*invalid choice: 'no-such-fix'/);
    });
  });

  test('keeps its state across a stop in the same folder, and starts empty in another', async () => {
    await inFolder(async (stateFolder) => {
      const first = await startEmulator({ stateFolder, auth: true });
      const queue = await makeQueue(first, 'kept');
      await first.stop();
      const second = await startEmulator({ stateFolder, auth: true, port: first.port });
      expect(second.port).toBe(first.port);
      const read = new ReceiveMessageCommand({ QueueUrl: queue });
      expect(await outcome(new SQSClient(clientOptions(second)).send(read))).toBe('done');
      second.kill();
    });
    await onEmulator({ auth: true }, async (fresh) => {
      const read = new ReceiveMessageCommand({ QueueUrl: `${fresh.endpoint}/000000000000/kept` });
      expect(await outcome(new SQSClient(clientOptions(fresh)).send(read))).toMatch(/QueueDoesNotExist/);
    });
  });

  test('starts empty when it was killed before its first save', async () => {
    await inFolder(async (stateFolder) => {
      for (const _start of ['first', 'second']) {
        const emulator = await startEmulator({ stateFolder, auth: true, saveSeconds: 3600 });
        const s3 = new S3Client(clientOptions(emulator));
        await s3.send(new CreateBucketCommand({ Bucket: 'assets' }));
        await s3.send(new PutObjectCommand({ Bucket: 'assets', Key: 'a', Body: 'a' }));
        expect((await s3.send(new ListBucketsCommand())).Buckets).toHaveLength(1);
        emulator.kill();
      }
      const last = await startEmulator({ stateFolder, auth: true });
      expect((await new S3Client(clientOptions(last)).send(new ListBucketsCommand())).Buckets ?? []).toEqual([]);
      last.kill();
    });
  });

  test('runs functions on Node 24, without environment variables of this machine', async () => {
    process.env['SECRET_OF_THIS_MACHINE'] = 'secret';
    const source = `exports.handler = async () => ({ version: process.version, names: Object.keys(process.env) });`;
    await onEmulator({}, async (emulator) => {
      await createFunction(emulator, 'env', source);
      const answer = await new LambdaClient(clientOptions(emulator)).send(new InvokeCommand({ FunctionName: 'env' }));
      const { version, names } = z
        .object({ version: z.string(), names: z.array(z.string()) })
        .parse(JSON.parse(answer.Payload?.transformToString() ?? ''));
      expect(version).toMatch(/^v24\./);
      expect(names).toContain('AWS_LAMBDA_FUNCTION_NAME');
      expect(names).not.toContain('SECRET_OF_THIS_MACHINE');
    });
    delete process.env['SECRET_OF_THIS_MACHINE'];
  });

  test('runs CommonJS functions even when the folder is in a project of ES modules', async () => {
    await inFolder(async (project) => {
      writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
      await onEmulator({ stateFolder: join(project, '.local') }, async (emulator) => {
        await createFunction(emulator, 'common', `exports.handler = async () => typeof require;`);
        const invoke = new InvokeCommand({ FunctionName: 'common' });
        const answer = await new LambdaClient(clientOptions(emulator)).send(invoke);
        expect(answer.Payload?.transformToString()).toBe('"function"');
      });
    });
  });

  test('gives functions the endpoint for AWS calls that was requested', async () => {
    await onEmulator({ endpointForFunctions: 'http://127.0.0.1:1' }, async (emulator) => {
      await createFunction(emulator, 'env', `exports.handler = async () => process.env.AWS_ENDPOINT_URL;`);
      const answer = await new LambdaClient(clientOptions(emulator)).send(new InvokeCommand({ FunctionName: 'env' }));
      expect(answer.Payload?.transformToString()).toBe('"http://127.0.0.1:1"');
    });
  });

  test('ends the emulator when the process that started it is killed', async () => {
    await inFolder(async (stateFolder) => {
      const script = `
        import { startEmulator } from ${JSON.stringify(join(import.meta.dirname, '../../../infra/local/emulator.ts'))};
        const emulator = await startEmulator({ stateFolder: ${JSON.stringify(stateFolder)}, auth: false });
        console.log(emulator.pid);`;
      const parent = spawn(process.execPath, ['--input-type=module', '-e', script]);
      const pid = await new Promise<number>((resolve) => {
        parent.stdout.once('data', (line: Buffer) => {
          resolve(Number(line.toString()));
        });
      });
      parent.kill('SIGKILL');
      await waitUntil('The end of the emulator', () => {
        try {
          process.kill(pid, 0);
          return undefined;
        } catch {
          return true;
        }
      });
    });
  });
});
