import {
  type ASTVisitor,
  buildASTSchema,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InputObjectTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  print,
  visit,
} from 'graphql';
import { fill } from './fill.ts';
import {
  actionArgumentText,
  actionText,
  anyActionText,
  type ConnectionForm,
  connectionFieldText,
  connectionTypes,
  countsFieldText,
  entityText,
} from './forms.ts';
import { lookUpsBehindLists } from './order.ts';
import { type Cost, createReader, type Reader, shortForms } from './short-forms.ts';
import { fieldNameOf, type Noun, nounOf } from './words.ts';

/** The SDL in full, and what its `@cost` said. */
export interface ExpandedSdl {
  /** Without a short form. */
  readonly document: DocumentNode;
  /** By coordinate, e.g. `Machine.alerts`. */
  readonly costs: ReadonlyMap<string, Cost>;
  /** The types that are `@entity`. */
  readonly entities: ReadonlySet<string>;
}

/**
 * Writes out the short forms of `schema/directives.graphql`. They are text: nothing but the SDL and the prices follows from
 * them. Throws where a short form says what it may not.
 */
export const expandSdl = (files: readonly string[]): ExpandedSdl => {
  const written = files.flatMap((text) => parse(text, { noLocation: true }).definitions);
  const isDirective = ({ kind }: DefinitionNode) => kind === Kind.DIRECTIVE_DEFINITION;
  const reader = createReader(
    buildASTSchema({ kind: Kind.DOCUMENT, definitions: written.filter(isDirective) }, { assumeValidSDL: true }),
  );
  const texts = [
    ...entities(written, reader),
    ...inherited(written, reader),
    ...connections(written, reader),
    ...counts(written, reader),
    ...actions(written, reader),
  ];
  const forms = texts.flatMap((text) => parse(text, { noLocation: true }).definitions);
  const full = lookUpsBehindLists(fill(written, forms));
  return {
    document: {
      kind: Kind.DOCUMENT,
      definitions: full
        .filter((node) => !(node.kind === Kind.DIRECTIVE_DEFINITION && shortForms.has(node.name.value)))
        .map((node) => visit(node, withoutShortForms)),
    },
    costs: costsOf(full, reader),
    entities: new Set(objects(written).flatMap((node) => (reader.entity(node) === undefined ? [] : [node.name.value]))),
  };
};

/** A visitor that takes the short forms out. */
const withoutShortForms: ASTVisitor = {
  enter: (node) => (node.kind === Kind.DIRECTIVE && shortForms.has(node.name.value) ? null : undefined),
};

const objects = (definitions: readonly DefinitionNode[]) =>
  definitions.filter((node) => node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.OBJECT_TYPE_EXTENSION);

function* entities(written: readonly DefinitionNode[], reader: Reader): Generator<string> {
  for (const node of objects(written)) {
    const said = reader.entity(node);
    if (said === undefined) continue;
    const type = node.name.value;
    const id = node.fields?.find(({ name }) => name.value === said.by);
    if (id === undefined) throw new Error(`${type} @entity(by: "${said.by}"): it has no such field`);
    const takes = said.takes ?? id.description?.value ?? '';
    yield entityText({ ...said, type, noun: nounFor(type, said), takes });
  }
}

/** The fields of the interfaces of a type, as they are written there. */
function* inherited(written: readonly DefinitionNode[], reader: Reader): Generator<string> {
  for (const node of objects(written)) {
    if (reader.inherits(node) === undefined) continue;
    const names = new Set(node.interfaces?.map(({ name }) => name.value));
    const interfaces = written.flatMap((each) =>
      each.kind === Kind.INTERFACE_TYPE_DEFINITION && names.has(each.name.value) ? (each.fields ?? []) : [],
    );
    if (interfaces.length === 0) throw new Error(`${node.name.value} @inherits: its interfaces have no fields here`);
    yield `extend type ${node.name.value} { ${interfaces.map(print).join('\n')} }`;
  }
}

