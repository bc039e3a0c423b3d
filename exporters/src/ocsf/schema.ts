import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A checker of OCSF events against the resolved dictionary (`classes.json`, `objects.json`, `types.json`), for tests. */

interface Attribute {
  type: string;
  object?: string;
  is_array?: boolean;
  requirement?: string;
  profile?: string | null;
  enum?: Record<string, string>;
}
interface Shape {
  attributes: Record<string, Attribute>;
  constraints?: { at_least_one?: string[]; just_one?: string[] } | null;
  class_uid?: number;
  category_uid?: number;
}
type Shapes = Record<string, Shape>;
type Types = Record<string, { type?: string; regex?: string }>;

export class OcsfSchema {
  private readonly classes: Shapes;
  private readonly objects: Shapes;
  private readonly types: Types;

  constructor(folder: string) {
    const read = (name: string) => JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
    this.classes = read('classes');
    this.objects = read('objects');
    this.types = read('types');
  }

  /** What is wrong with the event, by path; empty when it is valid. */
  problems(event: Record<string, unknown>): string[] {
    const shape = Object.values(this.classes).find((known) => known.class_uid === event.class_uid);
    if (!shape) return [`class_uid: ${event.class_uid} is no class`];
    // The dictionary resolves no enumeration of these two: the class itself says what they are.
    const { class_uid: _, category_uid, ...rest } = event;
    const { class_uid: _uid, category_uid: _category, ...attributes } = shape.attributes;
    const wrongCategory = category_uid === shape.category_uid ? [] : [`category_uid: must be ${shape.category_uid}`];
    const profiles = (event.metadata as { profiles?: string[] } | undefined)?.profiles ?? [];
    return [...wrongCategory, ...this.shapeProblems(rest, { ...shape, attributes }, '', new Set(profiles))];
  }

  private shapeProblems(
    value: Record<string, unknown>,
    shape: Shape,
    path: string,
    profiles: ReadonlySet<string>,
  ): string[] {
    const problems: string[] = [];
    for (const [name, attribute] of Object.entries(shape.attributes)) {
      const applies = !attribute.profile || profiles.has(attribute.profile);
      if (name in value && !applies) problems.push(`${path}${name}: needs the profile ${attribute.profile}`);
      if (applies && attribute.requirement === 'required' && !(name in value))
        problems.push(`${path}${name}: required`);
    }
    const { at_least_one = [], just_one = [] } = shape.constraints ?? {};
    if (at_least_one.length > 0 && !at_least_one.some((name) => name in value)) {
      problems.push(`${path}: needs one of ${at_least_one.join(', ')}`);
    }
    if (just_one.length > 0 && just_one.filter((name) => name in value).length !== 1) {
      problems.push(`${path}: needs exactly one of ${just_one.join(', ')}`);
    }
    for (const [name, member] of Object.entries(value)) {
      const attribute = shape.attributes[name];
      if (!attribute) problems.push(`${path}${name}: unknown attribute`);
      else problems.push(...this.valueProblems(member, attribute, `${path}${name}`, profiles));
    }
    return problems;
  }

  private valueProblems(value: unknown, attribute: Attribute, path: string, profiles: ReadonlySet<string>): string[] {
    if (attribute.is_array) {
      if (!Array.isArray(value)) return [`${path}: no array`];
      const one = { ...attribute, is_array: false };
      return value.flatMap((item, index) => this.valueProblems(item, one, `${path}.${index}`, profiles));
    }
    if (attribute.enum && !(String(value) in attribute.enum)) return [`${path}: ${value} is not in the enumeration`];
    const { object } = attribute;
    if (object === 'object' || attribute.type === 'json_t') return []; // free form
    if (object !== undefined) {
      const shape = this.objects[object];
      if (!shape) return [`${path}: unknown object ${object}`];
      if (typeof value !== 'object' || value === null) return [`${path}: no object`];
      return this.shapeProblems(value as Record<string, unknown>, shape, `${path}.`, profiles);
    }
    return this.scalarProblems(value, attribute.type, path);
  }

  private scalarProblems(value: unknown, type: string, path: string): string[] {
    const { type: base = type, regex } = this.types[type] ?? {};
    if (base === 'integer_t' || base === 'long_t') return Number.isInteger(value) ? [] : [`${path}: no integer`];
    if (base === 'float_t') return typeof value === 'number' ? [] : [`${path}: no number`];
    if (base === 'boolean_t') return typeof value === 'boolean' ? [] : [`${path}: no boolean`];
    if (typeof value !== 'string') return [`${path}: no string`];
    return regex === undefined || new RegExp(regex).test(value) ? [] : [`${path}: not a ${type}`];
  }
}
