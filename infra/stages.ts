import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ClassRates, Rate, RateLimits } from '#shared/http/rates.ts';
import type { ContextFolder } from './build/functions.ts';

export type StageName = 'local' | 'dev' | 'staging' | 'prod';

/** EVERY difference between stages is a value here; no construct or function checks the stage's name. */
export interface Stage {
  name: StageName;
  region: string;
  /** Undefined: the account of the current credentials. */
  account: string | undefined;
  /** What happens to tables, buckets, secrets and the user pool when their stack is deleted. */
  removalPolicy: RemovalPolicy;
  deletionProtection: boolean;
  logRetention: RetentionDays;
  /** Requests per second and burst for the entire API (API Gateway stage throttling). */
  throttle: Throttle;
  /** The same for each public route where passwords or codes could be guessed, from all callers together. */
  strictThrottle: Throttle;
  /** The same for each route where one request costs as much as hundreds (`costly`), from all callers together. */
  costlyThrottle: Throttle;
  /** The same for each HEAD route of those: rarely used, for the same work. Also for HEAD requests of short links. */
  costlyHeadThrottle: Throttle;
  /** The same for the redirect of short links, so that a post with many readers does not use up the API's throttle. */
  readersThrottle: Throttle;
  /**
   * Reserved concurrency of a context's function, which is also its maximum. Without it, requests to other functions
   * take the concurrency that publishing needs; decision 18 has the arithmetic. AWS refuses it in accounts with the
   * initial quota of 10.
   */
  reservedConcurrency: Partial<Record<ContextFolder, number>>;
  /**
   * Memory of each function in MB, which also sets its share of a core; 1,769 MB get a full one (AWS: Lambda quotas).
   */
  memoryMb: number;
  /** Token buckets per person, workspace and address. */
  limits: RateLimits;
  /** Whether functions and workflows send traces. X-Ray's own sampling rule sets the share of requests traced. */
  tracing: boolean;
  /** Mail address that receives alarms; undefined: the topic has no subscriber yet. */
  alarmMail: string | undefined;
  /**
   * Sender address of mails to people, in a domain that we own. Without it mails count as failed and are not sent:
   * nobody gets a code, so nobody can sign up or reset a password.
   */
  mailSender: string | undefined;
  /** Addresses of X. */
  x: { apiUrl: string; authorizeUrl: string };
  /**
   * Whether X reports activity to the stage by webhook; off unless the app has one. The app's secret then also needs
   * its consumer secret and its own token.
   */
  xActivity: boolean;
  /** How often the webhook and its subscriptions are checked. */
  followActivityEvery: Duration;
  /** How long to wait for X. */
  xPace: XPace;
  /**
   * `host:port` pairs that requests to addresses of users can reach besides public hosts (shared/outbound): the servers
   * of the outside world on a developer's machine. Empty everywhere else.
   */
  outboundExceptions: readonly string[];
  /**
   * Deliveries of webhooks: delays between attempts in seconds (27 h 35 min in all), and the maximum number of batches
   * of ten processed concurrently.
   */
  webhooks: { retrySeconds: readonly number[]; maxConcurrency: number };
  /** CloudFront in front of API and pages, or an existing front door. */
  edge: { kind: 'cloudfront'; rates: AddressRates } | { kind: 'external'; publicUrl: string };
  /**
   * Base URL of the short links in posts, without a trailing slash, if it differs from that of API and pages. It needs
   * a host name, since X does not recognise IP addresses as links.
   */
  linksUrl: string | undefined;
  /** How functions of this stage reach the API over HTTPS; undefined: at API Gateway's own address. */
  apiUrl: ((apiId: string) => string) | undefined;
  /**
   * Number of email addresses for which sign-in may fail from one network (IPv4 /24, IPv6 /48) at once, replenished
   * over a day.
   */
  addressesPerNetwork: number;
  /** Providers with which people can sign in besides the platform itself; empty unless they are set up. */
  signInProviders: readonly SignInProvider[];
  /** Allowed redirect URLs after sign-in with another provider. */
  signInCallbackUrls: readonly string[];
  /** How often metrics are read from X. */
  sweepEvery: Duration;
  /** Posts a day that X accepts from all workspaces together (X API: POST /2/tweets, per app and 24 hours). */
  appPostsPerDay: number;
  /** How often overdue posts whose timer was lost are recovered. */
  recoverPostsEvery: Duration;
  /** How often the health and capabilities of each connected account are checked at X. */
  probeEvery: Duration;
  /** How long the deletion of a workspace can be cancelled, and how often due ones are deleted. */
  workspaceGrace: Duration;
  deleteWorkspacesEvery: Duration;
  /** How long after erasing a workspace its contexts erase again: until its tokens, links and late events are over. */
  erasureSettle: Duration;
  /** How many days a file of audit events is locked against deletion; 0: not locked. */
  auditLockDays: number;
  /** How many days events can be replayed from the archive. */
  eventArchiveDays: number;
  /** Whether schemas of public events are published in EventBridge's registry, for other stacks of the account. */
  registersEventSchemas: boolean;
  /** Maximum bytes of media files per workspace, and maximum number of announced but incomplete uploads. */
  mediaRoom: { bytes: number; uploads: number };
}

