import { CfnOutput, Duration, Stack, type App } from 'aws-cdk-lib';
import {
  AccountRecovery,
  FeaturePlan,
  LambdaVersion,
  Mfa,
  StringAttribute,
  UserPool,
  UserPoolOperation,
  type UserPoolClient,
} from 'aws-cdk-lib/aws-cognito';
import { Function } from 'aws-cdk-lib/aws-lambda';
import { functionName } from '../constructs/context-function.ts';
import { accept } from '../constructs/accept.ts';
import { signInThrough } from '../constructs/sign-in-providers.ts';
import { nameIn, type Stage } from '../stages.ts';

/** Who may sign in. The context `users` is the only one that talks to the pool. */
export class IdentityStack extends Stack {
  readonly userPool: UserPool;
  readonly client: UserPoolClient;
  /** For service accounts, whose access tokens live an hour and are not refreshed. */
  readonly machineClient: UserPoolClient;

  constructor(app: App, stage: Stage) {
    super(app, nameIn(stage, 'identity'), { env: { region: stage.region, account: stage.account } });

    this.userPool = new UserPool(this, 'People', {
      userPoolName: nameIn(stage, 'people'),
      selfSignUpEnabled: true,
      signInAliases: { email: true },
      autoVerify: { email: true },
      signInCaseSensitive: false,
      standardAttributes: { email: { required: true, mutable: true }, fullname: { required: false, mutable: true } },
      // Kept from the sign-up until its confirmation makes the workspace.
      customAttributes: { workspace_name: new StringAttribute({ maxLen: 120, mutable: true }) },
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
      },
      mfa: Mfa.OPTIONAL,
      mfaSecondFactor: { otp: true, sms: false },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
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

    const federation = signInThrough(this, this.userPool, stage);
    this.client = this.userPool.addClient('Api', {
      generateSecret: false,
      // How long a sign-in may wait for the code of an authenticator: functions/users/store/challenges.ts knows it.
      authSessionValidity: Duration.minutes(3),
      // Only the platform itself signs people in, with its role: nobody can try passwords past its limits.
      authFlows: { adminUserPassword: true },
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity: Duration.minutes(15),
      idTokenValidity: Duration.minutes(15),
      refreshTokenValidity: Duration.days(30),
      ...federation.options,
    });
    this.client.node.addDependency(...federation.before);

    this.machineClient = this.userPool.addClient('Machines', {
      generateSecret: false,
      authFlows: { adminUserPassword: true },
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity: Duration.hours(1),
      idTokenValidity: Duration.hours(1),
      // Cognito makes a refresh token whoever wants it or not (at least an hour); nobody is given it.
      refreshTokenValidity: Duration.hours(1),
      disableOAuth: true,
    });

    new CfnOutput(this, 'UserPoolId', { value: this.userPool.userPoolId });
    new CfnOutput(this, 'UserPoolClientId', { value: this.client.userPoolClientId });
  }
}
