import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import { type Request, type RequestHandler, type Response, Router } from 'express';
import { asError, asGatewayError, retold } from '../../errors.ts';
import type { ExportEnd, ExportQuestion, RunningExport } from '../../exports/exports.ts';
import type { Log } from '../../log.ts';
import type { Metrics } from '../../metrics.ts';
import type { Soon } from '../../soon.ts';
import { CallerLeftError } from '../deadline.ts';
import { type Activity, createActivity, cutWhenOver } from '../files/activity.ts';
import { contentDisposition } from '../files/content-disposition.ts';
import { nextOf } from '../files/next-of.ts';
import { checkSite } from '../files/site.ts';
import { notStored, strictUrl } from '../strict.ts';
import { type AskedExport, askedOf } from './asked.ts';
import { type ExportFormat, exportFormats, type FormatName, isComplete } from './formats.ts';

export interface ExportRoutesDeps<TContext> {
  /** The context of a request, or the error that it is refused with. */
  contextOf(request: Request, signal: AbortSignal): Soon<TContext>;
  /** Of all that can be exported: a metric names no others. */
  readonly names: ReadonlySet<string>;
  /** Throws what the answer says instead. */
  open(context: TContext, question: ExportQuestion): Promise<RunningExport>;
  /** Reads a body for those who are let in, and forgets it with the answer. */
  withBody(handle: RequestHandler): readonly RequestHandler[];
  /** Takes the points of an export until what it returns is called; throws when there is no room for it. */
  begin(context: TContext): Promise<() => void>;
  /** Milliseconds without a row, which the longest wait for a quota is less than. */
  readonly firstMs: number;
  /** Milliseconds in which the caller takes nothing. */
  readonly idleMs: number;
  readonly requestId: () => string | undefined;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'exported'>;
}

/** The trailer of an answer that ends well: its rows. */
const trailerName = 'X-Export-Rows';

/** Small writes are flushed at once: rows go out as they come. */
const packing = { level: constants.Z_BEST_SPEED, flush: constants.Z_SYNC_FLUSH } as const;

const headersOf = ({ question, gzip }: AskedExport, { type, ending }: ExportFormat) => ({
  'content-type': gzip === 'file' ? 'application/gzip' : type,
  'content-disposition': contentDisposition(`${question.name}.${ending}${gzip === 'file' ? '.gz' : ''}`),
  'x-content-type-options': 'nosniff',
  'accept-ranges': 'none',
  ...(gzip === 'coding' && { 'content-encoding': 'gzip' }),
});

/** How it ended, for the metric. */
const outcomeOf = (end: ExportEnd): string => end.failures[0]?.error.code ?? (isComplete(end) ? 'OK' : 'TRUNCATED');

/**
 * `GET /export/{name}`, of one with a long question `POST`: rows as they come, of which the process holds some at a time. An error before the first row is an answer in
 * GraphQL's form with its status. Later what is missing is told in lines behind the rows, or where the format has none, the connection
 * is cut, so that half of the rows are never taken for all of them.
 */
export const exportRoutes = <TContext>(deps: ExportRoutesDeps<TContext>): RequestHandler => {
  const { log, requestId, metrics } = deps;

  /** Sends it all; `false`: it was sent, and has to be cut. */
  const write = async (
    running: RunningExport,
    { format: name, gzip }: AskedExport,
    response: Response,
    { signal, happened }: Activity,
  ): Promise<boolean> => {
    const format = exportFormats[name];
    async function* texts(): AsyncGenerator<string | Uint8Array, void, void> {
      const head = format.head(running.columns);
      if (head !== '') yield head;
      for (;;) {
        happened(deps.firstMs);
        const { done, value } = await nextOf(running.batches, signal);
        if (done === true) break;
        happened();
        yield format.rows(value, running.columns);
      }
      happened();
      const tail = format.tail(running.end());
      if (tail !== '') yield tail;
    }
    const options = { signal, end: false } as const;
    if (gzip === null) await pipeline(texts(), response, options);
    else await pipeline(texts(), createGzip(packing), response, options);
    signal.throwIfAborted();
    return format.tells || isComplete(running.end());
  };

  /** Ends the answer, or cuts it, once all that was written is on its way. */
  const finish = (response: Response, isWhole: boolean, rows: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      response.once('error', reject);
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      if (isWhole) {
        response.addTrailers({ [trailerName]: String(rows) });
        response.end(resolve);
        return;
      }
      // Called once all that was written before is on its way.
      response.write('', () => {
        resolve();
        response.destroy();
      });
    });

  const send = async (
    running: RunningExport,
    asked: AskedExport,
    response: Response,
    activity: Activity,
  ): Promise<void> => {
    const sample = { export: asked.question.name, format: asked.format };
    cutWhenOver(response, activity.signal);
    try {
      const isWhole = await write(running, asked, response, activity);
      const end = running.end();
      await finish(response, isWhole, end.rows, activity.signal);
      metrics.exported({ ...sample, outcome: outcomeOf(end), rows: end.rows });
      await running.ended(isWhole);
    } catch (thrown) {
      response.destroy();
      // Not waited for: what hangs ends by the signal, or never.
      running.batches.return().catch(() => {});
      const { signal } = activity;
      const reason = signal.aborted ? signal.reason : thrown;
      const left = reason instanceof CallerLeftError;
      metrics.exported({ ...sample, outcome: left ? 'LEFT' : 'BROKEN', rows: running.end().rows });
      await running.ended(false);
      if (left) log.debug('Caller left', { requestId: requestId() });
      else log.warn('An export broke off', { requestId: requestId(), err: asError(reason) });
    }
  };

  /** Opens it. What fails before the first row is counted as well. */
  const open = async (
    request: Request,
    response: Response,
    context: TContext,
    { signal }: Activity,
  ): Promise<{ readonly asked: AskedExport; readonly running: RunningExport }> => {
    const name = String(request.params.name);
    let format: FormatName | 'none' = 'none';
    try {
      const asked = askedOf(request, name);
      format = asked.format;
      const leave = await deps.begin(context);
      response.once('close', leave);
      if (response.closed) leave();
      const running = await deps.open(context, asked.question);
      const missing = exportFormats[format].tells ? null : running.failure();
      if (missing === null) return { asked, running };
      running.batches.return().catch(() => {});
      await running.ended(false);
      throw retold(
        missing,
        `${missing.message}; a file of ${format} cannot say so beside its rows: leave the tenant out, or ask for ndjson`,
      );
    } catch (thrown) {
      const left = signal.aborted && signal.reason instanceof CallerLeftError;
      const outcome = left ? 'LEFT' : asGatewayError(thrown).code;
      metrics.exported({ export: deps.names.has(name) ? name : 'none', format, outcome, rows: 0 });
      throw thrown;
    }
  };

  const routes = Router();
  routes.use('/export', notStored, strictUrl);
  const answer: RequestHandler = async (request, response) => {
    const activity = createActivity(response, { ...deps, what: 'the export' });
    checkSite(request);
    const context = await deps.contextOf(request, activity.signal);
    const { asked, running } = await open(request, response, context, activity);
    activity.happened();
    response.status(200).set(headersOf(asked, exportFormats[asked.format]));
    response.vary('accept-encoding');
    // HTTP/1.0 knows neither chunks nor trailers; the end of the connection is the end of the answer there.
    if (request.httpVersion === '1.1') response.setHeader('trailer', trailerName);
    response.flushHeaders();
    await send(running, asked, response, activity);
  };
  routes.post('/export/:name', ...deps.withBody(answer));
  routes.all('/export/:name', answer);
  return routes;
};
