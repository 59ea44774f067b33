// The public report page: solves its puzzle while its reader writes, and copies the receipt code. Without script the page takes a slower step instead.
const K = new Uint32Array(64);
const H = new Uint32Array(8);
(() => {
  // The first 32 bits of the fractional parts of the roots of the first primes (FIPS 180-4).
  const fraction = (x: number) => ((x - Math.floor(x)) * 4294967296) | 0;
  let found = 0;
  for (let n = 2; found < 64; n++) {
    let prime = true;
    for (let d = 2; d * d <= n; d++) if (n % d === 0) { prime = false; break; }
    if (!prime) continue;
    if (found < 8) H[found] = fraction(Math.sqrt(n));
    K[found++] = fraction(Math.cbrt(n));
  }
})();

const turn = (x: number, by: number) => (x >>> by) | (x << (32 - by));

/** The first word of the SHA-256 of an ASCII text. */
function firstWord(text: string): number {
  const blocks = ((text.length + 8) >> 6) + 1;
  const m = new Uint32Array(blocks * 16);
  for (let i = 0; i < text.length; i++) m[i >> 2]! |= text.charCodeAt(i) << (24 - (i & 3) * 8);
  m[text.length >> 2]! |= 0x80 << (24 - (text.length & 3) * 8);
  m[m.length - 1] = text.length * 8;
  const h = H.slice();
  const w = new Uint32Array(64);
  for (let at = 0; at < m.length; at += 16) {
    for (let i = 0; i < 64; i++) {
      if (i < 16) { w[i] = m[at + i]!; continue; }
      const a = w[i - 15]!, b = w[i - 2]!;
      w[i] = w[i - 16]! + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + w[i - 7]! + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10));
    }
    let [a, b, c, d, e, f, g, k] = h as unknown as [number, number, number, number, number, number, number, number];
    for (let i = 0; i < 64; i++) {
      const one = (k + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i]! + w[i]!) | 0;
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      k = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
    }
    [a, b, c, d, e, f, g, k].forEach((x, i) => { h[i] = h[i]! + x; });
  }
  return h[0]!;
}

const form = document.querySelector<HTMLFormElement>("form[data-puzzle]");
const answer = form?.querySelector<HTMLInputElement>("input[name=answer]");
if (form && answer) {
  const puzzle = form.dataset["puzzle"]!, bits = Number(form.dataset["bits"]);
  let next = 0, wanted: HTMLElement | null | undefined;
  const work = () => {
    const until = performance.now() + 25;
    while (performance.now() < until) {
      for (let i = 0; i < 50; i++, next++) {
        if (firstWord(`${puzzle}:${next}`) >>> 0 < 2 ** (32 - bits)) {
          answer.value = String(next);
          if (wanted !== undefined) form.requestSubmit(wanted);
          return;
        }
      }
    }
    setTimeout(work, 5);
  };
  let sent = false;
  addEventListener("pageshow", () => { sent = false; });
  form.addEventListener("submit", (event) => {
    if (answer.value && !sent) {
      sent = true;
      return;
    }
    event.preventDefault();
    wanted = (event as SubmitEvent).submitter;
  });
  work();
}

// Copies what stands in another element; without a clipboard there is no button for it.
for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-copy]")) {
  const words = document.getElementById(button.dataset["copy"]!)?.textContent;
  if (!words || !navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    void navigator.clipboard.writeText(words).then(() => { button.textContent = button.dataset["done"]!; });
  });
}
