export { type CompiledException, type CompileExceptionConditions, compileException } from './exception.ts';
