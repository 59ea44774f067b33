/** Small comforts of forms: no double submission (a download leaves the page as it is), phrases that are put into the reason, copying, closing of messages. */
export function forms(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (form.method === "get" || form.dataset.download !== undefined) {
      return;
    }
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    form.setAttribute("aria-busy", "true");
  });

  // A page that comes back from the browser's memory can be sent again.
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll<HTMLFormElement>("form[data-sent]")) {
      delete form.dataset.sent;
      form.removeAttribute("aria-busy");
    }
  });

  // Menus close by a click elsewhere and by Escape.
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll<HTMLDetailsElement>("details[data-menu][open]")) {
      menu.open = menu.contains(event.target as Node);
    }
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" ? document.querySelector<HTMLDetailsElement>("details[data-menu][open]") : null;
    if (menu) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
  });

  // What was asked for further down the page is shown where it came, and read out from there.
  let awaited: { id: string; before: HTMLElement | null } | null = null;
  document.addEventListener("click", (event) => {
    const asked = (event.target as Element).closest<HTMLElement>("[data-then-show]")?.dataset.thenShow;
    awaited = asked ? { id: asked, before: document.getElementById(asked) } : awaited;
  });
  document.addEventListener("htmx:after:swap", () => {
    const come = awaited && document.getElementById(awaited.id);
    if (come && come !== awaited?.before) {
      awaited = null;
      come.scrollIntoView({ block: "start" });
      come.focus({ preventScroll: true });
    }
  });

  // A menu that somebody reads is not drawn anew under their eyes.
  document.addEventListener("htmx:before:request", (event) => {
    if ((event.target as Element).querySelector?.("details[data-menu][open]")) {
      event.preventDefault();
    }
  });

  document.addEventListener("click", async (event) => {
    const from = (event.target as Element).closest<HTMLElement>("[data-phrase],[data-copy],[data-dismiss-message],[data-open],[data-close]");
    if (!from) {
      return;
    }
    if (from.dataset.phrase !== undefined) {
      const reason = document.querySelector<HTMLTextAreaElement>("textarea[data-reason]");
      if (reason) {
        reason.value = reason.value ? `${reason.value.trimEnd()} ${from.dataset.phrase}` : from.dataset.phrase;
        reason.focus();
      }
    } else if (from.dataset.copy !== undefined) {
      await navigator.clipboard.writeText(from.dataset.copy);
      from.classList.add("is-copied");
    } else if (from.dataset.dismissMessage !== undefined) {
      from.closest("[role=status],[role=alert]")?.remove();
    } else if (from.dataset.open !== undefined) {
      document.querySelector<HTMLDialogElement>(`#${from.dataset.open}`)?.showModal();
    } else {
      from.closest("dialog")?.close();
    }
  });
}
