import type { Context } from '../src/context.ts';
import { checkedId } from '../src/domain/id-forms.ts';
import {
  type OwnAsked,
  type OwnIdField,
  type OwnLookUp,
  type OwnName,
  type OwnNamed,
  own,
  ownNames,
  ownRows,
} from '../src/entities/own.ts';
import type { Connection } from '../src/lists/connection.ts';
import { connectionResolvers } from './connection.ts';

type List<Name extends OwnName> = (
  root: unknown,
  asked: OwnAsked<Name>,
  context: Context,
) => Promise<Connection<OwnNamed<Name>>>;

type LookUp<Name extends OwnName> = (
  root: unknown,
  asked: Readonly<Record<OwnIdField<Name>, string>>,
  context: Context,
) => Promise<OwnNamed<Name>>;

/** The list of every type, and the look-up of those that have one. */
type OwnQueries = { readonly [Name in OwnName]: List<Name> } & {
  readonly [Name in OwnName as OwnLookUp<Name>]: LookUp<Name>;
};

const listOf =
  <Name extends OwnName>(name: Name): List<Name> =>
  (_, asked, context) => {
    const { permission, list } = ownRows[name];
    return list(context, context.access.selectTenants(asked, permission ?? undefined), asked);
  };

const lookUpOf = (name: OwnName): readonly [string, unknown][] => {
  const { id, lookUp } = own[name];
  if (lookUp === null) return [];
  const { field, one } = lookUp;
  return [
    [
      field,
      (_: unknown, asked: Readonly<Record<string, string>>, context: Context) =>
        one(context, checkedId(id, asked[id.field] ?? '')),
    ],
  ];
};

function queries(): OwnQueries;
function queries(): Readonly<Record<string, unknown>> {
  return Object.fromEntries(ownNames.flatMap((name) => [[name, listOf(name)], ...lookUpOf(name)]));
}

/** No tenant can fail to answer. */
const { failures: _failures, ...ofConnection } = connectionResolvers;

function connections(): { readonly [Name in OwnName as (typeof own)[Name]['connection']]: typeof ofConnection };
function connections(): Readonly<Record<string, unknown>> {
  return Object.fromEntries(ownNames.map((name) => [own[name].connection, ofConnection]));
}

/** The lists and look-ups of what the gateway itself keeps; a malformed id is `BAD_USER_INPUT`. */
export const ownQueries = queries();

/** The pages of their lists. */
export const ownConnections = connections();
