import { typing } from "./keys";

// Press and hold to look. The picture is asked for when the hold begins (the server writes down that it was),
// and it is gone from the page when the hold ends, whichever way it ends: release, another window, another tab.
// It is never a switch that stays on.

interface Hold {
  readonly box: HTMLElement;
  url?: string;
  reveal?: string;
  shownAt?: number;
}

let hold: Hold | undefined;

async function begin(box: HTMLElement): Promise<void> {
  if (hold) {
    return;
  }
  const mine: Hold = { box };
  hold = mine;
  box.classList.add("is-holding");
  say(box, "loading");
  try {
    const answer = await fetch(box.dataset.reveal!, { method: "POST", headers: { accept: "image/*" } });
    mine.reveal = answer.headers.get("jaga-reveal") ?? undefined;
    if (!answer.ok) {
      say(box, "failed");
      return;
    }
    const picture = await answer.blob();
    if (hold !== mine) {
      return;
    }
    mine.url = URL.createObjectURL(picture);
    const image = new Image();
    image.alt = box.dataset.alt ?? "";
    image.className = "reveal-picture";
    image.draggable = false;
    image.src = mine.url;
    await image.decode();
    if (hold === mine) {
      mine.shownAt = performance.now();
      box.append(image);
      say(box, "shown");
    }
  } catch {
    if (hold === mine) {
      say(box, "failed");
    }
  } finally {
    if (hold !== mine) {
      finish(mine);
    }
  }
}

function end(): void {
  if (!hold) {
    return;
  }
  const mine = hold;
  hold = undefined;
  mine.box.classList.remove("is-holding");
  for (const picture of mine.box.querySelectorAll(".reveal-picture")) {
    picture.remove();
  }
  say(mine.box, "idle");
  finish(mine);
}

/** Forgets the bytes, and tells the server how long they were in view. */
function finish(mine: Hold): void {
  if (mine.url) {
    URL.revokeObjectURL(mine.url);
    mine.url = undefined;
  }
  if (mine.reveal) {
    const milliseconds = mine.shownAt === undefined ? 0 : Math.round(performance.now() - mine.shownAt);
    void fetch(`/api/v1/reveals/${mine.reveal}/end`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ milliseconds }),
      keepalive: true,
    }).catch(() => undefined);
    mine.reveal = undefined;
  }
}

function say(box: HTMLElement, state: string): void {
  for (const line of box.querySelectorAll<HTMLElement>("[data-when]")) {
    line.hidden = line.dataset.when !== state;
  }
}

/** Makes every [data-reveal] a thing to press and hold, by mouse, finger, V or Space. */
export function reveals(): void {
  document.addEventListener("pointerdown", (event) => {
    const box = event.button === 0 ? (event.target as Element).closest<HTMLElement>("[data-reveal]") : null;
    if (box) {
      event.preventDefault();
      box.focus();
      void begin(box);
    }
  });
  for (const name of ["pointerup", "pointercancel"] as const) {
    document.addEventListener(name, end);
  }
  document.addEventListener("contextmenu", (event) => {
    if ((event.target as Element).closest("[data-reveal]")) {
      event.preventDefault();
    }
  });
  document.addEventListener("dragstart", (event) => {
    if ((event.target as Element).closest?.("[data-reveal]")) {
      event.preventDefault();
    }
  });

  document.addEventListener("keydown", (event) => {
    if (typing(event.target) || event.ctrlKey || event.altKey || event.metaKey) {
      return;
    }
    const focused = (event.target as Element).closest<HTMLElement>("[data-reveal]");
    const box = event.key === "v" ? document.querySelector<HTMLElement>("[data-reveal-key=v]") : event.key === " " || event.key === "Enter" ? focused : null;
    if (box && !document.querySelector("dialog[open]")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      if (!event.repeat) {
        void begin(box);
      }
    }
  }, { capture: true });
  document.addEventListener("keyup", (event) => {
    if (event.key === "v" || event.key === " " || event.key === "Enter") {
      end();
    }
  });

  // Without the script the box is a button that opens a page; with it, only holding shows.
  document.addEventListener("click", (event) => {
    if ((event.target as Element).closest("[data-reveal]")) {
      event.preventDefault();
    }
  });
  addEventListener("blur", end);
  addEventListener("pagehide", end);
  document.addEventListener("visibilitychange", () => document.hidden && end());
}