const nounFor = (
  type: string,
  said: { readonly noun?: string | undefined; readonly plural?: string | undefined },
): Noun => {
  const noun = nounOf(type, said.noun);
  return { ...noun, many: said.plural ?? noun.many };
};

function* connections(written: readonly DefinitionNode[], reader: Reader): Generator<string> {
  const types = new Map(written.flatMap((node) => ('name' in node && node.name ? [[node.name.value, node]] : [])));
  const made = new Map<string, string>();
  for (const parent of objects(written)) {
    for (const field of parent.fields ?? []) {
      const form = connectionForm(parent.name.value, field, types, reader);
      if (form === undefined) continue;
      yield connectionFieldText(form);
      for (const [name, text] of Object.entries(connectionTypes(form)))
        if (!types.has(name) && (form.isCounted || !made.has(name))) made.set(name, text);
    }
  }
  yield* made.values();
}

const connectionForm = (
  parent: string,
  field: FieldDefinitionNode,
  types: ReadonlyMap<string, DefinitionNode>,
  reader: Reader,
): ConnectionForm | undefined => {
  const said = reader.connection(field);
  if (said === undefined) return undefined;
  const type = print(field.type);
  const node = /^(\w+)Connection!?$/.exec(type)?.[1];
  if (node === undefined) throw new Error(`${parent}.${field.name.value} @connection: ${type} is no XConnection`);
  const entity = types.get(node);
  return {
    parent,
    field: field.name.value,
    type,
    node,
    noun: nounFor(node, (entity && isObject(entity) && reader.entity(entity)) || {}),
    order: said.order ?? null,
    isFiltered: types.has(`${node}Filter`),
    isOrdered: types.has(`${node}OrderField`),
    isCounted: said.counted,
  };
};

function* counts(written: readonly DefinitionNode[], reader: Reader): Generator<string> {
  for (const { fields = [] } of objects(written).filter(({ name }) => name.value === 'Query')) {
    for (const field of fields) {
      const said = reader.counts(field);
      if (said !== undefined) yield countsFieldText(field.name.value, print(field.type), said.of);
    }
  }
}

const isObject = (node: DefinitionNode): node is ObjectTypeDefinitionNode => node.kind === Kind.OBJECT_TYPE_DEFINITION;

function* actions(written: readonly DefinitionNode[], reader: Reader): Generator<string> {
  for (const node of written) {
    if (node.kind !== Kind.INPUT_OBJECT_TYPE_DEFINITION) continue;
    const said = reader.action(node);
    if (said !== undefined) yield actionText(node.name.value, said);
    if (said !== undefined) yield* actionArgument(written, node);
    if (reader.anyAction(node) !== undefined) yield anyActionText(node.name.value, actionsOf(written, reader));
  }
}

/** The mutations of the inputs that are `@action`: `isolateMachines` of `IsolateMachinesInput`. */
const actionsOf = (written: readonly DefinitionNode[], reader: Reader): readonly string[] =>
  written.flatMap((node) =>
    node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION && reader.action(node) !== undefined
      ? [fieldNameOf(node.name.value.replace(/Input$/, ''))]
      : [],
  );

/** The argument of the mutation of that input's name. */
function* actionArgument(written: readonly DefinitionNode[], input: InputObjectTypeDefinitionNode): Generator<string> {
  const name = fieldNameOf(input.name.value.replace(/Input$/, ''));
  const mutation = objects(written)
    .flatMap((node) => (node.name.value === 'Mutation' ? (node.fields ?? []) : []))
    .find((field) => field.name.value === name);
  if (mutation === undefined) throw new Error(`${input.name.value} @action: there is no mutation ${name}`);
  yield actionArgumentText(name, input, print(mutation.type));
}

const costsOf = (full: readonly DefinitionNode[], reader: Reader): ReadonlyMap<string, Cost> =>
  new Map(
    objects(full).flatMap(({ name, fields = [] }) =>
      fields.flatMap((field) => {
        const cost = reader.cost(field);
        return cost === undefined ? [] : [[`${name.value}.${field.name.value}`, cost] as const];
      }),
    ),
  );
