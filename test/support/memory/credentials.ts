import type { Deps } from '../../../functions/users/deps.ts';
import { changeSeconds, mostTries, type EmailChange } from '../../../functions/users/domain/email-change.ts';
import type { Session } from '../../../functions/users/domain/session.ts';
import { firstVersion, lostUpdate, nextVersion } from '../../../shared/dynamo.ts';
import type { Change } from '../../../shared/lambda/stream.ts';
import type { Clock } from '../../../shared/time.ts';

type Credentials = Pick<Deps, 'sessions' | 'challenges' | 'emailChanges'>;

/** Sessions, and what waits for a code, in memory. */
export const memoryCredentials = (now: Clock, changes: Change[]): Credentials => ({
  sessions: memorySessions(now, changes),
  challenges: memoryChallenges(now),
  emailChanges: memoryEmailChanges(now),
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
