import { useEffect } from "react";

/** Gives the focus back to where it was when the dialog that calls this goes away. */
export function useReturnFocus(): void {
  useEffect(() => {
    const before = openerOf(document.activeElement);
    return () => before?.focus({ preventScroll: true });
  }, []);
}

/** An item of a menu is gone by then; the button that opened the menu is still there. */
function openerOf(element: Element | null): HTMLElement | null {
  const menu = element?.closest("[role=menu]");
  const button = menu && document.getElementById(menu.getAttribute("aria-labelledby") ?? "");
  if (button) return button;
  return element instanceof HTMLElement ? element : null;
}
