import { type App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnLoggingConfiguration, CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { type AddressRates, nameIn, type Stage } from '../stages.ts';

type Rule = CfnWebACL.RuleProperty;

const visible = (metricName: string): CfnWebACL.VisibilityConfigProperty => ({
  metricName,
  cloudWatchMetricsEnabled: true,
  // Samples contain entire requests, including tokens.
  sampledRequestsEnabled: false,
});

/**
 * Rules of the common set that inspect bodies. They only count, since posts are free text with links, brackets and up
 * to 64 KB.
 */
const countedOnly = [
  'SizeRestrictions_BODY',
  'CrossSiteScripting_BODY',
  'GenericLFI_BODY',
  'GenericRFI_BODY',
  'EC2MetaDataSSRF_BODY',
];

const managed = (priority: number, name: string, counted: readonly string[] = []): Rule => ({
  name,
  priority,
  overrideAction: { none: {} },
  statement: {
    managedRuleGroupStatement: {
      vendorName: 'AWS',
      name,
      ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
    },
  },
  visibilityConfig: visible(name),
});

/** Matches requests to paths under a prefix. */
const isUnder = (path: string): CfnWebACL.StatementProperty => ({
  byteMatchStatement: {
    fieldToMatch: { uriPath: {} },
    positionalConstraint: 'STARTS_WITH',
    searchString: path,
    // API Gateway decodes paths before it matches them, so all spellings must match here.
    textTransformations: [
      { priority: 0, type: 'URL_DECODE' },
      { priority: 1, type: 'NORMALIZE_PATH' },
    ],
  },
});

const perAddress = (
  priority: number,
  name: string,
  limit: number,
  scopeDownStatement: CfnWebACL.StatementProperty,
): Rule => ({
  name,
  priority,
  action: {
    block: { customResponse: { responseCode: 429, responseHeaders: [{ name: 'retry-after', value: '300' }] } },
  },
  statement: {
    rateBasedStatement: {
      aggregateKeyType: 'IP',
      limit,
      evaluationWindowSec: 300,
      scopeDownStatement,
    },
  },
  visibilityConfig: visible(name),
});

/** The firewall of the edge. CloudFront requires it in us-east-1, whatever the stage's region (AWS WAF). */
export class FirewallStack extends Stack {
  readonly webAclArn: string;

  constructor(app: App, stage: Stage, rates: AddressRates) {
    const env = { region: 'us-east-1', account: stage.account };
    super(app, nameIn(stage, 'firewall'), { env, crossRegionReferences: stage.region !== env.region });

    const webAcl = new CfnWebACL(this, 'WebAcl', {
      name: nameIn(stage, 'edge'),
      scope: 'CLOUDFRONT',
      defaultAction: { allow: {} },
      visibilityConfig: visible('edge'),
      rules: [
        perAddress(0, 'AuthPerAddress', rates.auth, isUnder('/v1/auth/')),
        perAddress(1, 'LinksPerAddress', rates.links, isUnder('/l/')),
        perAddress(2, 'AllPerAddress', rates.all, { notStatement: { statement: isUnder('/l/') } }),
        managed(3, 'AWSManagedRulesAmazonIpReputationList'),
        managed(4, 'AWSManagedRulesKnownBadInputsRuleSet'),
        managed(5, 'AWSManagedRulesCommonRuleSet', countedOnly),
      ],
    });
    this.webAclArn = webAcl.attrArn;

    // WAF writes only to log groups with this prefix.
    const logs = new LogGroup(this, 'Logs', {
      logGroupName: `aws-waf-logs-${nameIn(stage, 'edge')}`,
      retention: stage.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new CfnLoggingConfiguration(this, 'Logging', {
      resourceArn: webAcl.attrArn,
      logDestinationConfigs: [this.formatArn({ service: 'logs', resource: `log-group:${logs.logGroupName}` })],
      redactedFields: [
        { singleHeader: { Name: 'authorization' } },
        { singleHeader: { Name: 'cookie' } },
        { queryString: {} },
      ],
      // Allowed requests are in API Gateway's log, without addresses.
      loggingFilter: {
        DefaultBehavior: 'DROP',
        Filters: [
          {
            Behavior: 'KEEP',
            Requirement: 'MEETS_ANY',
            Conditions: [{ ActionCondition: { Action: 'BLOCK' } }, { ActionCondition: { Action: 'COUNT' } }],
          },
        ],
      },
    }).node.addDependency(logs);
  }
}
