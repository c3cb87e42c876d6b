// What was written and not saved: forms say so, and whatever leads away from them asks first.
import { useCallback, useEffect, useId } from "react";

const dirty = new Set<string>();
let ask: ((leave: () => void) => void) | undefined;

export function hasUnsaved(): boolean {
  return dirty.size > 0;
}

/** Says how somebody is asked; returns what ends that. */
export function onAsk(asking: (leave: () => void) => void): () => void {
  ask = asking;
  return () => {
    ask = undefined;
  };
}

/** Forgets what was not saved: it was thrown away, or the form is gone. */
export function forgetUnsaved(): void {
  dirty.clear();
}

/**
 * Says whether a form holds what is not saved. Returns what releases it at once, for who leaves right after saving,
 * before the form has heard of it.
 */
export function useUnsaved(isDirty: boolean): () => void {
  const id = useId();
  useEffect(() => {
    if (isDirty) dirty.add(id);
    else dirty.delete(id);
    return () => {
      dirty.delete(id);
    };
  }, [id, isDirty]);
  return useCallback(() => {
    dirty.delete(id);
  }, [id]);
}

/** Returns what closes a dialog: it asks first while something in it is not saved. */
export function useClose(isDirty: boolean, onClose: () => void): () => void {
  useUnsaved(isDirty);
  return () => {
    if (isDirty && ask) ask(onClose);
    else onClose();
  };
}
