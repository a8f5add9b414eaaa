export {
  type CompiledException,
  type CompileExceptionConditions,
  compileException,
  compileStatement,
} from './exception.ts';
