import type { JsonObject } from '@cnapp-slo/model';

/** Whether a text is an SPDX 2 document in the tag-value form. */
export function isTagValue(text: string): boolean {
  return /^SPDXVersion:\s*SPDX-2/m.test(text.slice(0, 4096));
}

const LINE = /^([A-Za-z][A-Za-z0-9]*):\s*(.*)$/;

/** The members of the JSON form that are read from it. Source: spdx.github.io/spdx-spec/v2.3, "tag-value format". */
export function parseTagValue(text: string): JsonObject {
  const packages: JsonObject[] = [];
  const relationships: JsonObject[] = [];
  const document: JsonObject = { packages, relationships };
  let here: JsonObject = document;
  for (const line of text.split(/\r?\n/)) {
    const [, tag = '', value = ''] = LINE.exec(line) ?? [];
    switch (tag) {
      case 'SPDXVersion':
        document.spdxVersion = value;
        break;
      case 'DocumentName':
        document.name = value;
        break;
      case 'Created':
        document.creationInfo = { created: value };
        break;
      case 'PackageName':
        here = { name: value, externalRefs: [] };
        packages.push(here);
        break;
      // What follows is about the file, which is no component.
      case 'FileName':
        here = {};
        break;
      case 'SPDXID':
        here.SPDXID = value;
        break;
      case 'PackageVersion':
        here.versionInfo = value;
        break;
      case 'PackageSupplier':
        here.supplier = value;
        break;
      case 'ExternalRef': {
        const [, referenceType = '', referenceLocator = ''] = value.split(/\s+/);
        if (Array.isArray(here.externalRefs)) here.externalRefs.push({ referenceType, referenceLocator });
        break;
      }
      case 'Relationship': {
        const [spdxElementId = '', relationshipType = '', relatedSpdxElement = ''] = value.split(/\s+/);
        relationships.push({ spdxElementId, relationshipType, relatedSpdxElement });
        break;
      }
    }
  }
  return document;
}
