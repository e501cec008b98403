import { parseConfig } from '../../../src/config/config.ts';
import { startGateway } from '../../../src/gateway.ts';
import { createLog } from '../../../src/log.ts';
import { isUpstreamPlace, readSettings, reportReady } from './start.ts';

/** The gateway as it runs in production, logging included, in front of the upstream of the benchmark. */
const { settings, caPem } = readSettings(isUpstreamPlace);
const config = await parseConfig(settings, { env: {}, baseDir: process.cwd(), source: 'the benchmark' });
const gateway = await startGateway({ config, log: createLog({ level: 'info' }), caPem });
reportReady(gateway.url);
