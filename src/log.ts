import { type DestinationStream, type Logger, pino } from 'pino';
import { redactFields, redactText } from './log/redact.ts';

/** Least severe level that is written; `silent` writes nothing. */
export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
/** One of them. */
export type LogLevel = (typeof logLevels)[number];

/** What is known about an event. An error goes under `err`; secrets are masked by name and by look. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Where the parts of the gateway say what happened: one JSON line each. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A log whose every line carries `fields` too, e.g. the request id. */
  child(fields: LogFields): Log;
}

/** What is written, and where to. */
export interface LogOptions {
  readonly level: LogLevel;
  /** Where the lines go; standard output by default. */
  readonly destination?: DestinationStream;
}

/** Characters that wait at most: of answers that come at once, and not of a storm. */
const mostWaiting = 65_536;

/** Where lines wait until the process has done what is before it: one write for all of a turn, of which each is a call of the system. */
interface Turns extends DestinationStream {
  /** Writes what waits. */
  flush(): void;
}

/** To standard output. What waits is written when the process exits, too; only one that is killed takes the lines of its last turn along. */
const inTurns = (): Turns => {
  const output = pino.destination({ dest: 1, sync: true });
  let waiting = '';
  let turn: NodeJS.Immediate | undefined;
  const flush = (): void => {
    clearImmediate(turn);
    turn = undefined;
    const lines = waiting;
    waiting = '';
    if (lines !== '') output.write(lines);
  };
  process.on('exit', flush);
  return {
    flush,
    write: (line) => {
      waiting += line;
      if (waiting.length > mostWaiting) flush();
      else turn ??= setImmediate(flush);
    },
  };
};

const asLog = (logger: Logger, flush: () => void): Log => {
  const write =
    (level: Exclude<LogLevel, 'silent'>) =>
    (message: string, fields: LogFields = {}): void => {
      if (!logger.isLevelEnabled(level)) return;
      logger[level](redactFields(fields), redactText(message));
      // What is wrong is not kept waiting.
      if (level === 'warn' || level === 'error') flush();
    };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: (fields) => asLog(logger.child(redactFields(fields)), flush),
  };
};

/** The gateway's log: JSON lines with level names and ISO times, nothing secret in any of them. */
export const createLog = ({ level, destination }: LogOptions): Log => {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    // Errors are already plain and masked; pino's own serializer for `err` would render them a second time.
    serializers: { err: (err: unknown) => err },
  };
  if (destination !== undefined || level === 'silent') return asLog(pino(options, destination), () => {});
  const turns = inTurns();
  return asLog(pino(options, turns), turns.flush);
};
