export { AttemptRefused } from '#shared/events/attempt.ts';
