import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import aslValidator from 'asl-validator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { allOperations } from '#infra/openapi.ts';
import { pageHeaders } from '#infra/page-headers.ts';
import { type StageName, stages } from '#infra/stages.ts';
import { auditUsage } from '#infra/workflows/audit-usage.ts';
import { erasePerson } from '#infra/workflows/erase-person.ts';
import { exportAudit } from '#infra/workflows/export-audit.ts';
import { exportPerson } from '#infra/workflows/export-person.ts';
import { publishPost } from '#infra/workflows/publish-post.ts';
import { reportCompliance } from '#infra/workflows/report-compliance.ts';
import { repostPost } from '#infra/workflows/repost-post.ts';
import { runCampaign } from '#infra/workflows/run-campaign.ts';
import { sweepMetrics } from '#infra/workflows/sweep-metrics.ts';
import { tallyUsage } from '#infra/workflows/tally-usage.ts';
import { tendAccounts } from '#infra/workflows/tend-accounts.ts';
import { tendAudit } from '#infra/workflows/tend-audit.ts';
import { tendPosts } from '#infra/workflows/tend-posts.ts';
import { tendWorkspaces } from '#infra/workflows/tend-workspaces.ts';
import { unpublishPost } from '#infra/workflows/unpublish-post.ts';
import { type Operation, routeKey } from '#shared/http/operation.ts';
import { originHeader } from '#shared/http/origin.ts';
import { ofType, root, synthesize, type SynthesizedStage } from '../support/synthesized.ts';

