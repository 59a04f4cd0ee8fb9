import { type App, CfnOutput, Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { listensTo, operations } from '#functions/accounts/contract.ts';
import { metricNamespace } from '#shared/observability.ts';
import { alarm, alarmPeriod } from '../constructs/alarm.ts';
import { ContextStack, type StageContext } from '../constructs/context-stack.ts';
import type { PrivateBucket } from '../constructs/private-bucket.ts';
import { StageSecret } from '../constructs/stage-secret.ts';

interface AccountsProps {
  media: PrivateBucket;
  /** Base URL for people; X redirects them to a page there. */
  publicUrl: string;
}

export class AccountsStack extends ContextStack {
  constructor(app: App, ground: StageContext, { media, publicUrl }: AccountsProps) {
    const { stage } = ground;
    super(app, ground, {
      context: 'accounts',
      operations,
      listensTo,
      sharesPeople: true,
      table: {
        indexes: [
          { name: 'byKey', keysOnly: true },
          { name: 'byProbe', keysOnly: true },
          { name: 'byMonth', keysOnly: true },
          { name: 'byXPost', keysOnly: true },
        ],
        deletes: true,
      },
      timeout: Duration.seconds(stage.xPace.functionSeconds),
      environment: {
        MEDIA_BUCKET: media.bucketName,
        X_API_URL: stage.x.apiUrl,
        X_AUTHORIZE_URL: stage.x.authorizeUrl,
        X_REDIRECT_URI: `${publicUrl}/x/callback`,
        ...(stage.xActivity && { X_WEBHOOK_URL: `${publicUrl}/v1/x/webhook` }),
        X_CALL_SECONDS: String(stage.xPace.callSeconds),
        X_FUNCTION_SECONDS: String(stage.xPace.functionSeconds),
        X_PAUSE_SECONDS: String(stage.xPace.pauseSeconds),
        X_JITTER_SECONDS: String(stage.xPace.jitterSeconds),
        X_APP_PAUSE_SECONDS: String(stage.xPace.appPauseSeconds),
        X_APP_POSTS_PER_DAY: String(stage.appPostsPerDay),
        PROBE_EVERY_SECONDS: String(stage.probeEvery.toSeconds()),
      },
    });
    // The X app's credentials are entered by hand once; the key of the token vault is generated here and never leaves.
    const secret = new StageSecret(this, 'XApp', {
      stage,
      name: 'x-app',
      description:
        "The X app's clientId and clientSecret, consumerSecret and appBearer, and the key that X tokens are encrypted under",
      whyNotRotated: "X's credentials change at X; the vault's key is rotated by re-encryption.",
      fields: { byHand: { clientId: '', clientSecret: '', consumerSecret: '', appBearer: '' }, generated: 'vaultKey' },
    });
    secret.grantTo(this.handler, 'X_SECRET_ARN');
    this.allowObjects(['s3:GetObject'], media);
    alarm(this, 'XCircuitAlarm', {
      metric: new Metric({
        namespace: metricNamespace,
        metricName: 'XCircuitBroken',
        dimensionsMap: { service: 'accounts' },
        statistic: 'Sum',
        period: alarmPeriod,
      }),
      threshold: 1,
      errorImpact: 'X blocks the app: no workspace can publish until its credits, caps or enrolment are restored.',
      runbook: 'x-blocks-the-app',
      topic: ground.alarmTopic,
    });
    alarm(this, 'XWebhookAlarm', {
      metric: new Metric({
        namespace: metricNamespace,
        metricName: 'XWebhookInvalid',
        dimensionsMap: { service: 'accounts' },
        statistic: 'Sum',
        period: alarmPeriod,
      }),
      threshold: 1,
      errorImpact: 'X reports no revoked connections, deleted posts or mentions to the platform.',
      runbook: 'x-does-not-reach-the-webhook',
      topic: ground.alarmTopic,
    });
    new CfnOutput(this, 'XSecretArn', { value: secret.secretArn });
  }
}
