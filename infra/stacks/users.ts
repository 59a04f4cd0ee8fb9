import type { App } from 'aws-cdk-lib';
import { listensTo, operations } from '../../functions/users/contract.ts';
import { ContextStack, type Ground } from '../constructs/context-stack.ts';
import type { IdentityStack } from './identity.ts';

export class UsersStack extends ContextStack {
  constructor(app: App, ground: Ground, { userPool, client }: IdentityStack) {
    super(app, ground, {
      context: 'users',
      operations,
      listensTo,
      table: { indexes: ['byPerson', 'byEntity', 'byEventType'] },
      environment: { USER_POOL_ID: userPool.userPoolId, USER_POOL_CLIENT_ID: client.userPoolClientId },
    });
    this.allow(['cognito-idp:AdminInitiateAuth', 'cognito-idp:AdminGetUser'], [userPool.userPoolArn]);
  }
}
