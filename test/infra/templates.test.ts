import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import aslValidator from 'asl-validator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { rawColumns, rawKeyOf } from '#functions/analytics/domain/raw-readings.ts';
import { contexts } from '#infra/build/functions.ts';
import { allOperations } from '#infra/openapi.ts';
import { pageHeaders } from '#infra/page-headers.ts';
import { type StageName, stages } from '#infra/stages.ts';
import { type Operation, routeKey } from '#shared/http/operation.ts';
import { originHeader } from '#shared/http/origin.ts';
import { ofType, type Resource, root, synthesize, type SynthesizedStage } from '../support/synthesized.ts';

const run = promisify(execFile);

/** Each context has its own table and its own inbox for events. */
const keeping = contexts.length;

/** Each file of a workflow is deployed under its name; the files left out are shared building blocks. */
const workflows = readdirSync(join(root, 'infra/workflows'))
  .map((file) => file.replace(/\.ts$/, ''))
  .filter((name) => !['task', 'own-post-step', 'until-done'].includes(name));

/** The resources of a type, asserted to be `count`: what is asserted of each of them would also hold for none. */
const counted = (stage: SynthesizedStage, type: string, count: number): [string, Resource][] => {
  const found = ofType(stage, type);
  expect(found, type).toHaveLength(count);
  return found;
};

/** The functions of the contexts: those with a name. CDK adds others. */
const functionsOf = (stage: SynthesizedStage): [string, Resource][] => {
  const found = ofType(stage, 'AWS::Lambda::Function').filter(([, { Properties }]) => 'FunctionName' in Properties);
  expect(found).toHaveLength(contexts.length);
  return found;
};

const machinesOf = (stage: SynthesizedStage): [string, Resource][] =>
  counted(stage, 'AWS::StepFunctions::StateMachine', workflows.length);

const tablesOf = (stage: SynthesizedStage): [string, Resource][] =>
  counted(stage, 'AWS::DynamoDB::GlobalTable', keeping);

const GlueTable = z.object({
  DatabaseName: z.string(),
  TableInput: z.object({
    Name: z.string(),
    Parameters: z.record(z.string(), z.unknown()),
    PartitionKeys: z.array(z.object({ Name: z.string() })),
    StorageDescriptor: z.object({ Columns: z.array(z.unknown()) }),
  }),
});

const Joined = z.object({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) });

/** The last piece of a string that a template joins. */
const lastOf = (joined: unknown): unknown => {
  const { 'Fn::Join': joint } = Joined.parse(joined);
  return joint[1].at(-1);
};

const BucketLife = z.object({
  VersioningConfiguration: z.object({ Status: z.string() }).optional(),
  LifecycleConfiguration: z
    .object({
      Rules: z.array(
        z.looseObject({
          Prefix: z.string().optional(),
          AbortIncompleteMultipartUpload: z.object({ DaysAfterInitiation: z.int() }).optional(),
          NoncurrentVersionExpiration: z.unknown().optional(),
        }),
      ),
    })
    .optional(),
});

