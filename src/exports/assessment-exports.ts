import type { Clock } from '../clock.ts';
import type { Tenant } from '../config/tenants.ts';
import type { Context } from '../context.ts';
import { withFirst } from '../downloads/with-first.ts';
import { type ErrorCode, GatewayError, retold } from '../errors.ts';
import type { TenantFailure } from '../lists/connection.ts';
import { rowErrorOf } from '../log/row-error.ts';
import type { Log } from '../log.ts';
import type { Routing } from '../routing/route.ts';
import { ownTimeOver } from '../scope/own-time.ts';
import type { CallScope } from '../scope.ts';
import { always, type Fields, readFields, type WireObject } from '../unification/fields.ts';
import { type Form, formsOf, sinceOf } from './assessment-asked.ts';
import { type AssessmentRow, assessments } from './assessments.ts';
import type { Column, ExportAsked, ExportRow, ExportSource, OpenedExport } from './export.ts';
import { type FilesFormParts, filesForm } from './files-form.ts';
import { pagesForm } from './pages-form.ts';
import { oneOf, several } from './parameters.ts';
import type { WireRows } from './wire-rows.ts';

/** What assessments are read with. */
export interface AssessmentParts extends FilesFormParts {
  readonly routing: Routing;
  readonly clock: Clock;
  readonly log: Log;
}

/** What another form does not change. */
const final: readonly ErrorCode[] = [
  'MISSING_PERMISSION',
  'TENANT_SIGN_IN_REQUIRED',
  'NOT_AVAILABLE_IN_CLOUD',
  'QUERY_TOO_EXPENSIVE',
];

/** The columns of an assessment, the tenant first. */
const columnsOf = ({ fields, raw }: AssessmentRow): readonly Column[] => [
  { name: 'tenant', byDefault: true },
  ...Object.keys(fields).map((name) => ({ name, byDefault: name !== 'raw' || raw === true })),
];

/** Reads the wanted columns alone, in their order. */
const readerOf = (fields: Fields, columns: readonly string[], tenant: string): ((wire: WireObject) => ExportRow) =>
  readFields(
    Object.fromEntries(
      columns.flatMap((name) => {
        const field = name === 'tenant' ? always(tenant) : fields[name];
        return field === undefined ? [] : [[name, field]];
      }),
    ),
  );

const sourceOf = (row: AssessmentRow, { routing, clock, log, ...parts }: AssessmentParts): ExportSource => {
  const forms = formsOf(row);

  /**
   * The rows of a tenant by the first form that gives some; where none does, the first one's fault is told. A form without a row may
   * be one that is not made yet: the last one says whether there are none.
   */
  const rowsOf = async (
    tenant: Tenant,
    asked: {
      readonly forms: readonly Form[];
      readonly sinceTime: string | null;
      readonly onSnapshot: (generatedTime: string) => void;
    },
    scope: CallScope,
  ): Promise<WireRows> => {
    const by = {
      files: () => row.files && filesForm(parts, row.files, { tenant, onSnapshot: asked.onSnapshot }, scope),
      json: () => row.pages && pagesForm(parts, row.pages, { tenant, sinceTime: asked.sinceTime }, scope),
    } as const satisfies Record<Form, () => WireRows | undefined>;
    let failure: GatewayError | null = null;
    for (const form of asked.forms) {
      const rows = by[form]();
      if (rows === undefined) continue;
      try {
        // Another form may be tried while none were given.
        const { first, all } = await withFirst(rows);
        if (first === null && failure === null && form !== asked.forms.at(-1)) continue;
        return all;
      } catch (thrown) {
        scope.signal.throwIfAborted();
        const error = rowErrorOf(thrown, log, { tenant: tenant.name });
        if (failure !== null) throw retold(failure, `${failure.message}; in the other form: ${error.message}`);
        if (final.includes(error.code)) throw error;
        failure = error;
      }
    }
    throw failure ?? new GatewayError('INTERNAL', 'An assessment has no form');
  };

  const open = ({ access, scope }: Context, asked: ExportAsked): OpenedExport => {
    const { parameters, columns } = asked;
    const form = oneOf(parameters, 'form', forms);
    const sinceTime = sinceOf(row, asked, clock.now());
    const selection = { tenants: several(parameters, 'tenants'), tenantTags: several(parameters, 'tenantTags') };
    const tenants = access.selectTenants(selection, row.permission);
    scope.shareAmong?.(tenants.map(({ name }) => name));
    const failures: TenantFailure[] = [];
    const snapshots: Record<string, string> = {};
    const question = (tenant: Tenant) => ({
      forms: form === null ? forms : [form],
      sinceTime,
      onSnapshot: (time: string) => {
        snapshots[tenant.name] = time;
      },
    });

    async function* batches(): OpenedExport['batches'] {
      for (const tenant of tenants) {
        const read = readerOf(row.fields, columns, tenant.name);
        try {
          if (clock.now() >= scope.deadline) throw ownTimeOver(tenant.name);
          const rows = await routing.run(tenant, row.capability, scope, {
            mde: () => rowsOf(tenant, question(tenant), scope),
          });
          for await (const some of rows)
            yield {
              count: some.length,
              tenantOf: () => tenant.name,
              show: (count) => (count < some.length ? some.slice(0, count) : some).map(read),
            };
        } catch (thrown) {
          scope.signal.throwIfAborted();
          failures.push({ tenant, error: rowErrorOf(thrown, log, { tenant: tenant.name }) });
        }
      }
    }
    return {
      tenants,
      input: { ...selection, ...(form !== null && { form }), ...(sinceTime !== null && { sinceTime }) },
      batches: batches(),
      end: () => ({ failures: [...failures], remarks: [], truncation: null, snapshots: { ...snapshots } }),
    };
  };

  const parameters = ['tenants', 'tenantTags', 'form', ...(row.since === undefined ? [] : ['sinceTime'])];
  return { columns: columnsOf(row), parameters, open };
};

/** Every assessment as an export. */
export const createAssessmentExports = (parts: AssessmentParts): ReadonlyMap<string, ExportSource> =>
  new Map(Object.entries(assessments).map(([name, row]) => [name, sourceOf(row, parts)]));
