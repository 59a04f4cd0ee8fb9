import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ClassRates, Rate, RateLimits } from '#shared/http/rates.ts';
import type { ContextFolder } from './build/functions.ts';

export type StageName = 'local' | 'dev' | 'staging' | 'prod';

/** EVERY difference between stages is a value here: no construct and no function asks for a stage's name. */
export interface Stage {
  name: StageName;
  region: string;
  /** Undefined: the account of the credentials in use. */
  account: string | undefined;
  /** What becomes of tables, buckets, secrets and the user pool when their stack is deleted. */
  removalPolicy: RemovalPolicy;
  deletionProtection: boolean;
  logRetention: RetentionDays;
  /** Requests per second and burst, for the API as a whole (API Gateway stage throttling). */
  throttle: Throttle;
  /** The same for each public route where passwords or codes could be guessed, whoever calls it. */
  strictThrottle: Throttle;
  /** The same for each route where one request is the work of hundreds (`costly`), whoever calls it. */
  costlyThrottle: Throttle;
  /** The same for each by which what costs that much is asked for without its body: rarely, for the same work. */
  costlyHeadThrottle: Throttle;
  /** The same for the redirect of short links, however many readers a post has: they take nothing of the API's. */
  readersThrottle: Throttle;
  /**
   * Executions that are kept for a context's function, and are its most. Without them requests to others take what
   * publishing needs; decision 18 has the arithmetic. AWS refuses any where the account has its first quota of 10.
   */
  reservedConcurrency: Partial<Record<ContextFolder, number>>;
  /** Memory of each function in MB, and with it its share of a core: 1,769 MB have a whole one (AWS: Lambda quotas). */
  memoryMb: number;
  /** Token buckets per person, workspace and address. */
  limits: RateLimits;
  /** Share of requests traced is X-Ray's own sampling rule; whether functions and workflows send traces at all. */
  tracing: boolean;
  /** Mail address that alarms go to; none: the topic has no subscriber yet. */
  alarmMail: string | undefined;
  /**
   * Address that mails to people come from, of a domain that is ours. Without one they are not sent, and seen as
   * failed: nobody gets a code, so that nobody can sign up or reset a password.
   */
  mailSender: string | undefined;
  /** Where X is. */
  x: { apiUrl: string; authorizeUrl: string };
  /**
   * Whether X tells the stage what happens on it, by a webhook: off unless the app has one. Then the app's secret needs its
   * consumer secret and its own token as well.
   */
  xActivity: boolean;
  /** How often the webhook and its subscriptions are looked after. */
  followActivityEvery: Duration;
  /** How long X is waited for. */
  xPace: XPace;
  /**
   * `host:port` pairs that requests to addresses of users may reach besides public hosts (shared/outbound): the servers
   * that play the outside world on a developer's machine. None anywhere else.
   */
  outboundExceptions: readonly string[];
  /**
   * Deliveries of webhooks: the waits after each attempt in seconds (27 h 35 min in all), and how many batches of ten are
   * under way at once.
   */
  webhooks: { retrySeconds: readonly number[]; maxConcurrency: number };
  /** CloudFront in front of API and pages, or another front door that is there already. */
  edge: { kind: 'cloudfront'; rates: AddressRates } | { kind: 'external'; publicUrl: string };
  /**
   * Base of the short links in posts, without a slash at its end, where it is not the address of API and pages: X takes a
   * name for a link, and no number of a machine.
   */
  linksUrl: string | undefined;
  /** How functions of this stage reach the API over HTTPS; undefined: by API Gateway's own address. */
  apiUrl: ((apiId: string) => string) | undefined;
  /** Addresses that may be tried wrongly from one network (IPv4 /24, IPv6 /48) at once, and again within each day. */
  addressesPerNetwork: number;
  /** Through whom people may sign in besides the platform itself; none unless somebody has set it up there. */
  signInProviders: readonly SignInProvider[];
  /** Where a sign-in through another provider may lead back to. */
  signInCallbackUrls: readonly string[];
  /** How often metrics are read from X (EventBridge Scheduler expression). */
  sweepEvery: Duration;
  /** Posts that X takes a day from all workspaces together (X API: POST /2/tweets, per app and 24 hours). */
  appPostsPerDay: number;
  /** How often overdue posts, whose timer was lost, are recovered. */
  recoverPostsEvery: Duration;
  /** How often X is asked about each connected account: its health and what it may do. */
  probeEvery: Duration;
  /** How long the deletion of a workspace can be called off, and how often those that are due are deleted. */
  workspaceGrace: Duration;
  deleteWorkspacesEvery: Duration;
  /** After its contexts erased a deleted workspace: until tokens, links and late events of it are over, and they look again. */
  erasureSettle: Duration;
  /** How long a file of audit events is locked against deletion, in days; 0: not at all. */
  auditLockDays: number;
  /** How long events can be replayed from the archive. */
  eventArchiveDays: number;
  /** Whether schemas of public events are put into EventBridge's registry, for other stacks of the account. */
  registersEventSchemas: boolean;
  /** Bytes of media files that a workspace may keep, and files that it may have announced and not completed. */
  mediaRoom: { bytes: number; uploads: number };
}

