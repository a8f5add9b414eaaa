import { InputError } from '../model/failure.ts';
import { asString, type JsonObject } from '../model/json.ts';
import { readDocuments } from '../yaml/index.ts';
import type { FileSystem } from './file-system.ts';
import { pathOf } from './load-inputs.ts';
import type { TestDocument } from './test-document.ts';

/**
 * The exceptions of a test. Throws `InputError` for a document that is none.
 * Upstream: `cmd/cli/kubectl-kyverno/exception/load.go`.
 */
export function loadExceptions(test: TestDocument, files: FileSystem): readonly JsonObject[] {
  return (test.spec.exceptions ?? []).flatMap((listed) => {
    const path = pathOf(test, listed);
    return readDocuments(files.read(path), path, 'int').map(({ value, place }) => {
      if (value['kind'] !== 'PolicyException') {
        const message = `\`${asString(value['kind']) ?? ''}\` is no PolicyException`;
        throw new InputError({
          code: 'no-exception',
          message,
          place,
          hint: 'list only PolicyException documents under `exceptions`',
        });
      }
      return value;
    });
  });
}
