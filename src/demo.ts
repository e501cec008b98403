import { portOf, readCommandLine } from './cli/command-line.ts';
import { UsageError } from './cli/io.ts';
import { withoutBrackets } from './clouds/host-names.ts';
import { parseConfig } from './config/config.ts';
import { examples } from './demo/examples.ts';
import { demoKeys, demoSettings } from './demo/settings.ts';
import { asError } from './errors.ts';
import { startGateway } from './gateway.ts';
import { logLevelOf } from './log/level.ts';
import { createLog } from './log.ts';
import { stopOnSignals } from './server/signals.ts';
import { startSimulator } from './simulator/index.ts';

/** How long the demo's machine actions take: long enough to be watched, short enough to wait for. */
const actionTimes = { pendingMs: 1500, runningMs: 2500 };

const usage = `Usage: defender-gateway demo [--port 4000] [--host 127.0.0.1]
  --port  port to listen on (0: any free one), else PORT
  --host  address to bind, else HOST
`;

/** `npm run demo [-- --port N]`: simulator and gateway in one process, no account needed. */
const main = async (): Promise<void> => {
  const { values } = readCommandLine(
    process.argv.slice(2),
    { port: { type: 'string' }, host: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    false,
  );
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  // An empty variable is one that is not set: an empty host would be all addresses.
  const port = portOf(values.port || process.env.PORT || '4000', values.port ? '--port' : 'PORT');
  const host = withoutBrackets(values.host || process.env.HOST || '127.0.0.1');
  const log = createLog({ level: logLevelOf(process.env, 'warn') });

  const simulator = await startSimulator({ actionTimes });
  const settings = await parseConfig(demoSettings(simulator), {
    env: {},
    baseDir: process.cwd(),
    source: 'the demo',
  });
  const gateway = await startGateway({
    config: { ...settings, audit: { ...settings.audit, kind: 'memory' }, server: { ...settings.server, host, port } },
    log,
    caPem: simulator.caPem,
    examples,
    watchIntervalMs: 500,
  }).catch(async (error: unknown) => {
    // It would keep the process alive.
    await simulator.stop();
    throw error;
  });
  // The usual address has a name that people know; another is where it listens.
  const url = gateway.url.replace(/^http:\/\/(127\.0\.0\.1|\[::1\]):/, 'http://localhost:');

  process.stdout.write(`
Defender Gateway, the demo: a simulator of Microsoft's APIs and the gateway in front of it.

  Open   ${url}/   for GraphiQL with worked examples, or ask from a shell:

  curl -s ${url}/graphql -H 'content-type: application/json' \\
    -d '{"query":"{ incidents(first: 3) { nodes { title severity tenant { name cloud } } failures { tenant { name } code } } }"}'

Tenants: contoso (commercial cloud), fabrikam (GCC High), adatum (UK, consented for Defender for Endpoint alone).
Anybody may do anything here, and nothing of it is real. One thing takes two people, who have the keys ${demoKeys.join(' and ')}:
isolating a domain controller (recipes 14 and 15 in docs/recipes.md). Stop with Ctrl+C.
`);

  stopOnSignals(
    process,
    async () => {
      await gateway.stop(5000);
      await simulator.stop();
    },
    log,
  );
};

main().catch((error: unknown) => {
  // A command line that cannot be understood ends as those of the gateway do.
  const isMisread = error instanceof UsageError;
  process.stderr.write(`${asError(error).message}\n${isMisread ? usage : ''}`);
  process.exitCode = isMisread ? 2 : 1;
});