interface Throttle {
  rateLimit: number;
  burstLimit: number;
}

/**
 * Another provider of sign-ins. A secret lies in Secrets Manager under the name given here. `attributes`: what the
 * provider calls the mail address and the name.
 */
export type SignInProvider =
  | { kind: 'google'; clientId: string; clientSecretName: string }
  | {
      kind: 'oidc';
      name: string;
      issuerUrl: string;
      clientId: string;
      clientSecretName: string;
      attributes?: { email: string; name: string };
    }
  | { kind: 'saml'; name: string; metadataUrl: string; attributes?: { email: string; name: string } };

/**
 * How long X is waited for, in seconds: a call of X, the function that makes calls (a whole number), the pause after an
 * outage of X, and the span over which calls that wait for the same instant are spread.
 */
export interface XPace {
  callSeconds: number;
  functionSeconds: number;
  pauseSeconds: number;
  jitterSeconds: number;
  /** X lets the app as a whole do nothing: tried again after this long. */
  appPauseSeconds: number;
}

const xPace: XPace = {
  callSeconds: 10,
  functionSeconds: 30,
  pauseSeconds: 60,
  jitterSeconds: 15,
  appPauseSeconds: 900,
};

/** The rates of a class by that of a person. An address without a person has the same. */
const perPerson = (person: Rate): ClassRates => ({
  person,
  address: person,
  workspace: { burst: 10 * person.burst, perMinute: 10 * person.perMinute },
});

/**
 * A person who works fast sends a few requests a second; an office shares an address. A workspace has of each class what
 * ten of its people may use at once: one of them cannot use it up for the others.
 */
const limits: RateLimits = {
  person: { burst: 600, perMinute: 300 },
  workspace: { burst: 3000, perMinute: 1500 },
  address: { burst: 240, perMinute: 120 },
  credentials: perPerson({ burst: 20, perMinute: 20 }),
  codes: perPerson({ burst: 10, perMinute: 5 }),
  // A mail to a stranger is one from the workspace, whoever sends it.
  invitations: { ...perPerson({ burst: 25, perMinute: 3 }), workspace: { burst: 50, perMinute: 5 } },
  // Up to some seconds of work each: imports, exports, reports, splitting, looking into files.
  costly: perPerson({ burst: 60, perMinute: 60 }),
};

/** Tests come from one address, hundreds of them in a minute. */
const ample: Rate = { burst: 10_000, perMinute: 10_000 };

const ampleClass: ClassRates = { person: ample, workspace: ample, address: ample };

const ampleLimits: RateLimits = {
  person: { burst: 100_000, perMinute: 60_000 },
  workspace: { burst: 100_000, perMinute: 60_000 },
  address: { burst: 100_000, perMinute: 60_000 },
  credentials: ampleClass,
  codes: ampleClass,
  invitations: ampleClass,
  costly: ampleClass,
};

