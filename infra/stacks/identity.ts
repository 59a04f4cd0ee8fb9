import { type App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import {
  AccountRecovery,
  ClientAttributes,
  FeaturePlan,
  LambdaVersion,
  Mfa,
  UserPool,
  type UserPoolClient,
  type UserPoolClientOptions,
  UserPoolOperation,
} from 'aws-cdk-lib/aws-cognito';
import { Function } from 'aws-cdk-lib/aws-lambda';
import { accept } from '../constructs/accept.ts';
import { functionName } from '../constructs/context-function.ts';
import { signInThrough } from '../constructs/sign-in-providers.ts';
import { nameIn, type Stage } from '../stages.ts';

/** Who may sign in. The context `users` is the only one that talks to the pool. */
export class IdentityStack extends Stack {
  readonly userPool: UserPool;
  readonly client: UserPoolClient;
  /** For service accounts, whose access tokens live an hour and are not refreshed. */
  readonly machineClient: UserPoolClient;
  /** For enrolling authenticators: its tokens open Cognito, never leave the platform, and are none to the API. */
  readonly enrolmentClient: UserPoolClient;
  /** For people who come through another provider, where the stage has one. */
  readonly othersClient: UserPoolClient | undefined;

  constructor(app: App, stage: Stage) {
    super(app, nameIn(stage, 'identity'), { env: { region: stage.region, account: stage.account } });

    this.userPool = new UserPool(this, 'People', {
      userPoolName: nameIn(stage, 'people'),
      // Nobody but the platform makes users, and it mails codes itself: none are made, kept or sent here.
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      autoVerify: { email: true },
      // Nobody signs in by an address before it is proved; the platform's own changes come proved.
      keepOriginal: { email: true },
      signInCaseSensitive: false,
      standardAttributes: { email: { required: true, mutable: true }, fullname: { required: false, mutable: true } },
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
      },
      mfa: Mfa.OPTIONAL,
      mfaSecondFactor: { otp: true, sms: false },
      accountRecovery: AccountRecovery.NONE,
      // Claims in access tokens come with this plan (Cognito: pre token generation V2).
      featurePlan: FeaturePlan.ESSENTIALS,
      deletionProtection: stage.deletionProtection,
      removalPolicy: stage.removalPolicy,
    });
    accept(this.userPool, 'COG3', undefined, 'Threat protection needs the Plus plan; lock-out is ours to enforce.');
    accept(this.userPool, 'COG8', undefined, 'The Plus plan is a decision of the stage, not of the code.');
    accept(this.userPool, 'COG2', undefined, 'TOTP is offered; whether it is required is for each workspace to say.');

    // By its name, not by reference: the function needs the pool's id, so a reference would be a circle.
    const users = Function.fromFunctionAttributes(this, 'Users', {
      functionArn: this.formatArn({
        service: 'lambda',
        resource: `function:${functionName(stage, 'users')}`,
      }),
      sameEnvironment: true,
    });
    this.userPool.addTrigger(UserPoolOperation.PRE_TOKEN_GENERATION_CONFIG, users, LambdaVersion.V2_0);

    /**
     * The id of a client stands in every token of it, so that it alone must open nothing: what Cognito would do for
     * anybody who names a client, it does for the platform, which shows the client's secret.
     */
    const confidential = {
      generateSecret: true,
      // Only the platform itself signs people in, with its role: passwords cannot be tried past its limits.
      authFlows: { adminUserPassword: true },
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      readAttributes: new ClientAttributes().withStandardAttributes({ email: true, emailVerified: true }),
      // Cognito wants required attributes to be writable.
      writeAttributes: new ClientAttributes().withStandardAttributes({ email: true }),
      disableOAuth: true,
    } satisfies UserPoolClientOptions;
    this.client = this.userPool.addClient('Api', {
      ...confidential,
      // How long a sign-in may wait for the code of an authenticator: functions/users/store/challenges.ts knows it.
      authSessionValidity: Duration.minutes(3),
      accessTokenValidity: Duration.minutes(15),
      idTokenValidity: Duration.minutes(15),
      refreshTokenValidity: Duration.days(30),
    });

    this.machineClient = this.userPool.addClient('Machines', {
      ...confidential,
      accessTokenValidity: Duration.hours(1),
      idTokenValidity: Duration.hours(1),
      // Cognito always makes a refresh token (valid for at least an hour); it is never handed out.
      refreshTokenValidity: Duration.hours(1),
    });

    this.enrolmentClient = this.userPool.addClient('Enrolment', {
      ...confidential,
      // Time to set an authenticator up: functions/users/store/enrolments.ts knows it.
      accessTokenValidity: Duration.minutes(10),
      idTokenValidity: Duration.minutes(5),
      refreshTokenValidity: Duration.hours(1),
    });

    this.othersClient = signInThrough(this, this.userPool, stage);

    new CfnOutput(this, 'UserPoolId', { value: this.userPool.userPoolId });
    new CfnOutput(this, 'UserPoolClientId', { value: this.client.userPoolClientId });
  }
}
