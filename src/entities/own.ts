import type { TenantSelection } from '../access/access.ts';
import type { Permission } from '../access/roles.ts';
import type { Tenant } from '../config/tenants.ts';
import type { Approval, ApprovalState, AuditQuestion, AuditRecord, Context, Page } from '../context.ts';
import { type IdForm, idForms } from '../domain/id-forms.ts';

/** What every list takes: tenants, and a page of them. */
interface Asked extends TenantSelection {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

/** One type of thing that the gateway itself keeps: no tenant is asked for it, and none can fail to answer. */
interface OwnRow<T, Arguments extends Asked, Type extends string, IdField extends string, LookUp extends string> {
  /** The type in the graph. */
  readonly type: Type;
  /** The type of its pages. */
  readonly connection: `${string}Connection`;
  /** The form of its ids, and the field and the argument that have one. */
  readonly id: IdForm<IdField>;
  /** What a caller needs in the tenants that are asked for; null: the list itself knows which rows they see. */
  readonly permission: Permission | null;
  /** Its list, in the tenants that were selected. */
  readonly list: (context: Context, tenants: readonly Tenant[], asked: Arguments) => Promise<Page<T>>;
  /** The field of `Query` that looks one up, and how; null: there is none. */
  readonly lookUp: { readonly field: LookUp; readonly one: (context: Context, id: string) => Promise<T> } | null;
}

const row = <
  T,
  Arguments extends Asked,
  const Type extends string,
  const IdField extends string,
  const LookUp extends string = never,
>(
  written: OwnRow<T, Arguments, Type, IdField, LookUp>,
): OwnRow<T, Arguments, Type, IdField, LookUp> => written;

interface ApprovalsAsked extends Asked {
  readonly state?: readonly ApprovalState[] | null | undefined;
}

/** Every type of the gateway's own, by the field of `Query` that lists it: resolvers, generated types and pages come from here. */
export const own = {
  approvals: row({
    type: 'Approval',
    connection: 'ApprovalConnection',
    id: idForms.approval,
    permission: null,
    list: ({ access, approvals, membersOf }, tenants, { state = null, ...asked }: ApprovalsAsked) =>
      membersOf(
        (first, below) => approvals.page({ access }, tenants, { states: state, first, below }),
        asked,
        'approvals',
        tenants.map(({ name }) => name),
        state,
        access.caller.id,
      ),
    lookUp: {
      field: 'approval',
      one: ({ access, approvals }, id): Promise<Approval> => approvals.find({ access }, id),
    },
  }),
  auditLog: row({
    type: 'AuditRecord',
    connection: 'AuditConnection',
    id: { field: 'seq', form: /^[1-9]\d{0,15}$/, says: 'a number from 1' },
    permission: 'audit:read',
    list: (context, tenants, asked: AuditQuestion & Asked): Promise<Page<AuditRecord>> =>
      context.auditLog(context, tenants, asked),
    lookUp: null,
  }),
} as const;

type Own = typeof own;

/** The name of a list of them. */
export type OwnName = keyof Own;

/** All names, in the order of the table. */
export const ownNames: readonly OwnName[] = Object.keys(own).filter((name): name is OwnName =>
  Object.hasOwn(own, name),
);

/** One of a type. */
export type OwnNamed<Name extends OwnName> = Own[Name]['list'] extends (...asked: never) => Promise<Page<infer T>>
  ? T
  : never;

/** What its list takes. */
export type OwnAsked<Name extends OwnName> = Parameters<Own[Name]['list']>[2];

/** The field that has its id. */
export type OwnIdField<Name extends OwnName> = Own[Name]['id']['field'];

/** The field of `Query` that looks one up; never: there is none. */
export type OwnLookUp<Name extends OwnName> = NonNullable<Own[Name]['lookUp']>['field'];

/** One of a type of the graph. */
export type OwnOfType<Type extends Own[OwnName]['type']> = {
  [Name in OwnName]: Own[Name]['type'] extends Type ? OwnNamed<Name> : never;
}[OwnName];

/** The table as functions over any of its types see it. */
export const ownRows: { readonly [Name in OwnName]: OwnRow<OwnNamed<Name>, OwnAsked<Name>, string, string, string> } =
  own;
