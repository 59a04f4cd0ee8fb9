import { type App, Duration } from 'aws-cdk-lib';
import {
  finalAfterDays,
  listensTo,
  mostMetricsDays,
  mostReportsDays,
  operations,
  rawColumns,
  rawPartitions,
  rawPrefix,
} from '#functions/analytics/contract.ts';
import { ContextStack, type StageContext } from '../constructs/context-stack.ts';
import { ParquetTable } from '../constructs/parquet-table.ts';
import { PrivateBucket } from '../constructs/private-bucket.ts';
import { nameIn, type Stage } from '../stages.ts';

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
    const raw = this.keepRawReadings(ground.stage);
    this.handler.addEnvironment('RAW_BUCKET', raw.bucketName);
    this.allowObjects(['s3:PutObject', 's3:DeleteObject'], raw);
    // Which files a deleted report, a deleted workspace, or a shorter retention has left.
    this.allow(['s3:ListBucket'], [reports.bucketArn, raw.bucketArn]);
  }

  /** Readings of final days as files, ready for Athena. */
  private keepRawReadings(stage: Stage): PrivateBucket {
    const bucket = new PrivateBucket(this, 'RawReadings', {
      removalPolicy: stage.removalPolicy,
      // A file is written when its day is final.
      lifecycleRules: [{ expiration: Duration.days(mostMetricsDays - finalAfterDays) }],
    });
    new ParquetTable(this, 'RawReadingsTable', {
      bucket,
      prefix: rawPrefix,
      // Athena wants names that hyphens do not split.
      database: nameIn(stage, 'analytics').replaceAll('-', '_'),
      table: 'readings',
      description: 'Readings of the metrics of posts from X, one row each; `day` is the UTC day of publication.',
      columns: rawColumns,
      partitions: rawPartitions,
      firstDay: '2026-01-01',
    });
    return bucket;
  }
}
