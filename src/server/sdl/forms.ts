import type { InputObjectTypeDefinitionNode } from 'graphql';
import { fieldNameOf, type Noun, withArticle } from './words.ts';

/** A description in SDL. */
const told = (text: string): string => JSON.stringify(text);

/** `@entity`, as its directive says. */
export interface EntityForm {
  readonly type: string;
  readonly noun: Noun;
  readonly by: string;
  /** What the look-up takes, in a sentence. */
  readonly takes: string;
  readonly source: boolean;
  readonly raw: boolean;
  readonly lookUp: boolean;
}

/** What `@entity` stands for, in SDL: the fields that every entity has, and its look-up. */
export const entityText = ({ type, noun, by, takes, source, raw, lookUp }: EntityForm): string => `
  extend type ${type} implements Node {
    "Opaque; for \`node\` and \`nodes\`."
    id: ID!
    ${told(`Whose ${noun.one} it is.`)}
    tenant: Tenant! @cost
    ${source ? '"The API that answered." source: Api!' : ''}
    ${raw ? `${told(`The ${noun.one} as Microsoft sent it, with whatever has no field here. Whole numbers beyond 2^53 are text.`)} raw: JSON` : ''}
  }
  ${
    lookUp
      ? `extend type Query {
    ${told(`One ${noun.one}; a \`NOT_FOUND\` error when it does not exist.`)}
    ${fieldNameOf(type)}(
      "The tenant's configured name."
      tenant: String!
      ${told(takes)}
      ${by}: ID!
    ): ${type} @cost(calls: 1)
  }`
      : ''
  }`;

/** `@connection` on a field, as its directive and the types around say. */
export interface ConnectionForm {
  /** The type that has the field. */
  readonly parent: string;
  readonly field: string;
  /** The field's type as it is written: `AlertConnection`. */
  readonly type: string;
  readonly node: string;
  readonly noun: Noun;
  readonly order: string | null;
  readonly isFiltered: boolean;
  readonly isOrdered: boolean;
  /** Whether an API tells how many rows there are in all. */
  readonly isCounted: boolean;
}

/** The field's arguments. */
export const connectionFieldText = (form: ConnectionForm): string => `
  extend type ${form.parent} {
    ${form.field}(
      ${form.parent === 'Query' ? listArguments(form) : ''}
      "Rows of this page; from 1 to the gateway's \`limits.pageSize\` (200 unless set)."
      first: Int = 50
      "\`endCursor\` of the page before, with the same filter and order."
      after: String
    ): ${form.type}
  }`;

/** Which tenants a question over several is asked of. */
const tenantArguments = `
    "Names of tenants; all that the caller may see when neither this nor \`tenantTags\` is given."
    tenants: [String!]
    "Every tenant that has one of these tags, besides those named in \`tenants\`."
    tenantTags: [String!]`;

/** Only rows that meet a filter. */
const filterArgument = (node: string): string => `"Only what meets all of these conditions." filter: ${node}Filter`;

/** The arguments of a field that is `@counts`. */
export const countsFieldText = (field: string, type: string, of: string): string => `
  extend type Query {
    ${field}(
      "What they are counted by."
      by: ${of}CountBy!
      "Whether each tenant has rows of its own."
      perTenant: Boolean = false
      ${tenantArguments}
      ${filterArgument(of)}
    ): ${type}
  }`;

