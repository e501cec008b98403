import { type RequestHandler, Router } from 'express';
import { asError } from '../errors.ts';
import { redactText } from '../log/redact.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';

/** Whether the gateway can do its work: each thing it needs by name, `ok` or what is wrong with it. */
export interface Readiness {
  /** Reads and actions. */
  readonly ready: boolean;
  /** As `ready` where it is not said. */
  readonly reads?: boolean;
  /** As `ready` where it is not said. */
  readonly actions?: boolean;
  readonly checks: Readonly<Record<string, string>>;
}

/** What the health routes ask, and what they show. */
export interface HealthDeps {
  readiness(): Promise<Readiness>;
  /** Once true the process is about to take no new work: load balancers are told to look elsewhere. */
  readonly isDraining: () => boolean;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** What each path asks for. */
const readyPaths = {
  '/readyz': ({ ready }) => ready,
  '/readyz/reads': ({ ready, reads = ready }) => reads,
  '/readyz/actions': ({ ready, actions = ready }) => actions,
} as const satisfies Readonly<Record<string, (readiness: Readiness) => boolean>>;

/**
 * `/healthz` for "restart me", `/readyz` for "send me callers", `/readyz/reads` and `/readyz/actions` for those who send them apart,
 * `/metrics` for Prometheus.
 */
export const healthRoutes = ({ readiness, isDraining, metrics, log }: HealthDeps): RequestHandler => {
  const currentReadiness = async (): Promise<Readiness> => {
    if (isDraining()) return { ready: false, checks: { server: 'stopping' } };
    try {
      return await readiness();
    } catch (thrown) {
      log.error('Readiness check failed', { err: asError(thrown) });
      return { ready: false, checks: { readiness: 'failed' } };
    }
  };
  const routes = Router();
  routes.get('/healthz', (_request, response) => {
    response.setHeader('cache-control', 'no-store');
    response.json({ status: 'alive' });
  });
  for (const [path, isAsked] of Object.entries(readyPaths)) {
    routes.get(path, async (_request, response) => {
      const current = await currentReadiness();
      const { checks, ...states } = current;
      response.setHeader('cache-control', 'no-store');
      response.status(isAsked(current) ? 200 : 503).json({
        ...states,
        checks: Object.fromEntries(Object.entries(checks).map(([name, state]) => [name, redactText(state)])),
      });
    });
  }
  routes.get('/metrics', async (_request, response) => {
    response.setHeader('content-type', metrics.contentType);
    response.end(await metrics.render());
  });
  return routes;
};
