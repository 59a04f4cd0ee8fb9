import { type App, Duration, Stack } from 'aws-cdk-lib';
import { PrivateBucket } from '../constructs/private-bucket.ts';
import { nameIn, type Stage } from '../stages.ts';

/** Personal data exports, and the parts that contexts write for them; all of it expires within days. */
export class PersonExportsStack extends Stack {
  readonly bucket: PrivateBucket;

  constructor(app: App, stage: Stage) {
    super(app, nameIn(stage, 'person-exports'), { env: { region: stage.region, account: stage.account } });
    this.bucket = new PrivateBucket(this, 'Files', {
      removalPolicy: stage.removalPolicy,
      lifecycleRules: [{ prefix: 'parts/', expiration: Duration.days(1) }, { expiration: Duration.days(7) }],
    });
  }
}
