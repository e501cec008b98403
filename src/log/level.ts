import { type LogLevel, logLevels } from '../log.ts';

/** `LOG_LEVEL` of the environment, `info` when it is absent or no level. */
export const logLevelOf = (env: NodeJS.ProcessEnv, fallback: LogLevel = 'info'): LogLevel =>
  logLevels.find((level) => level === env.LOG_LEVEL) ?? fallback;
