/** What a command works with: the process around it, as tests give it too. */
export interface CliIo {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** Standard output: what was asked for. */
  out(text: string): void;
  /** Standard error: notes and faults. */
  err(text: string): void;
  /** Opens an address for the user; one that cannot be opened is no error, for it is printed too. */
  openBrowser(url: string): void;
}

/** Options as they were given; which a command takes stands in its row. */
export interface CliOptions {
  readonly config?: string | undefined;
  readonly json?: boolean | undefined;
  readonly browser?: boolean | undefined;
  readonly device?: boolean | undefined;
  readonly 'redirect-uri'?: string | undefined;
  readonly new?: boolean | undefined;
  readonly 'client-id'?: string | undefined;
  readonly cloud?: string | undefined;
  readonly state?: string | undefined;
  readonly port?: string | undefined;
  readonly host?: string | undefined;
  readonly need?: string | undefined;
  /** Each may be given again. */
  readonly role?: readonly string[] | undefined;
}

/** One call of a command. */
export interface Invocation {
  readonly io: CliIo;
  readonly options: CliOptions;
  /** The words after the command's own. */
  readonly operands: readonly string[];
}

/** What the shell learns: `faulty` is for what was looked at, `usage` for how it was asked. */
export const exitCodes = { fine: 0, faulty: 1, usage: 2 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The command line itself is wrong; its message is shown with the command's usage. */
export class UsageError extends Error {}

/** Runs to the end of the command; `undefined`: it goes on until a signal stops it. */
export type Run = (invocation: Invocation) => Promise<ExitCode | undefined>;
