import type { ExportRows, OpenedExport } from './export.ts';

/** What was given so far. */
export interface Given {
  rows: number;
  /** By the name of the tenant. */
  readonly rowsOf: Map<string, number>;
  /** There are more rows than were to be given. */
  more: boolean;
  /** The time was over before the rows were. */
  late: boolean;
}

/** Rows up to a number, shown as they are given: what is behind them is never shown. */
export const limited = (
  opened: Pick<OpenedExport, 'batches'>,
  most: number,
  isOver: () => boolean,
): { readonly given: Given; readonly batches: AsyncGenerator<ExportRows, void, void> } => {
  const given: Given = { rows: 0, rowsOf: new Map(), more: false, late: false };
  async function* batches(): AsyncGenerator<ExportRows, void, void> {
    let wasOver = false;
    for await (const batch of opened.batches) {
      if (batch.count === 0) continue;
      // The last rows may come late; those behind them do not come.
      given.late = wasOver;
      if (given.late) return;
      const count = Math.min(batch.count, most - given.rows);
      given.more = batch.count > count;
      if (count > 0) {
        const rows = await batch.show(count);
        given.rows += count;
        for (let index = 0; index < count; index += 1) {
          const tenant = batch.tenantOf(index);
          if (tenant !== null) given.rowsOf.set(tenant, (given.rowsOf.get(tenant) ?? 0) + 1);
        }
        yield rows;
      }
      if (given.more) return;
      wasOver = isOver();
    }
  }
  return { given, batches: batches() };
};
