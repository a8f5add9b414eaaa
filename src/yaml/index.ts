export {
  expandList,
  isList,
  type ReadOptions,
  readDocuments,
  readEachDocument,
  readValues,
  type YamlDocument,
} from './documents.ts';
export { excerptAt, type TextFailure, textError } from './excerpt.ts';
