/** Kubernetes quantities: reading, comparing, printing, arithmetic. */
export {
  addQuantity,
  divideQuantity,
  moduloQuantity,
  multiplyQuantity,
  quantityFloat,
  quantityWhole,
  scalarQuantity,
  subtractQuantity,
} from './quantity-arithmetic.ts';
export {
  compareQuantity,
  type ParsedQuantity,
  parseQuantity,
  parseQuantityOrError,
  type Quantity,
  type QuantityFormat,
} from './quantity-number.ts';
export { quantityText } from './quantity-text.ts';
