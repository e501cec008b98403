import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { maxApprovalMs } from '../store/namespaces.ts';
import type { SortedLists } from '../store/sorted.ts';
import { UnreadableEntryError } from '../store/space.ts';
import { entryOf, type IndexEntry, timeText } from './index-entry.ts';
import { type Approval, type ApprovalDecision, type ApprovalState, stateOf } from './record.ts';

/** Which approvals are asked for. */
export interface PageQuestion {
  /** Names of the lists, of which none has an approval of another. */
  readonly lists: readonly string[];
  /** Null: all. */
  readonly states: readonly ApprovalState[] | null;
  readonly first: number;
  /** The member behind which the page begins; null: the newest. */
  readonly below: string | null;
}

/** A page of approvals. */
export interface ApprovalPage {
  readonly rows: readonly { readonly row: Approval; readonly member: string }[];
  /** The last member that was looked at: the next page begins behind it. Null: none was. */
  readonly end: string | null;
  readonly hasMore: boolean;
  /** Null: not known without reading them. */
  readonly total: number | null;
  /** Why the page is not all that it might be; null: it is. */
  readonly truncation: string | null;
}

/** Members that are read of each list at once. */
const chunkSize = 200;
/** Approvals whose state is looked at for one page. */
const mostLooked = 2000;
/** Characters of the approvals of one page: it ends with the row that passes them. */
const mostCharacters = 1_048_576;

export interface PagesParts {
  readonly index: Pick<SortedLists, 'descending' | 'count' | 'isReadable'>;
  readonly decisionOf: (approvalId: string) => Promise<ApprovalDecision | undefined>;
  readonly find: (approvalId: string) => Promise<Approval | undefined>;
  /** No member below it is shown. */
  readonly shownFrom: () => string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Members of all lists, the greatest first, a chunk at a time. */
async function* membersOf(
  index: PagesParts['index'],
  lists: readonly string[],
  range: { readonly below: string | null; readonly from: string; readonly limit: number },
): AsyncGenerator<string> {
  let { below } = range;
  for (;;) {
    const at = { ...range, below };
    const found = (await Promise.all(lists.map((list) => index.descending(list, at)))).flat().sort().toReversed();
    const chunk = found.slice(0, range.limit);
    yield* chunk;
    const last = chunk.at(-1);
    if (last === undefined || chunk.length < range.limit) return;
    below = last;
  }
}

const truncationOf = ({ foreign, gone, looked }: Readonly<Record<'foreign' | 'gone' | 'looked', number>>) => {
  const parts = [
    ...(foreign > 0
      ? [
          `approvals stored by another version of the gateway or under another encryptionKey, and left as they are: ${foreign}`,
        ]
      : []),
    ...(gone > 0 ? [`approvals that cannot be read: ${gone}`] : []),
    ...(looked === mostLooked ? [`${mostLooked} approvals were looked at: go on with endCursor`] : []),
  ];
  return parts.length === 0 ? null : parts.join('; ');
};

export const createPages = ({ index, decisionOf, find, shownFrom, clock, log }: PagesParts) => {
  /** Whether its state is asked for, by as little as there is to be read. */
  const isAsked = async ({ approvalId, expiresAt }: IndexEntry, states: PageQuestion['states']): Promise<boolean> => {
    if (states === null) return true;
    const now = clock.now();
    const undecided = stateOf({ expiresAt }, undefined, now);
    const mayBeDecided = states.includes('APPROVED') || states.includes('REJECTED');
    if (!states.includes(undecided) && !mayBeDecided) return false;
    return states.includes(stateOf({ expiresAt }, await decisionOf(approvalId), now));
  };

  return async ({ lists, states, first, below }: PageQuestion): Promise<ApprovalPage> => {
    const shown = shownFrom();
    // Nothing that was asked for earlier can wait still.
    const waitingFrom = timeText(clock.now() - maxApprovalMs);
    const from = states?.every((state) => state === 'PENDING') && waitingFrom > shown ? waitingFrom : shown;
    const limit = Math.min(chunkSize, first + 1);

    const rows: { row: Approval; member: string }[] = [];
    let [characters, looked, foreign, gone] = [0, 0, 0, 0];
    let end: string | null = null;
    let hasMore = false;
    for await (const member of membersOf(index, lists, { below, from, limit: states === null ? limit : chunkSize })) {
      if (rows.length === first || characters >= mostCharacters || looked === mostLooked) {
        hasMore = true;
        break;
      }
      looked += 1;
      end = member;
      if (!index.isReadable(member)) {
        foreign += 1;
        continue;
      }
      const entry = entryOf(member);
      try {
        const row = (await isAsked(entry, states)) ? await find(entry.approvalId) : null;
        if (row === undefined) gone += 1;
        else if (row !== null) {
          rows.push({ row, member });
          characters += JSON.stringify([row.action, row.performance]).length;
        }
      } catch (thrown) {
        if (!(thrown instanceof UnreadableEntryError)) throw thrown;
        foreign += 1;
      }
    }
    if (gone > 0) log.warn('Approvals of the index cannot be read', { approvals: gone });
    const whole = below === null && !hasMore;
    const counted = async (): Promise<number | null> => {
      if (states !== null) return whole ? rows.length : null;
      const counts = await Promise.all(lists.map((list) => index.count(list, shown)));
      return counts.reduce((sum, count) => sum + count, 0);
    };
    return { rows, end, hasMore, total: await counted(), truncation: truncationOf({ foreign, gone, looked }) };
  };
};
