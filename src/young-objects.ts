import { setFlagsFromString } from 'node:v8';

/**
 * Keeps V8 from making objects in its old space at once. Where it has seen that many of the objects that one place in the code
 * makes are in use for longer, as those of requests under way are, it does so with all that come; and then a request is held, with
 * all that hangs on it, by a small list of its listeners that nobody needs any more (docs/adr/0029-what-memory-costs.md). For the
 * whole process, from now on.
 */
export const keepObjectsYoung = (): void => setFlagsFromString('--no-allocation-site-pretenuring');
