import { setTimeout as sleep } from 'node:timers/promises';
import {
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminGetUserCommand,
  AdminSetUserPasswordCommand,
  AdminUpdateUserAttributesCommand,
  type AttributeType,
  CognitoIdentityProviderClient,
  type CognitoIdentityProviderClientConfig,
} from '@aws-sdk/client-cognito-identity-provider';
import { callLimits } from '#shared/aws-client.ts';
import { errorName } from '#shared/errors.ts';
import { invalidClient, machineAddress } from '../domain/service-account.ts';
import { invalidMailAddress, tooManyTries, weakPassword } from '../domain/sign-in-errors.ts';
import { appClient, triggerSeconds } from './app-client.ts';

export interface MachineToken {
  accessToken: string;
  /** Seconds until it expires. */
  expiresIn: number;
}

/**
 * Creates and deletes users on behalf of the platform: people who proved their address with an emailed link, and
 * service accounts.
 */
export interface UserDirectory {
  /**
   * Creates a confirmed user with a proved address. `isKnown`: the address already has a user with a person, who is
   * left unchanged. A user without a person was left over by a crash, and gets the new name and password.
   * @throws DomainError `weak_password`, `invalid_email`, 429
   */
  createUser(
    user: { email: string; password: string; name: string },
    isPerson: (subject: string) => Promise<boolean>,
  ): Promise<{ subject: string; isKnown: boolean }>;
  /** Creates the user of a service account and returns its `sub`. */
  createMachineUser(id: string): Promise<string>;
  /**
   * Issues an access token for a service account whose secret was verified. @throws DomainError `invalid_client`, 429
   */
  tokenFor(id: string): Promise<MachineToken>;
  /** Deletes the user of a service account, if it exists. */
  deleteMachineUser(id: string): Promise<void>;
  /** Deletes the user of a person by their `sub`, if it exists. */
  deleteUser(subject: string): Promise<void>;
}

interface Pool {
  userPoolId: string;
  /** Client whose access tokens are valid for an hour. */
  machineClientId: string;
  /** 256 random bits as text. */
  newSecret: () => string;
}

const asAttributes = (values: Readonly<Record<string, string>>): AttributeType[] =>
  Object.entries(values).map(([Name, Value]) => ({ Name, Value }));

const subjectOf = (attributes: readonly AttributeType[] | undefined): string => {
  const subject = attributes?.find(({ Name }) => Name === 'sub')?.Value;
  if (subject === undefined) throw new Error('Cognito gave a user without sub');
  return subject;
};

/** Quotas per second reset within a second (Cognito developer guide: quotas). */
const orTryAgain = (error: unknown): unknown =>
  errorName(error) === 'TooManyRequestsException' ? tooManyTries(1) : error;

/** Passwords and addresses were already validated; whatever else Cognito rejects gets the same errors. */
const whyRefused = (error: unknown): unknown => {
  if (errorName(error) === 'InvalidPasswordException') return weakPassword();
  const isOfAddress = error instanceof Error && /\b(email|username)\b/i.test(error.message);
  return errorName(error) === 'InvalidParameterException' && isOfAddress ? invalidMailAddress() : orTryAgain(error);
};

/** Returns a password that meets every password policy: all character classes, and 256 random bits. */
const passwordOf = (secret: string): string => `Aa1-${secret}`;

/** Concurrent token requests invalidate each other's password: one succeeds, the others retry at random intervals. */
const maxAttempts = 8;
const firstPauseMs = 25;

export const cognitoDirectory = (
  { userPoolId: UserPoolId, machineClientId, newSecret }: Pool,
  config: CognitoIdentityProviderClientConfig = {},
): UserDirectory => {
  const cognito = new CognitoIdentityProviderClient({ ...callLimits(triggerSeconds), ...config });
  const client = appClient(cognito, UserPoolId, machineClientId);
  const create = async (
    Username: string,
    attributes: Readonly<Record<string, string>>,
  ): Promise<string | undefined> => {
    const UserAttributes = asAttributes({ email: Username, email_verified: 'true', ...attributes });
    const command = new AdminCreateUserCommand({ UserPoolId, Username, UserAttributes, MessageAction: 'SUPPRESS' });
    try {
      return subjectOf((await cognito.send(command)).User?.Attributes);
    } catch (error) {
      if (errorName(error) === 'UsernameExistsException') return undefined;
      throw orTryAgain(error);
    }
  };
  const dismiss = async (Username: string): Promise<void> => {
    try {
      await cognito.send(new AdminDeleteUserCommand({ UserPoolId, Username }));
    } catch (error) {
      if (errorName(error) !== 'UserNotFoundException') throw orTryAgain(error);
    }
  };
  const subjectAt = async (Username: string): Promise<string> =>
    subjectOf((await cognito.send(new AdminGetUserCommand({ UserPoolId, Username }))).UserAttributes);
  const setPassword = (Username: string, Password: string) =>
    cognito.send(new AdminSetUserPasswordCommand({ UserPoolId, Username, Password, Permanent: true }));

  return {
    async createUser({ email, password, name }, isPerson) {
      try {
        const made = await create(email, { name });
        const subject = made ?? (await subjectAt(email));
        if (made === undefined) {
          if (await isPerson(subject)) return { subject, isKnown: true };
          const UserAttributes = asAttributes({ email_verified: 'true', name });
          await cognito.send(new AdminUpdateUserAttributesCommand({ UserPoolId, Username: email, UserAttributes }));
        }
        await setPassword(email, password);
        return { subject, isKnown: false };
      } catch (error) {
        throw whyRefused(error);
      }
    },
    async createMachineUser(id) {
      const subject = await create(machineAddress(id), {});
      if (subject === undefined) throw new Error('A new service account has a user already');
      return subject;
    },
    async tokenFor(id) {
      const USERNAME = machineAddress(id);
      for (let tries = 1; ; tries += 1) {
        const PASSWORD = passwordOf(newSecret());
        try {
          await setPassword(USERNAME, PASSWORD);
          const { AuthenticationResult: { AccessToken, ExpiresIn } = {} } = await client.signIn(USERNAME, PASSWORD);
          if (AccessToken === undefined || ExpiresIn === undefined) throw new Error('Cognito gave no token');
          return { accessToken: AccessToken, expiresIn: ExpiresIn };
        } catch (error) {
          const name = errorName(error);
          // The account was revoked in the meantime.
          if (name === 'UserNotFoundException' || name === 'UserLambdaValidationException') throw invalidClient();
          if (name !== 'NotAuthorizedException' || tries === maxAttempts) throw orTryAgain(error);
          await sleep(Math.random() * firstPauseMs * 2 ** tries);
        }
      }
    },
    deleteMachineUser: (id) => dismiss(machineAddress(id)),
    deleteUser: dismiss,
  };
};
