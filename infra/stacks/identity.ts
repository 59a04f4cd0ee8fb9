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

/** The user pool. Only the context `users` calls it. */
export class IdentityStack extends Stack {
  readonly userPool: UserPool;
  readonly client: UserPoolClient;
  /** For service accounts, whose access tokens are valid for an hour and not refreshed. */
  readonly machineClient: UserPoolClient;
  /**
   * For enrolling authenticators. Its tokens are accepted by Cognito but not by the API, and never leave the platform.
   */
  readonly enrolmentClient: UserPoolClient;
  /** For people who sign in with another provider, if the stage has any. */
  readonly othersClient: UserPoolClient | undefined;

  constructor(app: App, stage: Stage) {
    super(app, nameIn(stage, 'identity'), { env: { region: stage.region, account: stage.account } });

    this.userPool = new UserPool(this, 'People', {
      userPoolName: nameIn(stage, 'people'),
      // Only the platform creates users, and mails the codes itself; the pool generates, stores and sends none.
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      autoVerify: { email: true },
      // A new address is usable for sign-in only once verified; the platform's own changes are already verified.
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
      // Claims in access tokens require this plan (Cognito: pre token generation V2).
      featurePlan: FeaturePlan.ESSENTIALS,
      deletionProtection: stage.deletionProtection,
      removalPolicy: stage.removalPolicy,
    });
    accept(this.userPool, 'COG3', undefined, 'Threat protection needs the Plus plan; lock-out is ours to enforce.');
    accept(this.userPool, 'COG8', undefined, 'The Plus plan is a decision of the stage, not of the code.');
    accept(this.userPool, 'COG2', undefined, 'TOTP is offered; whether it is required is for each workspace to say.');

    // By name rather than reference, which would be circular: the function needs the pool's id.
    const users = Function.fromFunctionAttributes(this, 'Users', {
      functionArn: this.formatArn({
        service: 'lambda',
        resource: `function:${functionName(stage, 'users')}`,
      }),
      sameEnvironment: true,
    });
    this.userPool.addTrigger(UserPoolOperation.PRE_TOKEN_GENERATION_CONFIG, users, LambdaVersion.V2_0);

    /**
     * A client's id is in all its tokens, so the id by itself must not allow anything. With a client secret, Cognito
     * accepts calls for the client only from the platform.
     */
    const confidential = {
      generateSecret: true,
      // Only the platform can sign people in, with its role, so that passwords cannot be tried beyond its limits.
      authFlows: { adminUserPassword: true },
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      readAttributes: new ClientAttributes().withStandardAttributes({ email: true, emailVerified: true }),
      // Cognito requires required attributes to be writable.
      writeAttributes: new ClientAttributes().withStandardAttributes({ email: true }),
      disableOAuth: true,
    } satisfies UserPoolClientOptions;
    this.client = this.userPool.addClient('Api', {
      ...confidential,
      // How long a sign-in can wait for an authenticator's code; functions/users/store/challenges.ts relies on it.
      authSessionValidity: Duration.minutes(3),
      accessTokenValidity: Duration.minutes(15),
      idTokenValidity: Duration.minutes(15),
      refreshTokenValidity: Duration.days(30),
    });

    this.machineClient = this.userPool.addClient('Machines', {
      ...confidential,
      accessTokenValidity: Duration.hours(1),
      idTokenValidity: Duration.hours(1),
      // Cognito always issues a refresh token (valid for at least an hour); it is never handed out.
      refreshTokenValidity: Duration.hours(1),
    });

    this.enrolmentClient = this.userPool.addClient('Enrolment', {
      ...confidential,
      // Time to set up an authenticator; functions/users/store/enrolments.ts relies on it.
      accessTokenValidity: Duration.minutes(10),
      idTokenValidity: Duration.minutes(5),
      refreshTokenValidity: Duration.hours(1),
    });

    this.othersClient = signInThrough(this, this.userPool, stage);

    new CfnOutput(this, 'UserPoolId', { value: this.userPool.userPoolId });
    new CfnOutput(this, 'UserPoolClientId', { value: this.client.userPoolClientId });
  }
}
