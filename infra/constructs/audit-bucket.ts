import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { ObjectLockRetention } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Stage } from '../stages.ts';
import { PrivateBucket } from './private-bucket.ts';

/** Files of audit events, locked against deletion for as long as the stage says. */
export class AuditBucket extends PrivateBucket {
  constructor(scope: Construct, id: string, { removalPolicy, auditLockDays }: Stage) {
    super(scope, id, auditLockDays > 0 ? lockedFor(Duration.days(auditLockDays)) : { removalPolicy });
  }
}

const lockedFor = (time: Duration) => ({
  versioned: true,
  objectLockEnabled: true,
  objectLockDefaultRetention: ObjectLockRetention.governance(time),
  // What is locked cannot be deleted with its stack.
  removalPolicy: RemovalPolicy.RETAIN,
  // A version that was replaced or deleted goes as soon as its lock lets it (AWS S3: Object Lock and lifecycle).
  lifecycleRules: [{ noncurrentVersionExpiration: time }],
});
