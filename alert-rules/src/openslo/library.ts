/** OpenSLO objects by kind and name, for references between documents and files. */
import type { Place } from '../document.ts';
import type { Kind } from './validate.ts';

export class Library {
  readonly #objects = new Map<string, Place>();

  /** The first of a name stays; a second one is reported. */
  add(kind: Kind, object: Place): void {
    const key = `${kind}/${object.get('metadata').get('name').text() ?? ''}`;
    if (this.#objects.has(key)) {
      object.get('metadata').get('name').error('openslo.duplicate', `a second ${key}`, 'Rename or remove one of them');
    } else {
      this.#objects.set(key, object);
    }
  }

  /** The object that a reference means; reports one that leads nowhere. */
  resolve(kind: Kind, reference: Place): Place | null {
    const name = reference.text();
    if (name === null) return null;
    const found = this.find(kind, name);
    if (found === null)
      reference.error(
        'openslo.reference',
        `there is no ${kind} "${name}"`,
        'Add its file to the input, or correct the name',
      );
    return found;
  }

  /** As `resolve`, for names that may mean something outside of the input. */
  find(kind: Kind, name: string): Place | null {
    return this.#objects.get(`${kind}/${name}`) ?? null;
  }
}
