import { randomUUID } from 'node:crypto';
import { invalidClient, machineAddress } from '#functions/users/domain/service-account.ts';
import {
  emailTaken,
  invalidCredentials,
  invalidRefreshToken,
  invalidTotp,
  totpEnrolled,
  totpNotBegun,
} from '#functions/users/domain/sign-in-errors.ts';
import type { UserDirectory } from '#functions/users/ports/cognito-directory.ts';
import type { IdentityProvider } from '#functions/users/ports/identity-provider.ts';
import type { Tokens } from '#functions/users/ports/tokens.ts';

export interface MemoryIdentities extends IdentityProvider, UserDirectory {
  /** Disables a user, as an administrator of the pool can. */
  disable(email: string): void;
  /** Whether the provider still accepts its own refresh token. */
  refreshes(refreshToken: string): boolean;
  /** Changes a user's second factor directly at the provider. */
  setFactor(email: string, code: string | undefined): void;
  /** Whether a user's enrolment was ended before it was confirmed. */
  hasEndedTotp(email: string): boolean;
  /** The code in the user's authenticator. */
  totpCode(email: string): string;
}

interface User {
  subject: string;
  email: string;
  password: string;
  name: string;
  isEnabled: boolean;
  totp: { code: string; isEnrolled: boolean } | undefined;
}

/** A user as the platform creates them. */
const admitted = { isEnabled: true, totp: undefined };

/** A user pool: an unknown address looks like a wrong password, and the trigger may refuse tokens. */
export const memoryIdentities = (
  /** The claims that the trigger adds. */
  beforeToken: (sub: string, email: string) => Promise<Readonly<Record<string, string>>>,
): MemoryIdentities => {
  const users = new Map<string, User>();
  const sessions = new Map<string, { subject: string; signInId: string }>();
  const challenges = new Map<string, string>();
  const ended = new Set<string>();
  let codes = 100_000;

  const bySubject = (subject: string): User | undefined => [...users.values()].find((user) => user.subject === subject);
  const known = (subject: string): User => {
    const user = bySubject(subject);
    if (!user) throw new Error('Nobody has this subject');
    return user;
  };
  const tokensFor = async (subject: string, signInId: string, refreshToken: string): Promise<Tokens> => {
    const claims = await beforeToken(subject, bySubject(subject)?.email ?? '');
    const payload = Buffer.from(JSON.stringify({ sub: subject, origin_jti: signInId, ...claims })).toString(
      'base64url',
    );
    return { accessToken: `e30.${payload}.s`, refreshToken, expiresIn: 900, tokenType: 'Bearer' };
  };
  const begin = async (subject: string) => {
    const [refreshToken, signInId] = [`refresh-${randomUUID()}`, randomUUID()];
    const tokens = await tokensFor(subject, signInId, refreshToken);
    sessions.set(refreshToken, { subject, signInId });
    return { kind: 'signed_in' as const, subject, tokens };
  };
  const withPassword = (email: string, password: string): User => {
    const user = users.get(email);
    if (!user?.isEnabled || user.password !== password) throw invalidCredentials();
    return user;
  };

  return {
    connect: async () => undefined,
    disable(email) {
      const user = users.get(email);
      if (user) user.isEnabled = false;
    },
    refreshes: (refreshToken) => sessions.has(refreshToken),
    setFactor(email, code) {
      const user = users.get(email);
      if (user) user.totp = code === undefined ? undefined : { code, isEnrolled: true };
    },
    totpCode: (email) => users.get(email)?.totp?.code ?? '',
    async find(email) {
      return users.get(email);
    },
    async signIn(email, password) {
      const user = withPassword(email, password);
      if (!user.totp?.isEnrolled) return begin(user.subject);
      const session = randomUUID();
      challenges.set(session, email);
      return { kind: 'totp', session, userName: user.subject };
    },
    async answerTotp(userName, session, code) {
      const user = bySubject(userName);
      if (!user || challenges.get(session) !== user.email || user.totp?.code !== code) throw invalidTotp();
      return begin(user.subject);
    },
    async checkPassword(email, password) {
      withPassword(email, password);
    },
    async refresh(refreshToken) {
      const session = sessions.get(refreshToken);
      if (!session || !known(session.subject).isEnabled) throw invalidRefreshToken();
      return tokensFor(session.subject, session.signInId, refreshToken);
    },
    async revoke(refreshToken) {
      sessions.delete(refreshToken);
    },
    async signOutEverywhere(subject) {
      for (const [token, session] of sessions) if (session.subject === subject) sessions.delete(token);
    },
    async setPassword(subject, password) {
      known(subject).password = password;
    },
    async changeEmail(subject, email) {
      const user = known(subject);
      if (users.has(email) && users.get(email) !== user) throw emailTaken();
      users.delete(user.email);
      user.email = email;
      users.set(email, user);
    },
    async beginTotp(email, password) {
      const user = withPassword(email, password);
      if (user.totp?.isEnrolled) throw totpEnrolled();
      codes += 1;
      user.totp = { code: String(codes), isEnrolled: false };
      return { secret: 'JBSWY3DPEHPK3PXP', enrolment: `enrolment-${user.subject}` };
    },
    async confirmTotp(enrolment, subject, code) {
      if (enrolment !== `enrolment-${subject}`) throw totpNotBegun();
      const { totp } = known(subject);
      if (totp?.code !== code) throw invalidTotp();
      totp.isEnrolled = true;
    },
    async endTotp(enrolment) {
      ended.add(enrolment);
    },
    hasEndedTotp: (email) => ended.has(`enrolment-${users.get(email)?.subject ?? ''}`),
    async disableTotp(subject) {
      known(subject).totp = undefined;
    },
    async createUser({ email, password, name }, isPerson) {
      const before = users.get(email);
      if (before && (await isPerson(before.subject))) return { subject: before.subject, isKnown: true };
      const subject = before?.subject ?? randomUUID();
      users.set(email, { ...admitted, subject, email, password, name });
      return { subject, isKnown: false };
    },
    async createMachineUser(id) {
      const [subject, email] = [randomUUID(), machineAddress(id)];
      users.set(email, { ...admitted, subject, email, password: '', name: '' });
      return subject;
    },
    async tokenFor(id) {
      const user = users.get(machineAddress(id));
      if (!user) throw invalidClient();
      const { accessToken } = await tokensFor(user.subject, randomUUID(), '');
      return { accessToken, expiresIn: 3600 };
    },
    async deleteUser(subject) {
      const user = bySubject(subject);
      if (user) users.delete(user.email);
    },
    async deleteMachineUser(id) {
      users.delete(machineAddress(id));
    },
  };
};
