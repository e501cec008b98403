import type { Clock } from '../clock.ts';
import type { OpenFile } from '../downloads/open.ts';
import { GatewayError, NotFoundError } from '../errors.ts';

/** Statuses of storage that may have the file in a moment; without one it was not reached. */
const passing: readonly (number | undefined)[] = [408, 429, 500, 502, 503, 504, undefined];
/** Statuses of storage that has the file no more. */
const gone: readonly (number | undefined)[] = [404, 410];

const pauseMs = 1000;

/** Opens a file, and once more where the storage fails before it gives anything; throws `NOT_FOUND` for one that is gone. */
export const fromStorage =
  (openFile: OpenFile, clock: Clock): OpenFile =>
  async (tenant, link, scope) => {
    for (let isFirst = true; ; isFirst = false) {
      try {
        return await openFile(tenant, link, scope);
      } catch (thrown) {
        if (!(thrown instanceof GatewayError) || scope.signal.aborted) throw thrown;
        const { upstreamStatus } = thrown.details;
        if (gone.includes(upstreamStatus)) {
          throw new NotFoundError('The storage of Defender has no such file any more', thrown.details, thrown);
        }
        if (!isFirst || thrown.code !== 'UPSTREAM_UNAVAILABLE' || !passing.includes(upstreamStatus)) throw thrown;
        await clock.sleep(pauseMs, scope.signal);
      }
    }
  };