/** As Standard Webhooks proposes. */
const webhookRetrySeconds: readonly number[] = [5, 300, 1_800, 7_200, 18_000, 36_000, 36_000];

/** Some forty videos of the largest size, or thousands of pictures. */
const mediaRoom = { bytes: 20 * 1024 ** 3, uploads: 100 };

const x = { apiUrl: 'https://api.x.com', authorizeUrl: 'https://x.com' };

const deployed = {
  region: 'us-east-1',
  account: undefined,
  tracing: true,
  alarmMail: undefined,
  mailSender: undefined,
  x,
  xActivity: false,
  followActivityEvery: Duration.minutes(15),
  xPace,
  outboundExceptions: [],
  edge: { kind: 'cloudfront', rates: { all: 3000, auth: 100, links: 30_000 } },
  linksUrl: undefined,
  registersEventSchemas: true,
  apiUrl: undefined,
  appPostsPerDay: 10_000,
  addressesPerNetwork: 100,
  signInProviders: [],
  signInCallbackUrls: [],
  memoryMb: 512,
  limits,
  recoverPostsEvery: Duration.minutes(1),
  probeEvery: Duration.days(1),
  workspaceGrace: Duration.days(14),
  deleteWorkspacesEvery: Duration.days(1),
  erasureSettle: Duration.hours(2),
  mediaRoom,
} as const;

/** What only the machine that runs the local stage knows: the addresses of what it started. */
export interface LocalAddresses {
  awsEndpointUrl: string;
  xSandboxUrl: string;
  outsideWorldUrl: string;
  publicUrl: string;
  /** Tests of faults wait less long for X. */
  xPace?: XPace | undefined;
}

const local = ({ awsEndpointUrl, xSandboxUrl, outsideWorldUrl, publicUrl, xPace: faster }: LocalAddresses): Stage => ({
  name: 'local',
  region: 'us-east-1',
  account: '000000000000',
  removalPolicy: RemovalPolicy.DESTROY,
  deletionProtection: false,
  logRetention: RetentionDays.ONE_WEEK,
  throttle: { rateLimit: 1_000, burstLimit: 2_000 },
  strictThrottle: { rateLimit: 1_000, burstLimit: 2_000 },
  costlyThrottle: { rateLimit: 1_000, burstLimit: 2_000 },
  costlyHeadThrottle: { rateLimit: 1_000, burstLimit: 2_000 },
  readersThrottle: { rateLimit: 1_000, burstLimit: 2_000 },
  // The emulator runs what comes, and gives it what the machine has.
  reservedConcurrency: {},
  memoryMb: 512,
  limits: ampleLimits,
  // The emulator has no X-Ray.
  tracing: false,
  alarmMail: undefined,
  mailSender: 'no-reply@marketing.example',
  x: { apiUrl: xSandboxUrl, authorizeUrl: xSandboxUrl },
  xActivity: true,
  followActivityEvery: Duration.minutes(1),
  xPace: faster ?? xPace,
  outboundExceptions: [new URL(outsideWorldUrl).host],
  // Nobody waits a day for a test.
  webhooks: { retrySeconds: [1, 1, 1, 1, 1, 1, 1], maxConcurrency: 2 },
  // CloudFront is played by infra/local/front-door.ts.
  edge: { kind: 'external', publicUrl },
  // A name of this very machine, for the address alone is no link for X.
  linksUrl: publicUrl.replace('//127.0.0.1:', '//127.0.0.1.nip.io:'),
  apiUrl: (apiId) => `${awsEndpointUrl}/_aws/execute-api/${apiId}/$default`,
  appPostsPerDay: 10_000,
  // Every test comes from the same machine.
  addressesPerNetwork: 10_000,
  signInProviders: [],
  signInCallbackUrls: [],
  sweepEvery: Duration.minutes(1),
  recoverPostsEvery: Duration.minutes(1),
  probeEvery: Duration.days(1),
  workspaceGrace: Duration.days(14),
  deleteWorkspacesEvery: Duration.minutes(1),
  // Longer than news takes on a busy machine.
  erasureSettle: Duration.seconds(20),
  auditLockDays: 0,
  eventArchiveDays: 1,
  // The emulator has no registry.
  registersEventSchemas: false,
  mediaRoom,
});

