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
      // The largest report takes some seconds of CPU per file, at a function's share of a core.
      timeout: Duration.seconds(29),
    });
    const reports = new PrivateBucket(this, 'Reports', {
      removalPolicy: ground.stage.removalPolicy,
      // S3 rounds up to the next midnight, so that a file never expires before its report (AWS S3: lifecycle
      // configuration elements).
      lifecycleRules: [{ expiration: Duration.days(mostReportsDays) }],
    });
    this.handler.addEnvironment('REPORT_BUCKET', reports.bucketName);
    // Signed links have the permissions of their signer.
    this.allowObjects(['s3:PutObject', 's3:GetObject', 's3:DeleteObject'], reports);
    const raw = this.keepRawReadings(ground.stage);
    this.handler.addEnvironment('RAW_BUCKET', raw.bucketName);
    this.allowObjects(['s3:PutObject', 's3:DeleteObject'], raw);
    // To find the files of a deleted report or workspace, or past a shortened retention.
    this.allow(['s3:ListBucket'], [reports.bucketArn, raw.bucketArn]);
  }

  /** Stores readings of final days as files for Athena. */
  private keepRawReadings(stage: Stage): PrivateBucket {
    const bucket = new PrivateBucket(this, 'RawReadings', {
      removalPolicy: stage.removalPolicy,
      // A file is written when its day is final.
      lifecycleRules: [{ expiration: Duration.days(mostMetricsDays - finalAfterDays) }],
    });
    new ParquetTable(this, 'RawReadingsTable', {
      bucket,
      prefix: rawPrefix,
      // Database names in Athena must not contain hyphens.
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
