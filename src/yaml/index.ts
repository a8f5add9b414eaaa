export { excerptAt } from '../language/excerpt.ts';
export {
  expandList,
  isList,
  type PlacedValue,
  type ReadOptions,
  readDocuments,
  readEachDocument,
  readPlacedValues,
  readValues,
  type YamlDocument,
} from './documents.ts';
export { type TextFailure, textError } from './excerpt.ts';
