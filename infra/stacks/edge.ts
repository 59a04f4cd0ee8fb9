import { join } from 'node:path';
import { type App, Duration, Stack } from 'aws-cdk-lib';
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  Function,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HeadersReferrerPolicy,
  HttpVersion,
  OriginRequestPolicy,
  ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { httpsOnlySeconds } from '#shared/http/answer-headers.ts';
import { originHeader, viewerHeader } from '#shared/http/origin.ts';
import { accept } from '../constructs/accept.ts';
import { pageHeaders } from '../page-headers.ts';
import { nameIn, type Stage } from '../stages.ts';
import type { ApiStack } from './api.ts';

/** CloudFront in front of the API and the static pages: one address for people, and no cross-origin requests. */
export class EdgeStack extends Stack {
  /** Base URL for people, without a trailing slash. */
  readonly publicUrl: string;

  constructor(app: App, stage: Stage, { api, originSecret }: ApiStack, webAclArn: string) {
    super(app, nameIn(stage, 'edge'), {
      env: { region: stage.region, account: stage.account },
      crossRegionReferences: stage.region !== 'us-east-1',
    });

    const pages = new Bucket(this, 'Pages', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      removalPolicy: stage.removalPolicy,
      lifecycleRules: [{ abortIncompleteMultipartUploadAfter: Duration.days(1) }],
    });
    accept(pages, 'S1', undefined, 'It holds public pages; CloudFront and CloudTrail tell who changes them.');

    const toApi = {
      origin: new HttpOrigin(`${api.apiId}.execute-api.${this.region}.${this.urlSuffix}`, {
        // A dynamic reference, so that no template contains the value. It overwrites a header of that name from the
        // visitor.
        ...(originSecret && { customHeaders: { [originHeader]: originSecret.secretValue.unsafeUnwrap() } }),
      }),
      cachePolicy: CachePolicy.CACHING_DISABLED,
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      functionAssociations: [
        {
          eventType: FunctionEventType.VIEWER_REQUEST,
          function: new Function(this, 'ViewerAddress', {
            runtime: FunctionRuntime.JS_2_0,
            code: FunctionCode.fromInline(viewerAddress),
          }),
        },
      ],
    };
    const distribution = new Distribution(this, 'Distribution', {
      comment: nameIn(stage, 'edge'),
      httpVersion: HttpVersion.HTTP2_AND_3,
      webAclId: webAclArn,
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(pages),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        cachePolicy: CachePolicy.CACHING_OPTIMIZED,
        responseHeadersPolicy: this.pageHeaders(stage),
        functionAssociations: [
          {
            eventType: FunctionEventType.VIEWER_REQUEST,
            function: new Function(this, 'PageOfPath', {
              runtime: FunctionRuntime.JS_2_0,
              code: FunctionCode.fromInline(pageOfPath),
            }),
          },
        ],
      },
      additionalBehaviors: {
        '/v1/*': {
          ...toApi,
          viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
          allowedMethods: AllowedMethods.ALLOW_ALL,
        },
        // Short links, which people may type without https.
        '/l/*': {
          ...toApi,
          viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
          allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
        },
      },
    });
    accept(distribution, 'CFR1', undefined, 'Marketing teams work from everywhere.');
    accept(distribution, 'CFR3', undefined, 'API Gateway logs the requests; pages hold nothing personal.');
    accept(distribution, 'CFR4', undefined, "It uses CloudFront's own domain until the stage has one, so its own TLS.");

    const deployment = new BucketDeployment(this, 'PagesContent', {
      sources: [Source.asset(join(import.meta.dirname, '../pages'))],
      destinationBucket: pages,
      distribution,
    });
    this.acceptDeployment(deployment.handlerRole);
    this.publicUrl = `https://${distribution.distributionDomainName}`;
  }

  /** Returns the same headers as the local front door, and HSTS. */
  private pageHeaders(stage: Stage): ResponseHeadersPolicy {
    return new ResponseHeadersPolicy(this, 'PageHeaders', {
      responseHeadersPolicyName: nameIn(stage, 'pages'),
      securityHeadersBehavior: {
        contentSecurityPolicy: { contentSecurityPolicy: pageHeaders['content-security-policy'], override: true },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
        contentTypeOptions: { override: true },
        strictTransportSecurity: {
          accessControlMaxAge: Duration.seconds(httpsOnlySeconds),
          includeSubdomains: true,
          override: true,
        },
      },
      customHeadersBehavior: {
        customHeaders: [{ header: 'cache-control', value: pageHeaders['cache-control'], override: true }],
      },
    });
  }

  /**
   * Accepts findings in CDK's own function that copies the pages, whose runtime and permissions come from aws-cdk-lib.
   */
  private acceptDeployment(role: IRole): void {
    const reason = "CDK's own function, which runs while a stack is deployed and touches the pages and assets alone.";
    accept(this, 'L1', undefined, reason);
    accept(
      role,
      'IAM4',
      'Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
      reason,
    );
    for (const finding of [
      'Action::s3:GetBucket*',
      'Action::s3:GetObject*',
      'Action::s3:List*',
      'Action::s3:Abort*',
      'Action::s3:DeleteObject*',
      `Resource::arn:aws:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-${this.region}/*`,
      'Resource::<Pages127DFD1A.Arn>/*',
      'Resource::*',
    ]) {
      accept(role, 'IAM5', finding, reason);
    }
  }
}

/** Maps `/x/callback` to `x-callback.html`, like infra/local/front-door.ts. */
const pageOfPath = `function handler(event) {
  var request = event.request;
  var name = request.uri.replace(/^\\/|\\/$/g, '').replace(/\\//g, '-');
  if (name !== '' && name.indexOf('.') < 0) request.uri = '/' + name + '.html';
  return request;
}`;

/**
 * Passes the visitor's address to the functions, which otherwise see only CloudFront's, and overwrites any such header
 * from the visitor.
 */
const viewerAddress = `function handler(event) {
  event.request.headers['${viewerHeader}'] = { value: event.viewer.ip };
  return event.request;
}`;
