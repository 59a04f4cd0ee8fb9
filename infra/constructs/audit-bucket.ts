import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectLockRetention, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Stage } from '../stages.ts';
import { accept } from './accept.ts';

/** Files of audit events: encrypted, over TLS only, and locked against deletion for as long as the stage says. */
export class AuditBucket extends Bucket {
  constructor(scope: Construct, id: string, { removalPolicy, auditLockDays }: Stage) {
    super(scope, id, {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      ...(auditLockDays > 0
        ? {
            versioned: true,
            objectLockEnabled: true,
            objectLockDefaultRetention: ObjectLockRetention.governance(Duration.days(auditLockDays)),
            // What is locked cannot be deleted with its stack.
            removalPolicy: RemovalPolicy.RETAIN,
          }
        : { removalPolicy }),
      lifecycleRules: [
        { abortIncompleteMultipartUploadAfter: Duration.days(1) },
        // A version that was replaced or deleted goes as soon as its lock lets it (AWS S3: Object Lock and lifecycle).
        ...(auditLockDays > 0 ? [{ noncurrentVersionExpiration: Duration.days(auditLockDays) }] : []),
      ],
    });
    accept(this, 'S1', undefined, 'Each access is by a signed link or a function whose call CloudTrail can tell.');
  }
}
