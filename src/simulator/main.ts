import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { startSimulator } from './index.ts';
import { type OddityChanges, oddityChangesSchema, readOddity } from './oddities/values.ts';
import { curlExample, gatewaySettings } from './settings.ts';

const usage = `Usage: defender-gateway simulator [--port 9443] [--host 127.0.0.1] [--name localhost] [--ca FILE] [--no-quotas]
                                  [--hard] [--oddity NAME[=VALUE]]...
  --port   port of the first listener, the others follow (0: any free ports)
  --host   address to bind
  --name   name under which clients reach it
  --ca     where to write the CA certificate that clients must trust
  --hard   all oddities of Microsoft's services at once
  --oddity one of them, may be given again: docs/simulator.md lists them
`;

const codeOf = (thrown: unknown): string =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';

const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));

/** Why it cannot listen, and what to do. */
const listenFaults: Readonly<Record<string, string>> = {
  EADDRINUSE: 'a port is taken by another process: choose another with --port, or --port 0 for free ones',
  EACCES: 'a port may not be opened by this user: choose one above 1023 with --port',
  EADDRNOTAVAIL: '--host is no address of this machine',
  EAFNOSUPPORT: 'this machine has no addresses such as --host',
  ENOTFOUND: '--host is not known',
  EAI_AGAIN: '--host is not known, as no name server answers',
};

/** Says why it does not run. A command line that cannot be understood ends with 2, as those of the gateway do. */
const refuse = (thrown: unknown): never => {
  const isMisread = codeOf(thrown).startsWith('ERR_PARSE_ARGS');
  const fault = listenFaults[codeOf(thrown)];
  const said = fault === undefined ? messageOf(thrown) : `The simulator cannot listen: ${fault} (${messageOf(thrown)})`;
  process.stderr.write(`${said}\n${isMisread ? usage : ''}`);
  process.exit(isMisread ? 2 : 1);
};

const readOptions = () =>
  parseArgs({
    options: {
      port: { type: 'string', default: '9443' },
      host: { type: 'string', default: '127.0.0.1' },
      name: { type: 'string', default: 'localhost' },
      ca: { type: 'string', default: './data/simulator-ca.pem' },
      hard: { type: 'boolean', default: false },
      oddity: { type: 'string', multiple: true, default: [] },
      'no-quotas': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false, short: 'h' },
    },
  }).values;

const optionsOrEnd = (): ReturnType<typeof readOptions> => {
  try {
    return readOptions();
  } catch (thrown) {
    return refuse(thrown);
  }
};
const values = optionsOrEnd();

const basePort = Number(values.port);
if (values.help || !Number.isInteger(basePort) || basePort < 0 || basePort > 65_000) {
  if (!values.help) process.stderr.write(`--port must be a whole number from 0 to 65000, not "${values.port}"\n`);
  process[values.help ? 'stdout' : 'stderr'].write(usage);
  process.exit(values.help ? 0 : 2);
}

const readOddities = (texts: readonly string[]): OddityChanges => {
  try {
    return oddityChangesSchema.parse(Object.fromEntries(texts.flatMap((text) => Object.entries(readOddity(text)))));
  } catch (fault) {
    process.stderr.write(`--oddity: ${messageOf(fault)}\n`);
    process.exit(2);
  }
};
const oddities = readOddities(values.oddity);

const simulator = await startSimulator({
  basePort,
  host: values.host,
  hostName: values.name,
  enforceQuotas: !values['no-quotas'],
  profile: values.hard ? 'hard' : 'mild',
  oddities,
}).catch(refuse);

const writeCa = async (file: string): Promise<void> => {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, simulator.caPem);
};
await writeCa(values.ca).catch((thrown: unknown) => {
  refuse(new Error(`The file ${values.ca} cannot be written (${codeOf(thrown)}): name another with --ca`));
});

process.stdout.write(`# Simulator of Microsoft Defender's APIs. Start the gateway with
#   NODE_EXTRA_CA_CERTS=${values.ca} npm start -- --config FILE
# where FILE holds the settings below. Control: ${simulator.endpoints(simulator.tenants[0]?.name ?? '').authority}/__simulator/calls, .../faults, .../oddities, .../tenants

${gatewaySettings(simulator)}
# Try it:
${curlExample(simulator, values.ca).replaceAll(/^/gm, '# ')}
`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void simulator.stop().then(() => process.exit(0));
  });
}
