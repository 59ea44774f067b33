import { now } from "./clocks";

// A case stays on the desk of whoever works on it: while keys and pointer move, its lease is renewed before it runs out.
// Somebody who is away renews nothing, and the case goes back to the queue.
const early = 5 * 60_000;
let asking = false;

async function renew(): Promise<void> {
  const clock = document.querySelector<HTMLElement>("[data-renew][data-until]");
  if (!clock || asking || document.hidden || Date.parse(clock.dataset.until!) - now() > early) {
    return;
  }
  asking = true;
  try {
    const answer = await fetch(clock.dataset.renew!, { method: "POST" });
    const until = answer.ok ? await answer.text() : "";
    if (until) {
      clock.dataset.until = until;
    }
  } catch {
    // The clock on the page runs on, and says when the lease is over.
  } finally {
    setTimeout(() => { asking = false; }, 20_000);
  }
}

/** Renews the lease of the case on this page while its reader is at work. */
export function leases(): void {
  for (const sign of ["keydown", "pointerdown", "scroll"]) {
    document.addEventListener(sign, () => void renew(), { passive: true, capture: true });
  }
}
