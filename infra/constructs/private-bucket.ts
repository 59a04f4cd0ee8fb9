import { Duration, Stack } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, type BucketProps, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { accept } from './accept.ts';

type PrivateBucketProps = Required<Pick<BucketProps, 'removalPolicy'>> &
  Pick<BucketProps, 'lifecycleRules' | 'cors' | 'versioned' | 'objectLockEnabled' | 'objectLockDefaultRetention'>;

/**
 * A bucket that the public cannot reach: encrypted, over TLS only, no ACLs. People reach single files by signed links.
 * Uploads that were begun and not completed are dropped after a day.
 */
export class PrivateBucket extends Bucket {
  constructor(scope: Construct, id: string, { lifecycleRules = [], ...props }: PrivateBucketProps) {
    super(scope, id, {
      ...props,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      lifecycleRules: [...lifecycleRules, { abortIncompleteMultipartUploadAfter: Duration.days(1) }],
    });
    accept(
      this,
      'S1',
      undefined,
      'Each access is by a signed link or a function, and CloudTrail can record its calls.',
    );
  }

  /**
   * The ARN of objects as the template of `stack` spells it: an import where the bucket is another stack's. CDK puts
   * imports in only when it synthesizes, so `arnForObjects` does not show them before. Other stacks must use the bucket.
   * @param keys a pattern, such as `archives/*`
   */
  arnOfObjectsIn(stack: Stack, keys: string): string {
    const owner = Stack.of(this);
    const bucketArn = owner === stack ? this.bucketArn : owner.exportValue(this.bucketArn);
    return `${bucketArn}/${keys}`;
  }
}