const listArguments = ({ node, noun, order, isFiltered, isOrdered }: ConnectionForm): string => {
  const made = `ade by the gateway over a bounded number of ${noun.many} a tenant.`;
  return `
    ${tenantArguments}
    ${isFiltered ? filterArgument(node) : ''}
    ${isOrdered ? told(order === null ? `M${made}` : `Any other order than \`${order}\` is m${made}`) : ''}
    ${isOrdered ? `orderBy: ${node}Order` : ''}`;
};

/** When the rows of a list are counted. */
const countedText = `
      How many rows there are in all. Without a further call where all of them are on this page or at hand. Else, of a list over
      tenants, one call a tenant: Graph counts them. Null where that is not known: another API answers in some tenant, Graph does not
      take some condition of the filter, a tenant failed, or the caller is shown some rows alone.`;

/** The types of a page, of a row in it and of an order, by name. */
export const connectionTypes = ({
  node,
  noun,
  isOrdered,
  isCounted,
}: ConnectionForm): Readonly<Record<string, string>> => ({
  [`${node}Connection`]: `
    ${told(`A page of ${noun.many}.`)}
    type ${node}Connection {
      "The rows with a cursor each, for going on behind any of them."
      edges: [${node}Edge!]!
      "The rows alone."
      nodes: [${node}!]!
      "Whether there is more, and where to go on."
      pageInfo: PageInfo! @cost
      """
      Tenants that could not answer. When this is not asked for, each is an entry of \`errors\` instead, and the list is an error
      when every tenant failed.
      """
      failures: [TenantFailure!]! @cost
      """
      Whether a limit of the gateway cut the answer, rows could not be read, or an API that has more could not be asked. Where
      neither this nor truncationReason is asked for, the last is an entry of errors; in a list below a row, which has no page behind
      it, each of them is.
      """
      truncated: Boolean!
      "Which limit, and what to do."
      truncationReason: String
      """
      ${isCounted ? countedText : 'How many rows there are in all, where all of them are on this page or at hand; else null.'}
      """
      totalCount: Float ${isCounted ? '@cost(calls: 1, ofList: true)' : ''}
    }`,
  [`${node}Edge`]: `
    ${told(`${withArticle(noun.one)} in its list.`)}
    type ${node}Edge {
      "Give it to \`after\` to go on behind this row."
      cursor: String!
      "The row."
      node: ${node}!
    }`,
  ...(isOrdered && {
    [`${node}Order`]: `
    ${told(`An order of ${noun.many}.`)}
    input ${node}Order {
      "What to order by."
      field: ${node}OrderField!
      "Greatest, newest or worst first unless said otherwise."
      direction: OrderDirection! = DESC
    }`,
  }),
});

/** `@action` on an input. */
export const actionText = (
  input: string,
  { machines, tenants }: { readonly machines: boolean; readonly tenants: boolean },
): string => `
  extend input ${input} {
    ${
      tenants
        ? `"Names."
    tenants: [String!]
    "Tenants that have at least one of these tags, as far as the caller may do this there."
    tenantTags: [String!]`
        : `"The tenant's configured name."
    tenant: String!`
    }
    ${
      machines
        ? `"Defender for Endpoint's ids, full DNS names, or host names that one machine has."
    machineIds: [ID!]!
    "Why; kept by Defender with the action."
    comment: String!
    "Watch the actions for up to this many seconds before answering, never beyond the gateway's own time for a request; 0 answers at once."
    waitSeconds: Int! = 0
    "Send it though what is known of a machine speaks against it: not onboarded, another system, so already, under way. Microsoft judges."
    force: Boolean! = false`
        : ''
    }
    "The same key with the same input gives the first answer again and does nothing more."
    idempotencyKey: String
    "Show who would be hit and do nothing."
    dryRun: Boolean! = false
    "Any text of the caller's; comes back in the payload."
    clientMutationId: String
  }`;

/** The mutation of an input that is `@action` takes it. */
export const actionArgumentText = (mutation: string, input: InputObjectTypeDefinitionNode, type: string): string => `
  extend type Mutation {
    ${mutation}(${told(input.description?.value ?? '')} input: ${input.name.value}!): ${type}
  }`;

/** `@anyAction` on an input. */
export const anyActionText = (input: string, actions: readonly string[]): string => `
  extend input ${input} {
    ${actions.map((name) => `"As the mutation of this name." ${name}: ${name.charAt(0).toUpperCase()}${name.slice(1)}Input`).join('\n')}
  }`;
