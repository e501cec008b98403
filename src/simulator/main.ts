import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { startSimulator } from './index.ts';
import { readOddity } from './oddities/values.ts';
import { curlExample, gatewaySettings } from './settings.ts';

const usage = `Usage: npm run simulator -- [--port 9443] [--host 127.0.0.1] [--name localhost] [--ca FILE] [--no-quotas]
                                [--hard] [--oddity NAME[=VALUE]]...
  --port   port of the first listener, the others follow (0: any free ports)
  --host   address to bind
  --name   name under which clients reach it
  --ca     where to write the CA certificate that clients must trust
  --hard   all oddities of Microsoft's services at once
  --oddity one of them, may be given again: docs/simulator.md lists them
`;

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '9443' },
    host: { type: 'string', default: '127.0.0.1' },
    name: { type: 'string', default: 'localhost' },
    ca: { type: 'string', default: './data/simulator-ca.pem' },
    hard: { type: 'boolean', default: false },
    oddity: { type: 'string', multiple: true, default: [] },
    'no-quotas': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const basePort = Number(values.port);
if (values.help || !Number.isInteger(basePort) || basePort < 0 || basePort > 65_000) {
  process.stdout.write(usage);
  process.exit(values.help ? 0 : 2);
}

const simulator = await startSimulator({
  basePort,
  host: values.host,
  hostName: values.name,
  enforceQuotas: !values['no-quotas'],
  profile: values.hard ? 'hard' : 'mild',
  oddities: Object.assign({}, ...values.oddity.map(readOddity)),
});
await mkdir(dirname(values.ca), { recursive: true });
await writeFile(values.ca, simulator.caPem);

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
