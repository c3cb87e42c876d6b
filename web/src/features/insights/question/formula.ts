// Reads formulas the way the server does, so that one that is still being written is not sent to be refused.
import { letterOf } from "./question";

export type FormulaState =
  | { kind: "whole" }
  /** So far nothing is wrong, but something is to follow. */
  | { kind: "unfinished" }
  | { kind: "unknownSeries"; letter: string }
  | { kind: "wrong"; sign: string };

const maxLength = 500;
const tokens = /\s*(?:(\d+\.?\d*|\.\d+)|([\p{L}])|([-+*/()])|(\S))/uy;

/** Tells how far a formula over some series has come. */
export function formulaState(expression: string, series: number): FormulaState {
  const text = expression.trimEnd();
  let open = 0;
  // Between two operands stands an operator: what may come next alternates.
  let wantsOperand = true;
  tokens.lastIndex = 0;
  while (tokens.lastIndex < text.length) {
    const [, number, letter, sign, other] = tokens.exec(text) ?? [];
    if (other !== undefined) return { kind: "wrong", sign: other };
    if (number !== undefined || letter !== undefined) {
      if (!wantsOperand) return { kind: "wrong", sign: number ?? letter ?? "" };
      if (letter !== undefined && !isSeries(letter, series)) return { kind: "unknownSeries", letter };
      wantsOperand = false;
    } else if (sign === "(") {
      if (!wantsOperand) return { kind: "wrong", sign };
      open += 1;
    } else if (sign === ")") {
      if (wantsOperand || open === 0) return { kind: "wrong", sign };
      open -= 1;
    } else if (sign === "-" && wantsOperand) {
      // A sign before an operand, as in A * -1.
    } else {
      if (wantsOperand) return { kind: "wrong", sign: sign ?? "" };
      wantsOperand = true;
    }
  }
  if (text.length > maxLength) return { kind: "wrong", sign: "…" };
  return wantsOperand || open > 0 ? { kind: "unfinished" } : { kind: "whole" };
}

function isSeries(letter: string, series: number): boolean {
  return Array.from({ length: series }, (_, index) => letterOf(index)).includes(letter);
}
