import { useLocation, useRouter } from "@tanstack/react-router";
import { useCallback, useEffect, useRef } from "react";
import { isWriting } from "../../ui/isWriting";

declare module "@tanstack/react-router" {
  interface HistoryState {
    /** How many changes of the question in sight led here, since its place was entered. */
    step?: number;
    /** The furthest of them, to go forward to. */
    lastStep?: number;
  }
}

export type Steps = {
  canUndo: boolean;
  canRedo: boolean;
  undo: () => void;
  redo: () => void;
  /** What an entry of the history made by a change carries, and whether it takes the place of the one in sight. */
  entryFor: (isTyping: boolean) => { replace: boolean; state: { step: number } };
};

/** One word written is one step, not one for each letter. */
const typingMs = 1_200;

/** The changes of a question as steps of the browser's history: Back and Ctrl/⌘ Z take one back. */
export function useSteps(): Steps {
  const router = useRouter();
  const { state } = useLocation();
  const step = state.step ?? 0;
  // What lies ahead is known to this page only; a step that is taken anew forgets it.
  const furthest = useRef(step);
  if (step > furthest.current) furthest.current = step;
  const typedAt = useRef(0);

  const canUndo = step > 0;
  const canRedo = step < furthest.current;
  const undo = useCallback(() => canUndo && router.history.back(), [canUndo, router]);
  const redo = useCallback(() => canRedo && router.history.forward(), [canRedo, router]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      // A field has an undo of its own.
      if (!(event.metaKey || event.ctrlKey) || event.altKey || isWriting(event.target)) return;
      const key = event.key.toLowerCase();
      const isRedo = (key === "z" && event.shiftKey) || key === "y";
      if (!isRedo && key !== "z") return;
      event.preventDefault();
      if (isRedo) redo();
      else undo();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [undo, redo]);

  const entryFor = (isTyping: boolean) => {
    const now = performance.now();
    const isGoingOn = isTyping && now - typedAt.current < typingMs && step > 0;
    typedAt.current = isTyping ? now : 0;
    furthest.current = isGoingOn ? step : step + 1;
    return { replace: isGoingOn, state: { step: furthest.current } };
  };
  return { canUndo, canRedo, undo, redo, entryFor };
}