const unknownAddresses: LocalAddresses = {
  awsEndpointUrl: 'http://127.0.0.1:4566',
  xSandboxUrl: 'http://127.0.0.1:4570',
  outsideWorldUrl: 'http://127.0.0.1:4590',
  publicUrl: 'http://127.0.0.1:4580',
};

/** The stages, by name. `addresses` matters to the local one alone. */
export const stages = (addresses: LocalAddresses = unknownAddresses): Record<StageName, Stage> => ({
  local: local(addresses),
  dev: {
    ...deployed,
    name: 'dev',
    webhooks: { retrySeconds: webhookRetrySeconds, maxConcurrency: 2 },
    removalPolicy: RemovalPolicy.DESTROY,
    deletionProtection: false,
    logRetention: RetentionDays.TWO_WEEKS,
    throttle: { rateLimit: 50, burstLimit: 100 },
    strictThrottle: { rateLimit: 5, burstLimit: 10 },
    costlyThrottle: { rateLimit: 2, burstLimit: 5 },
    costlyHeadThrottle: { rateLimit: 1, burstLimit: 1 },
    readersThrottle: { rateLimit: 20, burstLimit: 40 },
    // A new account has a quota of 10, of which nothing can be reserved.
    reservedConcurrency: {},
    sweepEvery: Duration.minutes(15),
    auditLockDays: 0,
    eventArchiveDays: 7,
  },
  staging: {
    ...deployed,
    name: 'staging',
    webhooks: { retrySeconds: webhookRetrySeconds, maxConcurrency: 10 },
    removalPolicy: RemovalPolicy.RETAIN,
    deletionProtection: true,
    logRetention: RetentionDays.ONE_MONTH,
    throttle: { rateLimit: 200, burstLimit: 100 },
    strictThrottle: { rateLimit: 20, burstLimit: 40 },
    costlyThrottle: { rateLimit: 2, burstLimit: 5 },
    costlyHeadThrottle: { rateLimit: 1, burstLimit: 1 },
    readersThrottle: { rateLimit: 100, burstLimit: 20 },
    reservedConcurrency: { posts: 260, accounts: 240 },
    sweepEvery: Duration.minutes(15),
    auditLockDays: 7,
    eventArchiveDays: 30,
  },
  prod: {
    ...deployed,
    name: 'prod',
    webhooks: { retrySeconds: webhookRetrySeconds, maxConcurrency: 20 },
    removalPolicy: RemovalPolicy.RETAIN,
    deletionProtection: true,
    logRetention: RetentionDays.SIX_MONTHS,
    throttle: { rateLimit: 500, burstLimit: 150 },
    strictThrottle: { rateLimit: 50, burstLimit: 100 },
    costlyThrottle: { rateLimit: 5, burstLimit: 10 },
    costlyHeadThrottle: { rateLimit: 1, burstLimit: 1 },
    readersThrottle: { rateLimit: 400, burstLimit: 40 },
    reservedConcurrency: { posts: 440, accounts: 400 },
    sweepEvery: Duration.minutes(15),
    auditLockDays: 365,
    eventArchiveDays: 90,
  },
});

/** The name a resource has in its stage where it needs one that others can know without asking. */
export const nameIn = (stage: Stage, what: string): string => `xmp-${stage.name}-${what}`;

/**
 * Requests of one address in five minutes: to what is under /v1/auth/, to short links, and to all but these. The readers
 * of a mobile network share addresses, so that thousands of them may follow the links of one post.
 */
export interface AddressRates {
  all: number;
  auth: number;
  links: number;
}
