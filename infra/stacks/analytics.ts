import { type App, Duration } from 'aws-cdk-lib';
import { listensTo, mostReportsDays, operations } from '#functions/analytics/contract.ts';
import { ContextStack, type StageContext } from '../constructs/context-stack.ts';
import { PrivateBucket } from '../constructs/private-bucket.ts';

export class AnalyticsStack extends ContextStack {
  constructor(app: App, ground: StageContext) {
    super(app, ground, {
      context: 'analytics',
      operations,
      listensTo,
      sharesPeople: true,
      table: { indexes: [{ name: 'byDue', keysOnly: true }], deletes: true },
      // A file of the largest report is some seconds of CPU, at the share of a core that a function has.
      timeout: Duration.seconds(29),
    });
    const reports = new PrivateBucket(this, 'Reports', {
      removalPolicy: ground.stage.removalPolicy,
      // A day ends at midnight, so that a file goes no sooner than its report (AWS S3: lifecycle configuration elements).
      lifecycleRules: [{ expiration: Duration.days(mostReportsDays) }],
    });
    this.handler.addEnvironment('REPORT_BUCKET', reports.bucketName);
    // Signed links carry the rights of their signer.
    this.allowObjects(['s3:PutObject', 's3:GetObject', 's3:DeleteObject'], reports);
    // Which files a deleted report, or a deleted workspace, has left.
    this.allow(['s3:ListBucket'], [reports.bucketArn]);
  }
}
