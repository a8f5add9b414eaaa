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
export { excerptAt, type TextFailure, textError } from './excerpt.ts';
