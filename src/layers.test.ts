import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

/**
 * Who may import whom, from the bottom up. A layer may import every layer in its list, and itself. `packages` are what
 * it may import from outside; `node:` stands for Node's own modules. A folder in a folder may be a layer of its own:
 * the API server evaluates CEL too, but knows nothing of Kyverno's engine.
 */
const PURE = ['model', 'language'] as const;
const CEL = ['engine/cel', 'engine/cel-validation'] as const;
const BELOW_ADMISSION = [...PURE, 'yaml', 'engine', 'policy', 'apiserver'] as const;
const BELOW_LANES = [...BELOW_ADMISSION, 'admission', 'compare', 'report'] as const;
const LAYERS: Readonly<Record<string, { readonly layers: readonly string[]; readonly packages: readonly string[] }>> = {
  model: { layers: [], packages: [] },
  // Of Node only what computes: hashes and paths.
  language: { layers: ['model'], packages: ['yaml', 'node:crypto'] },
  yaml: { layers: PURE, packages: ['yaml'] },
  'engine/cel': { layers: PURE, packages: ['node:crypto', 'node:zlib'] },
  'engine/cel-validation': { layers: [...PURE, 'engine/cel'], packages: [] },
  engine: { layers: [...PURE, ...CEL], packages: ['node:path', 'node:crypto', 'node:zlib'] },
  policy: { layers: [...PURE, 'yaml', 'engine'], packages: [] },
  apiserver: { layers: [...PURE, ...CEL, 'yaml'], packages: [] },
  admission: { layers: BELOW_ADMISSION, packages: [] },
  compare: { layers: [...BELOW_ADMISSION, 'admission'], packages: [] },
  report: { layers: [...BELOW_ADMISSION, 'admission', 'compare'], packages: ['yaml'] },
  lanes: { layers: BELOW_LANES, packages: ['*'] },
  harness: { layers: [...BELOW_LANES, 'lanes'], packages: ['node:', '@cucumber/'] },
  testrunner: { layers: [...BELOW_LANES, 'lanes'], packages: ['node:', 'yaml'] },
  equivalent: { layers: [...BELOW_LANES, 'lanes', 'testrunner'], packages: ['yaml'] },
  // The library's public door.
  'index.ts': { layers: [...BELOW_LANES, 'lanes', 'harness', 'testrunner'], packages: [] },
  cli: { layers: [...BELOW_LANES, 'lanes', 'harness', 'testrunner', 'equivalent', 'index.ts'], packages: ['*'] },
};
const NO_OUTSIDE_WORLD = [
  'model',
  'language',
  'yaml',
  ...CEL,
  'engine',
  'policy',
  'apiserver',
  'admission',
  'compare',
  'report',
];
const MAX_LINES = 400;

const SRC = fileURLToPath(new URL('./', import.meta.url));

interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly layer: string;
  /** Relative imports, counted from `src/`. */
  readonly imports: readonly string[];
  readonly packages: readonly string[];
}

const FILES: readonly SourceFile[] = readdirSync(SRC, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /(?<!\.test)\.ts$/.test(entry.name))
  .map((entry) => readSource(relative(SRC, join(entry.parentPath, entry.name)).split(sep).join('/')))
  .filter(({ layer }) => layer !== 'testing');

function readSource(path: string): SourceFile {
  const text = readFileSync(join(SRC, path), 'utf8');
  const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');
  const specifiers = [
    ...code.matchAll(/^(?:import|export)\s[^;'"]*?from\s*['"]([^'"]+)['"]/gm),
    ...code.matchAll(/^import\s*['"]([^'"]+)['"]/gm),
    ...code.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g),
  ].map(([, specifier = '']) => specifier);
  const relatives = specifiers.filter((specifier) => specifier.startsWith('.'));
  return {
    path,
    text,
    layer: layerOf(path),
    imports: relatives.map((specifier) =>
      relative(SRC, resolve(SRC, dirname(path), specifier))
        .split(sep)
        .join('/'),
    ),
    packages: specifiers.filter((specifier) => !specifier.startsWith('.')),
  };
}

function layerOf(path: string): string {
  const parts = path.split('/');
  const inner = parts.slice(0, 2).join('/');
  return Object.hasOwn(LAYERS, inner) ? inner : (parts[0] ?? '');
}

