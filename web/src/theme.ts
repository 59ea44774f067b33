// Runs before the first paint: "auto" becomes light or dark as the reader's system has it.
// Without script the server decides by the browser's hint, or light.
const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");

function apply(): void {
  if (root.dataset.theme === "auto") {
    root.dataset.bsTheme = dark.matches ? "dark" : "light";
  }
}

apply();
dark.addEventListener("change", apply);