interface Throttle {
  rateLimit: number;
  burstLimit: number;
}

/**
 * Another sign-in provider. Its secret is in Secrets Manager under the given name. `attributes`: the provider's names
 * of the mail address and the name.
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
 * How long to wait for X, in seconds: for a call, for the function that makes calls (a whole number), after an outage
 * of X, and the period over which retries that wait for the same instant are spread.
 */
export interface XPace {
  callSeconds: number;
  functionSeconds: number;
  pauseSeconds: number;
  jitterSeconds: number;
  /** Delay before retrying when X blocks the entire app. */
  appPauseSeconds: number;
}

const xPace: XPace = {
  callSeconds: 10,
  functionSeconds: 30,
  pauseSeconds: 60,
  jitterSeconds: 15,
  appPauseSeconds: 900,
};

/** Returns the rates of a class, given that of a person. An address has the same. */
const perPerson = (person: Rate): ClassRates => ({
  person,
  address: person,
  workspace: { burst: 10 * person.burst, perMinute: 10 * person.perMinute },
});

/**
 * A fast worker sends a few requests a second, and an office shares an address. For each class, a workspace has what
 * ten of its people can use at once, so that one of them cannot use it up for the others.
 */
const limits: RateLimits = {
  person: { burst: 600, perMinute: 300 },
  workspace: { burst: 3000, perMinute: 1500 },
  address: { burst: 240, perMinute: 120 },
  credentials: perPerson({ burst: 20, perMinute: 20 }),
  codes: perPerson({ burst: 10, perMinute: 5 }),
  // Mails to strangers come from the workspace, whoever sends them.
  invitations: { ...perPerson({ burst: 25, perMinute: 3 }), workspace: { burst: 50, perMinute: 5 } },
  // Up to some seconds of work each: imports, exports, reports, splitting, parsing files.
  costly: perPerson({ burst: 60, perMinute: 60 }),
};

/** Tests send hundreds of requests a minute from one address. */
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

/** As recommended by Standard Webhooks. */
const webhookRetrySeconds: readonly number[] = [5, 300, 1_800, 7_200, 18_000, 36_000, 36_000];

/** Enough for some forty videos of the largest size, or thousands of pictures. */
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

/** Addresses known only to the machine that runs the local stage. */
export interface LocalAddresses {
  awsEndpointUrl: string;
  xSandboxUrl: string;
  outsideWorldUrl: string;
  publicUrl: string;
  /** Tests of faults wait less for X. */
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
  // The emulator runs whatever comes, with whatever the machine has.
  reservedConcurrency: {},
  memoryMb: 512,
  limits: ampleLimits,
  // The emulator does not support X-Ray.
  tracing: false,
  alarmMail: undefined,
  mailSender: 'no-reply@marketing.example',
  x: { apiUrl: xSandboxUrl, authorizeUrl: xSandboxUrl },
  xActivity: true,
  followActivityEvery: Duration.minutes(1),
  xPace: faster ?? xPace,
  outboundExceptions: [new URL(outsideWorldUrl).host],
  // Tests cannot wait a day.
  webhooks: { retrySeconds: [1, 1, 1, 1, 1, 1, 1], maxConcurrency: 2 },
  // infra/local/front-door.ts simulates CloudFront.
  edge: { kind: 'external', publicUrl },
  // A host name of this machine, since X does not recognise an IP address as a link.
  linksUrl: publicUrl.replace('//127.0.0.1:', '//127.0.0.1.nip.io:'),
  apiUrl: (apiId) => `${awsEndpointUrl}/_aws/execute-api/${apiId}/$default`,
  appPostsPerDay: 10_000,
  // All tests come from the same machine.
  addressesPerNetwork: 10_000,
  signInProviders: [],
  signInCallbackUrls: [],
  sweepEvery: Duration.minutes(1),
  recoverPostsEvery: Duration.minutes(1),
  probeEvery: Duration.days(1),
  workspaceGrace: Duration.days(14),
  deleteWorkspacesEvery: Duration.minutes(1),
  // Longer than events take on a busy machine.
  erasureSettle: Duration.seconds(20),
  auditLockDays: 0,
  eventArchiveDays: 1,
  // The emulator has no schema registry.
  registersEventSchemas: false,
  mediaRoom,
});

const unknownAddresses: LocalAddresses = {
  awsEndpointUrl: 'http://127.0.0.1:4566',
  xSandboxUrl: 'http://127.0.0.1:4570',
  outsideWorldUrl: 'http://127.0.0.1:4590',
  publicUrl: 'http://127.0.0.1:4580',
};

/** Returns the stages by name. Only the local one uses `addresses`. */
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

/** Returns the name of a stage's resource that others must be able to derive. */
export const nameIn = (stage: Stage, what: string): string => `xmp-${stage.name}-${what}`;

/**
 * Maximum requests of one address in five minutes: under /v1/auth/ (`auth`), to short links (`links`), and to
 * everything but short links (`all`). Readers on a mobile network share addresses, so thousands of them may follow the
 * links of one post.
 */
export interface AddressRates {
  all: number;
  auth: number;
  links: number;
}
