import { InputError } from '../model/failure.ts';
import { asString, type JsonObject } from '../model/json.ts';
import { readPolicyDocuments } from '../policy/index.ts';
import type { FileSystem } from './file-system.ts';
import { pathOf } from './load-inputs.ts';
import type { TestDocument } from './test-document.ts';

/**
 * The exceptions of a test, with schema defaults. Throws `InputError` for a document that is none or that the schema
 * refuses. Upstream: `cmd/cli/kubectl-kyverno/exception/load.go`.
 */
export function loadExceptions(test: TestDocument, files: FileSystem): readonly JsonObject[] {
  return (test.spec.exceptions ?? []).flatMap((listed) => {
    const path = pathOf(test, listed);
    if (files.kind(path) !== 'file') {
      const hint = 'correct the path under `exceptions`';
      throw new InputError({
        code: 'no-file',
        message: `there is no file \`${path}\``,
        place: { file: test.file },
        hint,
      });
    }
    return readPolicyDocuments(files.read(path), path).map((document) => {
      if (document.type === 'exception') return document.document;
      if (document.type === 'broken') throw new InputError(...document.failures);
      const { value, place } = document.source;
      const message = `\`${asString(value['kind']) ?? ''}\` is no PolicyException`;
      const hint = 'list only PolicyException documents under `exceptions`';
      throw new InputError({ code: 'no-exception', message, place, hint });
    });
  });
}
