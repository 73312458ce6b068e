/** `revise`: a mix changed in the words of the studio. */
export { type NotUnderstood, readSentence, type Sentence, type Wish } from './grammar.ts'
export { type Print, type Printed, type Prints, noPrints, printsOf, withPrinted } from './printed.ts'
export { type Rendered, renderSession, revise, type Revised, sessionOf } from './revise.ts'
export { parseSession, type Session, type SessionPort, sessionVersion, writeSession } from './session.ts'
export {
  figuresOf,
  type Variant,
  variantColumns,
  type VariantFigures,
  type VariantName,
  variantNames,
  variants,
  variantsOf
} from './variants.ts'
export {
  phrasesOf,
  revisionMeasures,
  type RevisionMeasure,
  type Verb,
  type VerbName,
  verbNames,
  verbOf,
  verbs
} from './verbs.ts'
