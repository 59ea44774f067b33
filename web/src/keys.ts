// Keys. Whatever bears data-key="x" is pressed by that key: a link or button is clicked, a radio chosen, a field focused.
// So the page says by itself which keys it has, and the sheet of keys is made from what is on it.

/** True while the reader types: then keys are letters and nothing else. */
export function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement
    && (target.isContentEditable || target.matches("textarea, select, input:not([type=radio], [type=checkbox], [type=button], [type=submit], [type=reset])"));
}

function press(element: HTMLElement): void {
  if (element instanceof HTMLInputElement && element.type === "radio") {
    element.checked = true;
    element.focus();
    element.dispatchEvent(new Event("change", { bubbles: true }));
  } else if (element.matches("input, textarea, select")) {
    element.focus();
  } else {
    element.click();
  }
}

function seen(element: HTMLElement): boolean {
  return element.checkVisibility({ checkVisibilityCSS: true }) && !(element as HTMLButtonElement).disabled;
}

/** Listens for keys, for as long as the page is open. */
export function keys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || event.metaKey) {
      return;
    }
    const target = event.target as HTMLElement;
    if (typing(target)) {
      // From the reason, Ctrl+Enter commits and Escape goes back to the keys.
      if (event.key === "Enter" && event.ctrlKey && target instanceof HTMLTextAreaElement) {
        event.preventDefault();
        target.form?.requestSubmit();
      } else if (event.key === "Escape") {
        target.blur();
      }
      return;
    }
    if (event.ctrlKey || event.repeat) {
      return;
    }
    const open = document.querySelector<HTMLDialogElement>("dialog[open]");
    if (event.key === "Enter" && target.closest("a, button, summary, dialog")) {
      return;
    }
    if (event.key === "?") {
      event.preventDefault();
      document.querySelector<HTMLDialogElement>("#keys:not([open])")?.showModal();
      return;
    }
    const wanted = `[data-key~="${CSS.escape(event.key)}"]`;
    const element = [...(open ?? document).querySelectorAll<HTMLElement>(wanted)].find(seen);
    if (element) {
      event.preventDefault();
      press(element);
    }
  });
}
