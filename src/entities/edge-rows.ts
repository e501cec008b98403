import type { Told } from './edge.ts';
import type { LogonUser } from './logon-user.ts';
import type { MissingKb } from './missing-kb.ts';

const row = <Row>(idOf: (row: Row) => string): Told<Row> => ({ idOf });

/**
 * What edges tell in pages and that is no entity, since it has no read of its own, by its type in the graph: how one is told from
 * another. Generated types and pages come from here.
 */
export const edgeRows = {
  LogonUser: row(({ userId }: LogonUser) => userId),
  MissingKb: row(({ kbId }: MissingKb) => kbId),
} as const;

/** Such a type. */
export type EdgeRowType = keyof typeof edgeRows;

/** All of them, in the order of the table. */
export const edgeRowTypes: readonly EdgeRowType[] = Object.keys(edgeRows).filter((type): type is EdgeRowType =>
  Object.hasOwn(edgeRows, type),
);

/** One of such a type. */
export type EdgeRowOfType<Type extends EdgeRowType> = (typeof edgeRows)[Type] extends Told<infer Row> ? Row : never;
