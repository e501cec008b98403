import type { Tenant } from '../config/tenants.ts';
import type { OpenFile } from '../downloads/open.ts';
import { plain, UnreadableFileError } from '../downloads/unpack.ts';
import { withFirst } from '../downloads/with-first.ts';
import { GatewayError, UpstreamError } from '../errors.ts';
import type { Fact } from '../microsoft/operation.ts';
import { longestPatienceMs } from '../scope/patience.ts';
import type { CallScope } from '../scope.ts';
import { isObject, texts, time } from '../unification/values.ts';
import { call } from '../upstream/call.ts';
import type { Send } from '../upstream/http/send.ts';
import { MalformedAnswerError } from '../upstream/http/shape.ts';
import { linesOf } from './lines.ts';
import { rowsOf, unreadable, type WireRows } from './wire-rows.ts';

/** Where the files of a snapshot lie; the links are secrets, good for an hour. */
interface FileLinks {
  readonly links: readonly string[];
  /** When the snapshot was made. */
  readonly generatedTime: string | null;
}

/** get-assessment-methods-properties.md */
const readLinks = (body: unknown): FileLinks => {
  if (!isObject(body) || !Array.isArray(body.exportFiles)) throw new MalformedAnswerError('links to files');
  const links = texts(body.exportFiles);
  if (links.length < body.exportFiles.length || !links.every((link) => URL.canParse(link)))
    throw new MalformedAnswerError('links to files');
  // A file that is named twice is one.
  return { links: [...new Set(links)], generatedTime: time(body.generatedTime) };
};

/** How storage answers a link that was good once. */
const expired: readonly (number | undefined)[] = [401, 403, 404, 410];

const pathOf = (link: string): string => new URL(link).pathname;

/** The links of the same files of the same snapshot, made anew; a file that is there no more has none. */
const renewed = (fresh: FileLinks, { links, generatedTime }: FileLinks): readonly (string | undefined)[] => {
  const byPath = new Map(fresh.links.map((link) => [pathOf(link), link]));
  const isSame = generatedTime !== null && fresh.generatedTime === generatedTime && fresh.links.length === links.length;
  return links.map((link, index) => byPath.get(pathOf(link)) ?? (isSame ? fresh.links[index] : undefined));
};

/** What the file form is read with. */
export interface FilesFormParts {
  readonly send: Send;
  readonly openFile: OpenFile;
}

/**
 * An assessment as files of JSON lines, mostly packed with gzip, read line by line from the storage, which gets no token. A file
 * that breaks off is fetched once more, by a new link where the old one has expired, and goes on behind the lines that were given.
 * One that is what it should not be (a line without end, a bomb) is not: it would be the same.
 * `onSnapshot` is told when the rows were gathered. Calls: 1 for the links, and 1 a file.
 */
export async function* filesForm(
  { send, openFile }: FilesFormParts,
  fact: Fact<string>,
  { tenant, onSnapshot }: { readonly tenant: Tenant; readonly onSnapshot: (generatedTime: string) => void },
  scope: CallScope,
): WireRows {
  // Links have a quota by the hour (20): beyond it there are pages, or an error that says when, and no silence of an hour.
  const soon = { ...scope, patience: { readMs: longestPatienceMs, actionMs: longestPatienceMs } };
  const ask = (): Promise<FileLinks> => send(tenant, call(fact, {}, { parse: readLinks }), soon);
  const snapshot = await ask();
  let links: readonly (string | undefined)[] = snapshot.links;
  let unread = 0;

  /** The link to go on with after a failure; throws where the file is not to be had any more. */
  const linkAfter = async (thrown: unknown, index: number): Promise<string> => {
    const isExpired = thrown instanceof GatewayError && expired.includes(thrown.details.upstreamStatus);
    // Those of the files to come are as old.
    if (isExpired) links = renewed(await ask(), snapshot);
    const link = links[index];
    if (link !== undefined) return link;
    throw new UpstreamError(
      'UPSTREAM_UNAVAILABLE',
      `Defender for Endpoint renewed the files of ${fact.id} while they were read: ask again for all of them`,
      { tenant: tenant.name, api: 'mde' },
    );
  };

  /** The lines of a file, from its beginning on. */
  async function* lines(link: string): AsyncGenerator<readonly string[], void, void> {
    yield* linesOf(plain(await withFirst(await openFile(tenant, link, scope))));
  }

  async function* file(index: number): AsyncGenerator<readonly string[], void, void> {
    let given = 0;
    let link = links[index] ?? (await linkAfter(null, index));
    for (let attempt = 1; ; attempt += 1) {
      let passed = 0;
      try {
        for await (const some of lines(link)) {
          const fresh = some.slice(Math.max(0, given - passed));
          passed += some.length;
          given = Math.max(given, passed);
          if (fresh.length > 0) yield fresh;
        }
        return;
      } catch (thrown) {
        scope.signal.throwIfAborted();
        if (attempt > 1 || thrown instanceof UnreadableFileError) throw thrown;
        link = await linkAfter(thrown, index);
      }
    }
  }

  for (const index of snapshot.links.keys()) {
    for await (const some of file(index)) {
      const read = rowsOf(some);
      unread += read.unread;
      if (read.rows.length === 0) continue;
      if (snapshot.generatedTime !== null) onSnapshot(snapshot.generatedTime);
      yield read.rows;
    }
  }
  if (unread > 0) throw unreadable(tenant.name, unread);
}
