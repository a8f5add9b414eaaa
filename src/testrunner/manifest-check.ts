import { InputError } from '../model/failure.ts';
import { asString } from '../model/json.ts';
import { nameOf, namespaceOf } from '../model/resource.ts';
import { sameManifest } from './compare-manifests.ts';
import type { FileSystem } from './file-system.ts';
import type { ManifestCheck } from './judge.ts';
import { pathOf, readResources } from './load-inputs.ts';
import type { TestDocument } from './test-document.ts';

const DIFFERS = "didn't match the";

/** Compares patched and generated objects with the files that rows name. */
export function createManifestCheck(
  test: TestDocument,
  clusterKinds: ReadonlySet<string>,
  files: FileSystem,
): ManifestCheck {
  return (row, answer, object) => {
    const generation = answer.type === 'Generation';
    if (row.patchedResources !== undefined && row.patchedResources !== '' && !generation) {
      return check(
        [row.patchedResources],
        'PatchedResources',
        `Patched resource ${DIFFERS} patched resource in the test result`,
      );
    }
    const several = row.generatedResources ?? [];
    const single = row.generatedResource === undefined || row.generatedResource === '' ? [] : [row.generatedResource];
    if (several.length > 0) {
      return check(
        several,
        'generatedResources',
        "Generated resource didn't match any of the expected generated resources in the test result",
      );
    }
    return single.length === 0
      ? undefined
      : check(single, 'generatedResource', `Generated resource ${DIFFERS} generated resource in the test result`);

    function check(paths: readonly string[], what: string, differs: string): ReturnType<ManifestCheck> {
      let found = false;
      for (const path of paths) {
        try {
          const expected = readResources(pathOf(test, path), 'int', clusterKinds, files).find(
            (candidate) =>
              asString(candidate['apiVersion']) === asString(object['apiVersion']) &&
              asString(candidate['kind']) === asString(object['kind']) &&
              nameOf(candidate) === nameOf(object) &&
              namespaceOf(candidate) === namespaceOf(object),
          );
          if (expected === undefined) continue;
          found = true;
          if (sameManifest(object, expected)) return undefined;
        } catch (error) {
          const text = error instanceof InputError ? error.message : `cannot read ${path}`;
          return { reason: 'Resource error', message: `error: failed to load ${what} resource (${text})` };
        }
      }
      if (found) return { reason: 'Resource diff', message: differs };
      const message = `error: failed to load ${what} resource (resource with name ${nameOf(object)} not found in manifest)`;
      return { reason: 'Resource error', message };
    }
  };
}
