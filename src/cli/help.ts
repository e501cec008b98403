import type { Command } from './commands.ts';

const program = 'defender-gateway';

const exits = 'Exit codes: 0 fine; 1 something is wrong or missing; 2 the command line cannot be understood.';

const settings = `Settings come from --config, else DEFENDER_GATEWAY_CONFIG, else defender-gateway.yaml in this directory.`;

/** Programs that `bin/defender-gateway.js` runs instead of the gateway; each tells its options itself. */
export const programs = [
  { name: 'demo', summary: "the gateway before a simulator of Microsoft's APIs, no account needed" },
  { name: 'simulator', summary: 'the simulator alone' },
];

/** `defender-gateway help`. */
export const overview = (commands: readonly Command[]): string => {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const rows = [...commands, ...programs].map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return `Usage: ${program} [COMMAND] [OPTIONS]

Commands:
${rows.join('\n')}

${program} COMMAND --help tells more of each.
${settings}
${exits}
`;
};

/** The usage line of a command. */
export const usageOf = ({ name, usage }: Command): string => `Usage: ${program} ${name} ${usage}`;

/** `defender-gateway COMMAND --help`. */
export const helpOf = (command: Command): string => `${usageOf(command)}

${command.summary[0]?.toUpperCase()}${command.summary.slice(1)}.

${command.details}

${settings}
${exits}
`;