const run = promisify(execFile);
const lambda = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;

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
  let stage: SynthesizedStage;
  // cdk synth ends with an error while cdk-nag has a finding without an answer.
  beforeAll(async () => {
    stage = await synthesize(stageName);
  });
  afterAll(() => {
    rmSync(stage.folder, { recursive: true, force: true });
  });

  test('are what CloudFormation takes, says cfn-lint', async () => {
    const lint = join(root, '.venv', 'bin', 'cfn-lint');
    const { stdout } = await run(lint, ['--non-zero-exit-code', 'error', ...stage.files]).catch((error: unknown) => {
      const said = error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error);
      throw new Error(said);
    });
    expect(stdout).not.toMatch(/^E\d{4}/m);
  });

  test('let every bucket forget what was begun and not ended, and what was replaced', () => {
    const buckets = ofType(stage, 'AWS::S3::Bucket');
    expect(buckets.length).toBeGreaterThan(2);
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

  test('log of workflows only that something failed, and no data', () => {
    const machines = ofType(stage, 'AWS::StepFunctions::StateMachine');
    expect(machines.length).toBeGreaterThan(10);
    for (const [name, { Properties }] of machines) {
      expect(Properties, name).toMatchObject({
        LoggingConfiguration: { IncludeExecutionData: false, Level: 'ERROR' },
      });
    }
  });

  test('keep every table restorable, encrypted and streamed', () => {
    const tables = ofType(stage, 'AWS::DynamoDB::GlobalTable');
    expect(tables.length).toBe(5);
    for (const [name, { Properties }] of tables) {
      expect(Properties, name).toMatchObject({
        SSESpecification: { SSEEnabled: true },
        StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
        TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
        Replicas: [{ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }],
      });
    }
  });

  test('give each function a role of its own, which trusts Lambda alone', () => {
    const functions = ofType(stage, 'AWS::Lambda::Function').filter(
      ([, { Properties }]) => 'FunctionName' in Properties,
    );
    expect(functions.length).toBe(6);
    for (const [name, { Properties }] of functions) {
      // A reference within its own stack, and each stack has one of these functions: no other can have the role.
      const [roleId] = RoleReference.parse(Properties['Role'])['Fn::GetAtt'];
      const role = stage.resources.get(`${name.split('/')[0] ?? ''}/${roleId}`);
      expect(role?.Properties['AssumeRolePolicyDocument'], name).toMatchObject({
        Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' } }],
      });
    }
    expect(new Set(functions.map(([name]) => name.split('/')[0])).size).toBe(6);
  });

  test('throttle the API, and trace, protect and front it as the stage says', () => {
    const { throttle, tracing, deletionProtection, edge } = stages()[stageName];
    const [[, api] = []] = ofType(stage, 'AWS::ApiGatewayV2::Stage');
    expect(api?.Properties).toMatchObject({
      DefaultRouteSettings: { ThrottlingRateLimit: throttle.rateLimit, ThrottlingBurstLimit: throttle.burstLimit },
    });
    for (const [name, { Properties }] of ofType(stage, 'AWS::Lambda::Function')) {
      if (!('FunctionName' in Properties)) continue;
      expect(Properties['TracingConfig'], name).toEqual(tracing ? { Mode: 'Active' } : undefined);
    }
    for (const [name, { Properties }] of ofType(stage, 'AWS::StepFunctions::StateMachine')) {
      expect(TracingConfiguration.parse(Properties['TracingConfiguration']).Enabled, name).toBe(tracing);
    }
    for (const [name, { Properties }] of ofType(stage, 'AWS::DynamoDB::GlobalTable')) {
      expect(Properties['Replicas'], name).toMatchObject([{ DeletionProtectionEnabled: deletionProtection }]);
    }
    const distributions = ofType(stage, 'AWS::CloudFront::Distribution');
    expect(distributions).toHaveLength(edge.kind === 'cloudfront' ? 1 : 0);
    for (const [, { Properties }] of distributions) {
      expect(Properties['DistributionConfig']).toMatchObject({
        DefaultCacheBehavior: { ViewerProtocolPolicy: 'redirect-to-https' },
        CacheBehaviors: [{ PathPattern: '/v1/*', ViewerProtocolPolicy: 'https-only' }],
      });
    }
  });

  test('limit every function as the stage says, and let nobody past CloudFront where it stands', () => {
    const { limits, edge } = stages()[stageName];
    const functions = ofType(stage, 'AWS::Lambda::Function').filter(
      ([, { Properties }]) => 'FunctionName' in Properties,
    );
    const [[, distribution] = []] = ofType(stage, 'AWS::CloudFront::Distribution');
    const origins = Origins.parse(distribution?.Properties ?? {}).DistributionConfig?.Origins ?? [];
    const secrets = origins.flatMap(({ OriginCustomHeaders = [] }) => OriginCustomHeaders);
    expect(secrets.map(({ HeaderName }) => HeaderName)).toEqual(edge.kind === 'cloudfront' ? [originHeader] : []);
    for (const [name, { Properties }] of functions) {
      const { Variables } = Environment.parse(Properties['Environment']);
      expect(JSON.parse(String(Variables['RATE_LIMITS'])), name).toEqual(limits);
      // The very reference that CloudFront has: the value itself stands in no template.
      expect(Variables['ORIGIN_SECRET'], name).toEqual(secrets[0]?.HeaderValue);
    }
    expect(JSON.stringify(secrets)).toContain(edge.kind === 'cloudfront' ? '{{resolve:secretsmanager:' : '[]');
  });

  test('throttle each public route where codes or passwords could be guessed, and each that is costly', () => {
    const { strictThrottle, costlyThrottle, costlyHeadThrottle } = stages()[stageName];
    const [[, api] = []] = ofType(stage, 'AWS::ApiGatewayV2::Stage');
    const keysOf = (which: (operation: Operation) => boolean) =>
      allOperations.filter(({ operation }) => which(operation)).map(({ operation }) => routeKey(operation));
    const costly = keysOf(({ limit }) => limit === 'costly');
    const headed = costly.filter((key) => key.startsWith('GET ')).map((key) => key.replace('GET ', 'HEAD '));
    const guessable = keysOf(
      ({ access, limit }) => access === 'public' && !['standard', 'none', 'costly'].includes(limit),
    );
    expect(guessable).toContain('POST /v1/auth/sign-in');
    expect(costly).toContain('POST /v1/posts/import');
    const setting = (throttle: typeof strictThrottle) => ({
      ThrottlingRateLimit: throttle.rateLimit,
      ThrottlingBurstLimit: throttle.burstLimit,
    });
    expect(api?.Properties['RouteSettings']).toEqual(
      Object.fromEntries([
        ...guessable.map((key) => [key, setting(strictThrottle)]),
        ...costly.map((key) => [key, setting(costlyThrottle)]),
        ...headed.map((key) => [key, setting(costlyHeadThrottle)]),
      ]),
    );
    const keys = ofType(stage, 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties['RouteKey']);
    expect(keys).toEqual(expect.arrayContaining([...guessable, ...costly, ...headed]));
  });

  test('keep executions for the contexts that publish, as the stage says', () => {
    const { reservedConcurrency } = stages()[stageName];
    const reserved = ofType(stage, 'AWS::Lambda::Function').flatMap(([, { Properties }]) =>
      'ReservedConcurrentExecutions' in Properties
        ? [[Properties['FunctionName'], Properties['ReservedConcurrentExecutions']]]
        : [],
    );
    expect(Object.fromEntries(reserved)).toEqual(
      Object.fromEntries(Object.entries(reservedConcurrency).map(([name, most]) => [`xmp-${stageName}-${name}`, most])),
    );
  });

  test('send the headers of the front door with every page', () => {
    const policies = ofType(stage, 'AWS::CloudFront::ResponseHeadersPolicy');
    const [[, distribution] = []] = ofType(stage, 'AWS::CloudFront::Distribution');
    expect(policies).toHaveLength(distribution ? 1 : 0);
    if (!distribution) return;
    const [name = '', policy] = policies[0] ?? [];
    const { CustomHeadersConfig, SecurityHeadersConfig: set } = HeadersPolicy.parse(
      policy?.Properties,
    ).ResponseHeadersPolicyConfig;
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
    expect(distribution.Properties['DistributionConfig']).toMatchObject({
      DefaultCacheBehavior: { ResponseHeadersPolicyId: { Ref: name.split('/')[1] } },
    });
  });

  test('put a firewall with managed rules and limits per address before CloudFront', () => {
    const { edge } = stages()[stageName];
    const acls = ofType(stage, 'AWS::WAFv2::WebACL');
    expect(acls).toHaveLength(edge.kind === 'cloudfront' ? 1 : 0);
    if (edge.kind !== 'cloudfront') return;
    const rate = (Limit: number) => ({
      RateBasedStatement: { AggregateKeyType: 'IP', Limit, EvaluationWindowSec: 300 },
    });
    expect(acls[0]?.[1].Properties).toMatchObject({
      Scope: 'CLOUDFRONT',
      DefaultAction: { Allow: {} },
      Rules: [
        { Action: { Block: {} }, Statement: rate(edge.rates.auth) },
        { Action: { Block: {} }, Statement: rate(edge.rates.all) },
        ...['AmazonIpReputationList', 'KnownBadInputsRuleSet', 'CommonRuleSet'].map((name) => ({
          OverrideAction: { None: {} },
          Statement: { ManagedRuleGroupStatement: { VendorName: 'AWS', Name: `AWSManagedRules${name}` } },
        })),
      ],
    });
    const [[, distribution] = []] = ofType(stage, 'AWS::CloudFront::Distribution');
    expect(JSON.stringify(distribution?.Properties)).toContain('"WebACLId":{"Fn::ImportValue":');
    const [[, logging] = []] = ofType(stage, 'AWS::WAFv2::LoggingConfiguration');
    expect(logging?.Properties['RedactedFields']).toContainEqual({ SingleHeader: { Name: 'authorization' } });
  });

  test('take access tokens of people and machines, and none of an enrolment, which opens Cognito', () => {
    const authorizers = ofType(stage, 'AWS::ApiGatewayV2::Authorizer');
    expect(authorizers.length).toBeGreaterThan(0);
    for (const [name, { Properties }] of authorizers) {
      const { Audience } = z.object({ Audience: z.array(z.unknown()) }).parse(Properties['JwtConfiguration']);
      const clients = Audience.map((each) => /People(Api|Machines|Enrolment|Others)/.exec(JSON.stringify(each))?.[1]);
      expect(clients, name).toEqual(['Api', 'Machines']);
    }
  });

  test('send mails from the identity of the stage alone, where it has one', () => {
    const { mailSender } = stages()[stageName];
    const identities = ofType(stage, 'AWS::SES::EmailIdentity');
    const senders = mailSender === undefined ? [] : [mailSender.replace(/^.*@/, '')];
    expect(identities.map(([, { Properties }]) => Properties['EmailIdentity'])).toEqual(senders);
    const grants = ofType(stage, 'AWS::IAM::Policy').flatMap(([, { Properties }]) =>
      statementsOf(Properties).filter(({ Action }) => JSON.stringify(Action).includes('"ses:')),
    );
    expect(grants.map(({ Action }) => Action)).toEqual(senders.map(() => 'ses:SendEmail'));
    expect(JSON.stringify(grants)).not.toContain('"*"');
  });

  test('warn of a stage without a mail sender, in which nobody gets a code', () => {
    const said = readdirSync(stage.folder)
      .filter((name) => name.endsWith('.json') && !name.endsWith('.template.json'))
      .some((name) => readFileSync(join(stage.folder, name), 'utf8').includes('xmp:no-mail-sender'));
    expect(said).toBe(stages()[stageName].mailSender === undefined);
  });

  test('let nobody but the platform make users, and have the user pool mail nothing', () => {
    const pools = ofType(stage, 'AWS::Cognito::UserPool');
    expect(pools).toHaveLength(1);
    for (const [name, { Properties }] of pools) {
      expect(Properties, name).toMatchObject({
        AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
        AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'admin_only', Priority: 1 }] },
      });
      expect(JSON.stringify(Properties['Schema'])).not.toContain('workspace_name');
    }
  });

  test('allow no action on everything but what AWS has no resources for', () => {
    const allowed = new Set(['xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'cloudwatch:GetMetricData']);
    const wide = ofType(stage, 'AWS::IAM::Policy')
      .filter(([name]) => !/CustomResource|BucketDeployment/.test(name))
      .flatMap(([name, { Properties }]) =>
        statementsOf(Properties)
          .filter(({ Resource }) => Resource === '*')
          .flatMap(({ Action }) => [Action].flat().map((action) => `${name}: ${String(action)}`)),
      )
      .filter((each) => !allowed.has(each.split(': ')[1] ?? ''));
    // The roles of workflows deliver their logs: those actions have no resources either (AWS Step Functions, logging).
    expect(wide.filter((each) => !/: (logs|xray):/.test(each))).toEqual([]);
  });

  test('give every queue that is read a dead-letter queue', () => {
    const queues = ofType(stage, 'AWS::SQS::Queue');
    const read = queues.filter(([name]) => /Inbox.*Queue/.test(name) && !name.includes('DeadLetters'));
    expect(read.length).toBe(5);
    for (const [name, { Properties }] of read) expect(Properties, name).toHaveProperty('RedrivePolicy');
  });

  test('say with every alarm what users lose and where to read what to do', () => {
    const alarms = ofType(stage, 'AWS::CloudWatch::Alarm');
    expect(alarms.length).toBeGreaterThan(20);
    const headings = readFileSync(join(root, 'docs/runbook.md'), 'utf8').matchAll(/^## (.*)$/gm);
    const anchors = new Set(Array.from(headings, ([, heading = '']) => heading.toLowerCase().replaceAll(' ', '-')));
    for (const [name, { Properties }] of alarms) {
      const [, anchor] = /\. See docs\/runbook\.md#([a-z-]+)$/.exec(String(Properties['AlarmDescription'])) ?? [];
      expect(anchors, name).toContain(anchor);
      expect(Properties['AlarmActions'], name).toHaveLength(1);
    }
  });

  test('pass the validation of the states language', () => {
    for (const definition of [
      publishPost({ posts: lambda('p'), accounts: lambda('a'), campaigns: lambda('c') }),
      runCampaign({ campaigns: lambda('c') }),
      sweepMetrics({ accounts: lambda('a'), analytics: lambda('n') }),
      tendAccounts({ accounts: lambda('a') }),
      tendPosts({ posts: lambda('p') }),
      unpublishPost({ accounts: lambda('a'), posts: lambda('p') }),
      repostPost({ accounts: lambda('a'), posts: lambda('p') }),
      tallyUsage({ accounts: lambda('a') }),
      auditUsage({ accounts: lambda('a') }),
      tendWorkspaces(
        {
          users: lambda('u'),
          posts: lambda('p'),
          accounts: lambda('a'),
          campaigns: lambda('c'),
          analytics: lambda('n'),
        },
        7200,
      ),
      tendAudit({ users: lambda('u') }),
      exportAudit({ users: lambda('u') }),
      reportCompliance({ users: lambda('u') }),
      exportPerson({ users: lambda('u'), posts: lambda('p'), accounts: lambda('a'), campaigns: lambda('c') }),
      erasePerson({ users: lambda('u'), accounts: lambda('a') }),
    ]) {
      expect(aslValidator(definition)).toMatchObject({ isValid: true, errors: [] });
    }
    expect(ofType(stage, 'AWS::StepFunctions::StateMachine')).toHaveLength(15);
  });
});

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
const RoleReference = z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) });

const Statement = z.object({ Action: z.unknown(), Resource: z.unknown() });

const statementsOf = (properties: Record<string, unknown>): z.infer<typeof Statement>[] => {
  const document = properties['PolicyDocument'];
  if (typeof document !== 'object' || document === null || !('Statement' in document)) return [];
  return z.array(Statement).parse(document.Statement);
};