describe.each<StageName>(['local', 'dev', 'staging', 'prod'])('the templates of %s', (stageName) => {
  const values = stages()[stageName];
  const rates = values.edge.kind === 'cloudfront' ? values.edge.rates : undefined;
  /** How many there are of each resource of CloudFront: none behind another front door. */
  const fronts = rates ? 1 : 0;
  let stage: SynthesizedStage;
  // cdk synth fails while a finding of cdk-nag is unanswered.
  beforeAll(async () => {
    stage = await synthesize(stageName);
  });
  afterAll(() => {
    rmSync(stage.folder, { recursive: true, force: true });
  });

  test('pass cfn-lint without errors', async () => {
    const lint = join(root, '.venv', 'bin', 'cfn-lint');
    const { stdout } = await run(lint, ['--non-zero-exit-code', 'error', ...stage.files]).catch((error: unknown) => {
      const said = error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error);
      throw new Error(said);
    });
    expect(stdout).not.toMatch(/^E\d{4}/m);
  });

  test('expire incomplete uploads, replaced versions and pending files in buckets', () => {
    // Media, archives of people's data, audit files, reports and raw readings; CloudFront's pages.
    const buckets = counted(stage, 'AWS::S3::Bucket', 5 + fronts);
    for (const [name, { Properties }] of buckets) {
      const { LifecycleConfiguration, VersioningConfiguration } = BucketLife.parse(Properties);
      const rules = LifecycleConfiguration?.Rules ?? [];
      expect(
        rules.some((rule) => rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation === 1),
        name,
      ).toBe(true);
      const forgets = rules.some((rule) => rule.NoncurrentVersionExpiration !== undefined);
      expect(forgets, name).toBe(VersioningConfiguration?.Status === 'Enabled');
    }
    const pending = buckets
      .flatMap(([, { Properties }]) => BucketLife.parse(Properties).LifecycleConfiguration?.Rules ?? [])
      .filter(({ Prefix }) => Prefix === 'pending/');
    expect(pending).toMatchObject([{ ExpirationInDays: 1, Status: 'Enabled' }]);
  });

  test('describe raw readings to Athena as they are written', () => {
    const database = `xmp_${stageName}_analytics`;
    const [[, { Properties: made }]] = counted(stage, 'AWS::Glue::Database', 1) as [[string, Resource]];
    expect(made).toMatchObject({ DatabaseInput: { Name: database } });
    const [[, { Properties }]] = counted(stage, 'AWS::Glue::Table', 1) as [[string, Resource]];
    const { DatabaseName, TableInput } = GlueTable.parse(Properties);
    const { Name, Parameters, PartitionKeys, StorageDescriptor } = TableInput;
    expect([DatabaseName, Name]).toEqual([database, 'readings']);
    // No crawler: partitions follow from the query, of one workspace each.
    expect(Parameters).toMatchObject({
      'projection.enabled': 'true',
      'projection.workspace_id.type': 'injected',
      'projection.day.type': 'date',
      'projection.day.format': 'yyyy-MM-dd',
      'projection.day.range': '2026-01-01,NOW',
    });
    const template = Parameters['storage.location.template'];
    const keys = rawKeyOf({ workspaceId: '${workspace_id}', day: '${day}', accountId: 'acc' });
    expect(lastOf(template)).toBe(`/${keys.replace('acc.parquet', '')}`);
    expect(PartitionKeys.map((key) => key.Name)).toEqual(['workspace_id', 'day']);
    const types = { STRING: 'string', INT64: 'bigint', TIMESTAMP: 'timestamp' };
    expect(StorageDescriptor.Columns).toEqual(
      Object.entries(rawColumns).map(([column, type]) => ({ Name: column, Type: types[type] })),
    );
  });

  test('log only errors of workflows, without execution data', () => {
    for (const [name, { Properties }] of machinesOf(stage)) {
      expect(Properties, name).toMatchObject({
        LoggingConfiguration: { IncludeExecutionData: false, Level: 'ERROR' },
      });
    }
  });

  test('give every table encryption, a stream, a time to live and point-in-time recovery', () => {
    for (const [name, { Properties }] of tablesOf(stage)) {
      expect(Properties, name).toMatchObject({
        SSESpecification: { SSEEnabled: true },
        StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
        TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
        Replicas: [{ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }],
      });
    }
  });

  test('give each function its own role, which trusts only Lambda', () => {
    const functions = functionsOf(stage);
    for (const [name, { Properties }] of functions) {
      // The role is in the function's own stack, which has no other of these functions that could share it.
      const [roleId] = RoleReference.parse(Properties['Role'])['Fn::GetAtt'];
      const role = stage.resources.get(`${name.split('/')[0] ?? ''}/${roleId}`);
      expect(role?.Properties['AssumeRolePolicyDocument'], name).toMatchObject({
        Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' } }],
      });
    }
    expect(new Set(functions.map(([name]) => name.split('/')[0])).size).toBe(contexts.length);
  });

  test('configure throttling, tracing, deletion protection and CloudFront as the stage says', () => {
    const { throttle, tracing, deletionProtection } = values;
    const [[, api] = []] = ofType(stage, 'AWS::ApiGatewayV2::Stage');
    expect(api?.Properties).toMatchObject({
      DefaultRouteSettings: { ThrottlingRateLimit: throttle.rateLimit, ThrottlingBurstLimit: throttle.burstLimit },
    });
    for (const [name, { Properties }] of functionsOf(stage)) {
      expect(Properties['TracingConfig'], name).toEqual(tracing ? { Mode: 'Active' } : undefined);
    }
    for (const [name, { Properties }] of machinesOf(stage)) {
      expect(TracingConfiguration.parse(Properties['TracingConfiguration']).Enabled, name).toBe(tracing);
    }
    for (const [name, { Properties }] of tablesOf(stage)) {
      expect(Properties['Replicas'], name).toMatchObject([{ DeletionProtectionEnabled: deletionProtection }]);
    }
    for (const [, { Properties }] of counted(stage, 'AWS::CloudFront::Distribution', fronts)) {
      expect(Properties['DistributionConfig']).toMatchObject({
        DefaultCacheBehavior: { ViewerProtocolPolicy: 'redirect-to-https' },
        CacheBehaviors: [
          { PathPattern: '/v1/*', ViewerProtocolPolicy: 'https-only' },
          { PathPattern: '/l/*', ViewerProtocolPolicy: 'redirect-to-https', AllowedMethods: ['GET', 'HEAD'] },
        ],
      });
    }
  });

  test('give every function the rate limits of the stage and the origin secret of CloudFront, if any', () => {
    const { limits } = values;
    const [[, distribution] = []] = ofType(stage, 'AWS::CloudFront::Distribution');
    const origins = Origins.parse(distribution?.Properties ?? {}).DistributionConfig?.Origins ?? [];
    const secrets = origins.flatMap(({ OriginCustomHeaders = [] }) => OriginCustomHeaders);
    expect(secrets.map(({ HeaderName }) => HeaderName)).toEqual(rates ? [originHeader] : []);
    for (const [name, { Properties }] of functionsOf(stage)) {
      const { Variables } = Environment.parse(Properties['Environment']);
      expect(JSON.parse(String(Variables['RATE_LIMITS'])), name).toEqual(limits);
      // The same reference that CloudFront has: the value itself is in no template.
      expect(Variables['ORIGIN_SECRET'], name).toEqual(secrets[0]?.HeaderValue);
    }
    expect(JSON.stringify(secrets)).toContain(rates ? '{{resolve:secretsmanager:' : '[]');
  });

  test('throttle public routes where codes or passwords could be guessed, costly routes and redirects', () => {
    const { strictThrottle, costlyThrottle, costlyHeadThrottle, readersThrottle } = values;
    const [[, api] = []] = ofType(stage, 'AWS::ApiGatewayV2::Stage');
    const keysOf = (which: (operation: Operation) => boolean) =>
      allOperations.filter(({ operation }) => which(operation)).map(({ operation }) => routeKey(operation));
    const costly = keysOf(({ limit }) => limit === 'costly');
    const headed = costly.filter((key) => key.startsWith('GET ')).map((key) => key.replace('GET ', 'HEAD '));
    const guessable = keysOf(
      ({ access, limit }) => access === 'public' && !['standard', 'none', 'readers', 'costly'].includes(limit),
    );
    expect(guessable).toContain('POST /v1/auth/sign-in');
    expect(costly).toContain('POST /v1/posts/import');
    const followed = keysOf(({ limit }) => limit === 'readers');
    expect(followed).toEqual(['GET /l/{code}']);
    const setting = (throttle: typeof strictThrottle) => ({
      ThrottlingRateLimit: throttle.rateLimit,
      ThrottlingBurstLimit: throttle.burstLimit,
    });
    expect(api?.Properties['RouteSettings']).toEqual(
      Object.fromEntries([
        ...guessable.map((key) => [key, setting(strictThrottle)]),
        ...costly.map((key) => [key, setting(costlyThrottle)]),
        ...headed.map((key) => [key, setting(costlyHeadThrottle)]),
        ...followed.map((key) => [key, setting(readersThrottle)]),
        ...followed.map((key) => [key.replace('GET ', 'HEAD '), setting(costlyHeadThrottle)]),
      ]),
    );
    const keys = ofType(stage, 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties['RouteKey']);
    expect(keys).toEqual(expect.arrayContaining([...guessable, ...costly, ...headed]));
  });

  test('reserve concurrency for functions as the stage says', () => {
    const { reservedConcurrency } = values;
    const reserved = ofType(stage, 'AWS::Lambda::Function').flatMap(([, { Properties }]) =>
      'ReservedConcurrentExecutions' in Properties
        ? [[Properties['FunctionName'], Properties['ReservedConcurrentExecutions']]]
        : [],
    );
    expect(Object.fromEntries(reserved)).toEqual(
      Object.fromEntries(Object.entries(reservedConcurrency).map(([name, most]) => [`xmp-${stageName}-${name}`, most])),
    );
  });

  test('have CloudFront send the headers of the front door with every page', () => {
    const [[, distribution] = []] = ofType(stage, 'AWS::CloudFront::Distribution');
    for (const [name, { Properties }] of counted(stage, 'AWS::CloudFront::ResponseHeadersPolicy', fronts)) {
      const { CustomHeadersConfig, SecurityHeadersConfig: set } =
        HeadersPolicy.parse(Properties).ResponseHeadersPolicyConfig;
      expect({
        'content-security-policy': set.ContentSecurityPolicy.ContentSecurityPolicy,
        'referrer-policy': set.ReferrerPolicy.ReferrerPolicy,
        'x-content-type-options': set.ContentTypeOptions.Override ? 'nosniff' : undefined,
        ...Object.fromEntries(CustomHeadersConfig.Items.map(({ Header, Value }) => [Header, Value])),
      }).toEqual(pageHeaders);
      expect(set.StrictTransportSecurity).toEqual({
        AccessControlMaxAgeSec: 63_072_000,
        IncludeSubdomains: true,
        Override: true,
      });
      expect(distribution?.Properties['DistributionConfig']).toMatchObject({
        DefaultCacheBehavior: { ResponseHeadersPolicyId: { Ref: name.split('/')[1] } },
      });
    }
  });

  test('put a firewall with managed rules and rate limits per address in front of CloudFront', () => {
    const rate = (Limit?: number) => ({
      RateBasedStatement: { AggregateKeyType: 'IP', Limit, EvaluationWindowSec: 300 },
    });
    for (const [, { Properties }] of counted(stage, 'AWS::WAFv2::WebACL', fronts)) {
      expect(Properties).toMatchObject({
        Scope: 'CLOUDFRONT',
        DefaultAction: { Allow: {} },
        Rules: [
          { Action: { Block: {} }, Statement: rate(rates?.auth) },
          // The readers of a mobile network share addresses: their clicks have a limit of their own.
          { Action: { Block: {} }, Statement: rate(rates?.links) },
          { Action: { Block: {} }, Statement: rate(rates?.all) },
          ...['AmazonIpReputationList', 'KnownBadInputsRuleSet', 'CommonRuleSet'].map((name) => ({
            OverrideAction: { None: {} },
            Statement: { ManagedRuleGroupStatement: { VendorName: 'AWS', Name: `AWSManagedRules${name}` } },
          })),
        ],
      });
    }
    for (const [, { Properties }] of counted(stage, 'AWS::CloudFront::Distribution', fronts)) {
      expect(JSON.stringify(Properties)).toContain('"WebACLId":{"Fn::ImportValue":');
    }
    for (const [, { Properties }] of counted(stage, 'AWS::WAFv2::LoggingConfiguration', fronts)) {
      expect(Properties['RedactedFields']).toContainEqual({ SingleHeader: { Name: 'authorization' } });
    }
  });

  test('accept access tokens of people and machines, but not those of an enrolment', () => {
    // The API has one, which the routes of all contexts share.
    for (const [name, { Properties }] of counted(stage, 'AWS::ApiGatewayV2::Authorizer', 1)) {
      const { Audience } = z.object({ Audience: z.array(z.unknown()) }).parse(Properties['JwtConfiguration']);
      const clients = Audience.map((each) => /People(Api|Machines|Enrolment|Others)/.exec(JSON.stringify(each))?.[1]);
      expect(clients, name).toEqual(['Api', 'Machines']);
    }
  });

  test('allow sending mail only from the identity of the stage, if it has one', () => {
    const { mailSender } = values;
    const identities = ofType(stage, 'AWS::SES::EmailIdentity');
    const senders = mailSender === undefined ? [] : [mailSender.replace(/^.*@/, '')];
    expect(identities.map(([, { Properties }]) => Properties['EmailIdentity'])).toEqual(senders);
    const grants = ofType(stage, 'AWS::IAM::Policy').flatMap(([, { Properties }]) =>
      statementsOf(Properties).filter(({ Action }) => JSON.stringify(Action).includes('"ses:')),
    );
    expect(grants.map(({ Action }) => Action)).toEqual(senders.map(() => 'ses:SendEmail'));
    expect(JSON.stringify(grants)).not.toContain('"*"');
  });

  test('warn if the stage has no mail sender, since nobody would get a code', () => {
    const said = readdirSync(stage.folder)
      .filter((name) => name.endsWith('.json') && !name.endsWith('.template.json'))
      .some((name) => readFileSync(join(stage.folder, name), 'utf8').includes('xmp:no-mail-sender'));
    expect(said).toBe(values.mailSender === undefined);
  });

  test('let only the platform create users and recover accounts', () => {
    for (const [name, { Properties }] of counted(stage, 'AWS::Cognito::UserPool', 1)) {
      expect(Properties, name).toMatchObject({
        AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
        AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'admin_only', Priority: 1 }] },
      });
      expect(JSON.stringify(Properties['Schema'])).not.toContain('workspace_name');
    }
  });

  test('allow actions on all resources only where AWS has no narrower ones', () => {
    const wide = ofType(stage, 'AWS::IAM::Policy')
      .filter(([name]) => !/CustomResource|BucketDeployment/.test(name))
      .flatMap(([, { Properties }]) => statementsOf(Properties))
      .filter(({ Resource: resource }) => resource === '*')
      .flatMap(({ Action }) => [Action].flat().map(String));
    // The platform reads its own metrics, workflows deliver their logs, and functions and workflows send traces.
    const logs = [
      ...['CreateLogDelivery', 'DeleteLogDelivery', 'DescribeLogGroups', 'DescribeResourcePolicies'],
      ...['GetLogDelivery', 'ListLogDeliveries', 'PutResourcePolicy', 'UpdateLogDelivery'],
    ];
    const traces = ['GetSamplingRules', 'GetSamplingTargets', 'PutTelemetryRecords', 'PutTraceSegments'];
    expect([...new Set(wide)].sort()).toEqual([
      'cloudwatch:GetMetricData',
      ...logs.map((action) => `logs:${action}`),
      ...(values.tracing ? traces.map((action) => `xray:${action}`) : []),
    ]);
  });

  test('queue webhook deliveries in their own queue, which is read with limited concurrency', () => {
    const [queue, ...others] = ofType(stage, 'AWS::SQS::Queue').filter(
      ([name, { Properties }]) => /\/DeliveriesQueue/.test(name) && 'RedrivePolicy' in Properties,
    );
    expect(others).toEqual([]);
    const [name = '', { Properties } = { Properties: {} }] = queue ?? [];
    expect(Properties).toMatchObject({
      RedrivePolicy: { maxReceiveCount: 250 },
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 14 * 86_400,
      // Six times the timeout of the function, which waits 15 seconds for an answer.
      VisibilityTimeout: 180,
    });
    const [stack, id = ''] = name.split('/');
    const reading = ofType(stage, 'AWS::Lambda::EventSourceMapping').filter(
      ([mapping, { Properties: of }]) =>
        mapping.startsWith(`${stack}/`) && JSON.stringify(of['EventSourceArn']).includes(id),
    );
    expect(reading.map(([, { Properties: of }]) => of)).toMatchObject([
      {
        BatchSize: 10,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: values.webhooks.maxConcurrency },
      },
    ]);
    const filling = ofType(stage, 'AWS::Events::Rule').filter(([, { Properties: of }]) =>
      JSON.stringify(of['EventPattern']).includes('webhook.delivery_requested'),
    );
    expect(filling).toHaveLength(1);
    // The function may hide messages of this queue, and reads the one secret that opens those of webhooks.
    const grants = ofType(stage, 'AWS::IAM::Policy')
      .filter(([policy]) => policy.startsWith(`${stack}/`))
      .flatMap(([, { Properties: of }]) => statementsOf(of));
    const hides = grants.filter(({ Action }) => JSON.stringify(Action).includes('sqs:ChangeMessageVisibility'));
    expect(hides.some((grant) => JSON.stringify(grant).includes(id))).toBe(true);
    expect(JSON.stringify(grants)).toContain(`xmp-${stageName}-webhook-keys-??????`);
  });

  test('allow outbound requests to private addresses only in the local stage', () => {
    const exceptions = ofType(stage, 'AWS::Lambda::Function').flatMap(([, { Properties }]) =>
      [...JSON.stringify(Properties).matchAll(/"OUTBOUND_EXCEPTIONS":"((?:[^"\\]|\\.)*)"/g)].map(
        ([, value = '']) => value,
      ),
    );
    expect(exceptions.length).toBeGreaterThan(0);
    const expected = stageName === 'local' ? '[\\"127.0.0.1:4590\\"]' : '[]';
    expect(new Set(exceptions)).toEqual(new Set([expected]));
  });

  test('give every queue that a function reads a dead-letter queue', () => {
    const sources = new Set(
      ofType(stage, 'AWS::Lambda::EventSourceMapping').map(([name, { Properties }]) =>
        [name.split('/')[0], EventSource.parse(Properties['EventSourceArn'])].join('/'),
      ),
    );
    const read = ofType(stage, 'AWS::SQS::Queue').filter(([name]) => sources.has(name));
    expect(read).not.toEqual([]);
    for (const [name, { Properties }] of read) expect(Properties, name).toHaveProperty('RedrivePolicy');
  });

  test('have an alarm on every dead-letter queue', () => {
    const put = ofType(stage, 'AWS::SQS::Queue').filter(([, { Properties }]) => !('RedrivePolicy' in Properties));
    const started = ofType(stage, 'AWS::Events::Rule').filter(([name]) => /Start/.test(name));
    expect(put.length).toBeGreaterThanOrEqual(keeping + started.length);
    const watched = ofType(stage, 'AWS::CloudWatch::Alarm')
      .filter(([, { Properties }]) => Properties['MetricName'] === 'ApproximateNumberOfMessagesVisible')
      .map(([name, { Properties }]) => `${name.split('/')[0]}/${QueueDimension.parse(Properties['Dimensions'])}`);
    expect(watched.sort()).toEqual(put.map(([name]) => name).sort());
  });

  test('give every alarm one action and a reference to an existing section of the runbook', () => {
    const alarms = ofType(stage, 'AWS::CloudWatch::Alarm');
    // Failed workflows, failed and throttled functions, streams and inboxes, and some special ones.
    expect(alarms.length).toBeGreaterThan(workflows.length + 2 * contexts.length + 3 * keeping);
    const headings = readFileSync(join(root, 'docs/runbook.md'), 'utf8').matchAll(/^## (.*)$/gm);
    const anchors = new Set(Array.from(headings, ([, heading = '']) => heading.toLowerCase().replaceAll(' ', '-')));
    for (const [name, { Properties }] of alarms) {
      const [, anchor] = /\. See docs\/runbook\.md#([a-z-]+)$/.exec(String(Properties['AlarmDescription'])) ?? [];
      expect(anchors, name).toContain(anchor);
      expect(Properties['AlarmActions'], name).toHaveLength(1);
      // The one topic of the stage, by its name in the template or in another one.
      expect(JSON.stringify(Properties['AlarmActions']), name).toMatch(/^\[\{"[^"]+":"[^"]*Alarms[^"]*"\}\]$/);
      expect(Properties['ActionsEnabled'] ?? true, name).toBe(true);
    }
  });

  test('deploy each workflow under the name of its file, with a valid definition', () => {
    const names = machinesOf(stage).map(([name, { Properties }]) => {
      expect(aslValidator(definitionOf(Properties)), name).toMatchObject({ isValid: true, errors: [] });
      return Properties['StateMachineName'];
    });
    expect(names.sort()).toEqual(workflows.map((name) => `xmp-${stageName}-${name}`).sort());
  });

  test('let each workflow invoke exactly the functions whose tasks it has', () => {
    const policies = ofType(stage, 'AWS::IAM::Policy').map(([, { Properties }]) => Properties);
    for (const [name, { Properties }] of machinesOf(stage)) {
      const [role] = RoleReference.parse(Properties['RoleArn'])['Fn::GetAtt'];
      const called = DefinitionString.parse(Properties['DefinitionString'])['Fn::Join'][1].filter(isReference);
      const granted = policies
        .filter(({ Roles }) => JSON.stringify(Roles) === JSON.stringify([{ Ref: role }]))
        .flatMap((policy) => statementsOf(policy))
        .filter(({ Action }) => Action === 'lambda:InvokeFunction')
        .flatMap(({ Resource: resources }) => [resources].flat());
      expect(called.length, name).toBeGreaterThan(0);
      expect(new Set(granted.map((arn) => JSON.stringify(arn))), name).toEqual(
        new Set(called.map((arn) => JSON.stringify(arn))),
      );
    }
  });
});

/** JSON with references to functions between its pieces. */
const DefinitionString = z.object({ 'Fn::Join': z.tuple([z.literal(''), z.array(z.unknown())]) });

const isReference = (piece: unknown): boolean => typeof piece !== 'string';

/** The definition of a state machine, with some ARN in place of each reference. */
const definitionOf = (properties: Record<string, unknown>): object => {
  const [, pieces] = DefinitionString.parse(properties['DefinitionString'])['Fn::Join'];
  const some = 'arn:aws:lambda:us-east-1:000000000000:function:some';
  const text = pieces.map((piece) => (isReference(piece) ? some : piece)).join('');
  return z.looseObject({}).parse(JSON.parse(text));
};

const Environment = z.object({ Variables: z.record(z.string(), z.unknown()) });

const Origins = z.object({
  DistributionConfig: z
    .object({
      Origins: z.array(
        z.object({
          OriginCustomHeaders: z.array(z.object({ HeaderName: z.string(), HeaderValue: z.unknown() })).optional(),
        }),
      ),
    })
    .optional(),
});

const TracingConfiguration = z.object({ Enabled: z.boolean() }).default({ Enabled: false });

const HeadersPolicy = z.object({
  ResponseHeadersPolicyConfig: z.object({
    CustomHeadersConfig: z.object({ Items: z.array(z.object({ Header: z.string(), Value: z.string() })) }),
    SecurityHeadersConfig: z.object({
      ContentSecurityPolicy: z.object({ ContentSecurityPolicy: z.string(), Override: z.literal(true) }),
      ReferrerPolicy: z.object({ ReferrerPolicy: z.string(), Override: z.literal(true) }),
      ContentTypeOptions: z.object({ Override: z.boolean() }),
      StrictTransportSecurity: z.unknown(),
    }),
  }),
});
/** The stream or queue that a function reads, by its logical id. */
const EventSource = z
  .object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) })
  .transform(({ 'Fn::GetAtt': [id] }) => id);

/** The queue that an alarm watches, by its logical id. */
const QueueDimension = z
  .tuple([
    z.object({ Name: z.literal('QueueName'), Value: z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) }) }),
  ])
  .transform(([{ Value }]) => Value['Fn::GetAtt'][0]);

const RoleReference = z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) });

const Statement = z.object({ Action: z.unknown(), Resource: z.unknown() });

const statementsOf = (properties: Record<string, unknown>): z.infer<typeof Statement>[] => {
  const document = properties['PolicyDocument'];
  if (typeof document !== 'object' || document === null || !('Statement' in document)) return [];
  return z.array(Statement).parse(document.Statement);
};
