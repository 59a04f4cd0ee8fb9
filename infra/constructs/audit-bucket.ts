import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { ObjectLockRetention } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Stage } from '../stages.ts';
import { PrivateBucket } from './private-bucket.ts';

/** A bucket for files of audit events, locked against deletion for the stage's period. */
export class AuditBucket extends PrivateBucket {
  constructor(scope: Construct, id: string, { removalPolicy, auditLockDays }: Stage) {
    super(scope, id, auditLockDays > 0 ? lockedFor(Duration.days(auditLockDays)) : { removalPolicy });
  }
}

const lockedFor = (time: Duration) => ({
  versioned: true,
  objectLockEnabled: true,
  objectLockDefaultRetention: ObjectLockRetention.governance(time),
  // Locked objects cannot be deleted with the stack.
  removalPolicy: RemovalPolicy.RETAIN,
  // A replaced or deleted version expires as soon as its lock does (AWS S3: Object Lock and lifecycle).
  lifecycleRules: [{ noncurrentVersionExpiration: time }],
});
