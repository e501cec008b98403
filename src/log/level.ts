import { type LogLevel, logLevels } from '../log.ts';

/** `LOG_LEVEL` of the environment, `info` when it is absent or no level. */
export const logLevelOf = (env: NodeJS.ProcessEnv, fallback: LogLevel = 'info'): LogLevel =>
  logLevels.find((level) => level === env.LOG_LEVEL) ?? fallback;

/** What is wrong with `LOG_LEVEL`; null: it is absent, empty or a level. */
export const levelFault = ({ LOG_LEVEL: given = '' }: NodeJS.ProcessEnv): string | null =>
  given === '' || logLevels.some((level) => level === given)
    ? null
    : `LOG_LEVEL is none of ${logLevels.join(', ')}: it counts as absent`;
