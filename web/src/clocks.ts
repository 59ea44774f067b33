// Clocks tell what the server's clock tells, not the reader's: the page says what time it was when it was made.
const root = document.documentElement;
const ahead = Date.parse(root.dataset.now ?? "") - Date.now() || 0;

/** The server's present, in milliseconds. */
export function now(): number {
  return Date.now() + ahead;
}

/** The two largest units of a time span, in the page's language: "2 h 14 min". The server writes the same (Text.Span). */
export function span(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(Math.abs(milliseconds) / 1000));
  const parts: [number, string][] = [
    [Math.floor(seconds / 86400), root.dataset.days ?? "d"],
    [Math.floor(seconds / 3600) % 24, root.dataset.hours ?? "h"],
    [Math.floor(seconds / 60) % 60, root.dataset.minutes ?? "min"],
    [seconds % 60, root.dataset.seconds ?? "s"],
  ];
  const first = parts.findIndex(([amount]) => amount > 0);
  if (first < 0) {
    return `0 ${parts[3]![1]}`;
  }
  return parts.slice(first, first + 2).filter(([amount], i) => i === 0 || amount > 0).map(([amount, unit]) => `${amount} ${unit}`).join(" ");
}

function tick(): void {
  const present = now();
  for (const clock of document.querySelectorAll<HTMLElement>("[data-due]")) {
    const left = Date.parse(clock.dataset.due!) - present;
    clock.classList.toggle("is-late", left <= 0);
    clock.classList.toggle("is-soon", left > 0 && left <= Number(clock.dataset.soon ?? 3_600_000));
    const text = clock.querySelector("[data-remaining]");
    if (text) {
      const words = left > 0 ? text.getAttribute("data-left") : text.getAttribute("data-late");
      text.textContent = (words ?? "{0}").replace("{0}", span(left));
    }
  }
  for (const one of document.querySelectorAll<HTMLElement>("[data-until]")) {
    const left = Date.parse(one.dataset.until!) - present;
    if (left > 0) {
      one.textContent = span(left);
    } else {
      // What could be undone until now cannot be any more; the server says how it stands.
      one.removeAttribute("data-until");
      one.textContent = span(0);
      one.dispatchEvent(new CustomEvent("jaga:passed", { bubbles: true }));
    }
  }
}

function local(): void {
  const format = new Intl.DateTimeFormat(root.dataset.locale, { dateStyle: "medium", timeStyle: "short" });
  for (const time of document.querySelectorAll<HTMLTimeElement>("time[data-local]")) {
    time.title ||= time.textContent ?? "";
    time.textContent = format.format(new Date(time.dateTime));
    time.removeAttribute("data-local");
  }
}

/** Tells the server the reader's zone, for pages that count days; a zone chosen by hand stays. */
function zone(): void {
  if (!/(^|; )jaga-zone=/.test(document.cookie)) {
    document.cookie = `jaga-zone=${encodeURIComponent(Intl.DateTimeFormat().resolvedOptions().timeZone)}; path=/; samesite=lax`;
  }
}

/** Starts the clocks of the page, and of whatever is swapped into it later. */
export function clocks(): void {
  zone();
  tick();
  local();
  setInterval(tick, 1000);
  document.addEventListener("htmx:after:swap", () => {
    tick();
    local();
  });
}