/** Whoever may import a layer may import those in its folder. */
function mayImport(layer: string, other: string): boolean {
  const allowed = LAYERS[layer]?.layers ?? [];
  return allowed.includes(other) || allowed.includes(other.split('/')[0] ?? '');
}

function isGenerated(path: string): boolean {
  return path.includes('/generated/');
}

test('source files are found', () => {
  assert.ok(FILES.length > 50);
});

test('every file is in a layer of the table', () => {
  assert.deepEqual(
    FILES.filter(({ layer }) => LAYERS[layer] === undefined).map(({ path }) => path),
    [],
  );
});

test('imports go only downwards', () => {
  const wrong = FILES.flatMap(({ path, layer, imports }) =>
    imports
      .map(layerOf)
      .filter((other) => other !== layer && !mayImport(layer, other))
      .map((other) => `${path} imports ${other}`),
  );
  assert.deepEqual(wrong, []);
});

test('layers import only the packages they may', () => {
  const wrong = FILES.flatMap(({ path, layer, packages }) => {
    const allowed = LAYERS[layer]?.packages ?? [];
    return packages
      .filter((name) => !allowed.includes('*') && !allowed.some((one) => name === one || name.startsWith(one)))
      .map((name) => `${path} imports ${name}`);
  });
  assert.deepEqual(wrong, []);
});

test('no imports run in a circle, types included', () => {
  assert.deepEqual(circles(), []);
});

// Depth-first; a file met again on the way to itself closes a circle.
function circles(): readonly string[] {
  const byPath = new Map(FILES.map((file) => [file.path, file]));
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, way: readonly string[]): void => {
    const from = way.indexOf(path);
    if (from >= 0) {
      found.push([...way.slice(from), path].join(' → '));
      return;
    }
    if (done.has(path)) return;
    for (const next of byPath.get(path)?.imports ?? []) visit(next, [...way, path]);
    done.add(path);
  };
  for (const { path } of FILES) visit(path, []);
  return found;
}

test(`no file has more than ${MAX_LINES} lines`, () => {
  const long = FILES.filter(({ path, text }) => !isGenerated(path) && text.split('\n').length - 1 > MAX_LINES);
  assert.deepEqual(
    long.map(({ path, text }) => `${path}: ${text.split('\n').length - 1}`),
    [],
  );
});

test('what judges reads no clock, chance, environment, file or network', () => {
  const forbidden =
    /\b(?:Date\.now|new Date\(\)|Math\.random|performance\.now|process\.\w+|fetch\(|setTimeout|setInterval|crypto\.)/g;
  const wrong = FILES.filter(({ layer }) => NO_OUTSIDE_WORLD.includes(layer)).flatMap(({ path, text }) =>
    withoutComments(text)
      .split('\n')
      .flatMap((line, i) => [...line.matchAll(forbidden)].map(([word]) => `${path}:${i + 1} ${word}`))
      .filter((found) => !(found.endsWith('fetch(') && /\b(?:const|function) fetch\b|\bfetch[,:]/.test(text))),
  );
  assert.deepEqual(wrong, []);
});

test('every export says in a comment what it gives', () => {
  const undocumented = FILES.filter(({ path }) => !isGenerated(path)).flatMap(({ path, text }) => {
    const lines = text.split('\n');
    return lines.flatMap((line, i) => {
      const isExport = /^export (?:declare |abstract |async )*(?:function|const|let|class|interface|type) \w/.test(
        line,
      );
      const overload = /^export function (\w+)/.exec(line)?.[1];
      const before = lines[i - 1] ?? '';
      const isOverload = overload !== undefined && before.startsWith(`export function ${overload}`);
      return isExport && !before.trimEnd().endsWith('*/') && !isOverload ? [`${path}:${i + 1} ${line}`] : [];
    });
  });
  assert.deepEqual(undocumented, []);
});

function withoutComments(text: string): string {
  return text
    .replaceAll(/\/\*[\s\S]*?\*\//g, (comment) => comment.replaceAll(/[^\n]/g, ''))
    .replaceAll(/^\s*\/\/.*$/gm, '');
}
