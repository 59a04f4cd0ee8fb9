import type { Deps } from '../../../functions/users/deps.ts';
import { changeSeconds, mostTries, type EmailChange } from '../../../functions/users/domain/email-change.ts';
import type { Session } from '../../../functions/users/domain/session.ts';
import { rememberedSeconds, waitAfter } from '../../../functions/users/domain/tries.ts';
import type { Tried } from '../../../functions/users/store/tries.ts';
import { firstVersion, lostUpdate, nextVersion } from '../../../shared/dynamo.ts';
import type { Change } from '../../../shared/lambda/stream.ts';
import { instantAfter, type Clock } from '../../../shared/time.ts';

type Credentials = Pick<Deps, 'sessions' | 'signUps' | 'challenges' | 'emailChanges' | 'tries'>;

/** Sessions, and what waits for a code, in memory. */
export const memoryCredentials = (now: Clock, changes: Change[]): Credentials => ({
  sessions: memorySessions(now, changes),
  signUps: memorySignUps(now),
  challenges: memoryChallenges(now),
  emailChanges: memoryEmailChanges(now),
  tries: memoryTries(now),
});

const memorySessions = (now: Clock, changes: Change[]): Deps['sessions'] => {
  const sessions = new Map<string, Session>();
  const save: Deps['sessions']['save'] = async (session, author) => {
    const before = sessions.get(session.id);
    if ((before?.version ?? 0) !== session.version) throw lostUpdate();
    const after = nextVersion(session, now(), author);
    sessions.set(after.id, after);
    changes.push({ before: before && { ...before, type: 'session' }, after: { ...after, type: 'session' } });
    return after;
  };
  return {
    save,
    begin: (session, author) => save(firstVersion(session, now(), author), author),
    find: async (subject, id) => [...sessions.values()].find((each) => each.id === id && each.subject === subject),
    listOf: async (subject) => [...sessions.values()].filter((each) => each.subject === subject),
  };
};

const memorySignUps = (now: Clock): Deps['signUps'] => {
  const latest = new Map<string, { tokenDigest: string; confirmingUntil: number }>();
  return {
    async begin(email, tokenDigest) {
      if ((latest.get(email)?.confirmingUntil ?? 0) > now().getTime()) return false;
      latest.set(email, { tokenDigest, confirmingUntil: 0 });
      return true;
    },
    async claim(email, tokenDigest) {
      const signUp = latest.get(email);
      if (signUp?.tokenDigest !== tokenDigest) return false;
      signUp.confirmingUntil = now().getTime() + 30_000;
      return true;
    },
  };
};

const memoryChallenges = (now: Clock): Deps['challenges'] => {
  const open = new Map<string, { email: string; userName: string; until: number }>();
  return {
    async begin(token, asked) {
      open.set(token, { ...asked, until: now().getTime() + 180_000 });
    },
    async find(token) {
      const challenge = open.get(token);
      return challenge && challenge.until > now().getTime() ? challenge : undefined;
    },
    spend: async (token) => open.delete(token),
  };
};

const memoryEmailChanges = (now: Clock): Deps['emailChanges'] => {
  const pending = new Map<string, { change: EmailChange; tries: number; until: number }>();
  return {
    async begin(subject, change) {
      pending.set(subject, { change, tries: 0, until: now().getTime() + changeSeconds * 1000 });
    },
    async try(subject) {
      const found = pending.get(subject);
      if (!found || found.tries >= mostTries || found.until <= now().getTime()) return undefined;
      found.tries += 1;
      return found.change;
    },
    async end(subject) {
      pending.delete(subject);
    },
  };
};

const memoryTries = (now: Clock): Deps['tries'] => {
  const all = new Map<string, { tries: number; lockedUntil: string | null; until: number }>();
  const key = ({ kind, who }: Tried): string => `${kind}/${who}`;
  const alive = (tried: Tried) => {
    const found = all.get(key(tried));
    return found && found.until > now().getTime() ? found : undefined;
  };
  return {
    find: async (tried) => alive(tried),
    async countWrong(tried, allowed) {
      const tries = (alive(tried)?.tries ?? 0) + 1;
      const seconds = waitAfter(tries, allowed);
      const lockedUntil = seconds === 0 ? null : instantAfter(now(), seconds * 1000);
      all.set(key(tried), { tries, lockedUntil, until: now().getTime() + rememberedSeconds * 1000 });
    },
    async forget(tried) {
      all.delete(key(tried));
    },
  };
};
