import { Duration, Stack } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, type BucketProps, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { accept } from './accept.ts';

type PrivateBucketProps = Required<Pick<BucketProps, 'removalPolicy'>> &
  Pick<BucketProps, 'lifecycleRules' | 'cors' | 'versioned' | 'objectLockEnabled' | 'objectLockDefaultRetention'>;

/**
 * A private bucket: encrypted, over TLS only, no ACLs. People access single files by signed links. Incomplete uploads
 * are removed after a day.
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
   * Returns the ARN of objects as it appears in the template of `stack`: an import when the bucket belongs to another
   * stack. CDK resolves imports only on synthesis, so `arnForObjects` does not show them earlier. Other stacks must use
   * the bucket.
   * @param keys a pattern, such as `archives/*`
   */
  arnOfObjectsIn(stack: Stack, keys: string): string {
    const owner = Stack.of(this);
    const bucketArn = owner === stack ? this.bucketArn : owner.exportValue(this.bucketArn);
    return `${bucketArn}/${keys}`;
  }
}
